import { type MetricValue, parsePythonDict } from './python-dict.js'

/** The kinds of lines that slime prints a dict of metrics in. */
export type MetricKind = 'step' | 'critic-step' | 'rollout' | 'perf' | 'eval' | 'passrate' | 'multi_turn'

/** Metrics of one line. `id` is the rollout's, or the optimizer step's for `step` and `critic-step`. */
export interface MetricLine {
  readonly type: 'metrics'
  readonly kind: MetricKind
  readonly id: number
  readonly metrics: Readonly<Record<string, MetricValue>>
  /** False when the line was cut: what could be read is there. */
  readonly isWhole: boolean
}

/** What the entry script says of the run, e.g. `{ event: 'checkpoint', iteration: 4, hf: '...' }`. */
export interface GymLine {
  readonly type: 'gym'
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A sign that a rollout's samples are complete, whatever is known of its metrics. */
export interface RolloutDoneLine {
  readonly type: 'rollout-done'
}

export type SlimeLine = MetricLine | GymLine | RolloutDoneLine

/** Longer lines hold sampled text, never metrics. */
const longestLine = 65_536

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
const colour = /\u001b\[[0-9;]*[A-Za-z]/g
// Ray's prefix of an actor, then slime's time stamp and place. The place is skipped: files and line numbers change with
// every release.
const start = /^(?:\([^()]*\bpid=\d+[^()]*\) )?\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^\]]*\] [\w./-]+:\d+ - /
const metrics = /^(critic-step|step|rollout|perf|eval|passrate|multi_turn) (\d{1,9}): \{(.*)$/
const repeated = /\s*\[repeated \d+x across cluster\]\s*$/

/**
 * Reads one line of a run's output: metrics of slime, an event of the entry script, or undefined for anything else. Never
 * throws, whatever the line holds.
 */
export function parseSlimeLine(raw: string): SlimeLine | undefined {
  if (raw.length > longestLine) return undefined
  // What a progress bar wrote before the last carriage return is gone from the screen too.
  const line = raw.replace(/\r+$/, '').replace(/^.*\r/s, '').replace(colour, '')
  if (line.startsWith('GYM {')) return gymLine(line.slice(4))
  const prefix = start.exec(line)
  if (prefix === null) return undefined
  const said = line.slice(prefix[0].length)
  if (said.startsWith('Finish rollout: ')) return { type: 'rollout-done' }
  const found = metrics.exec(said)
  return found === null ? undefined : metricLine(found[1] as MetricKind, Number(found[2]), found[3] ?? '')
}

function metricLine(kind: MetricKind, id: number, rest: string): MetricLine {
  const body = rest.replace(repeated, '').trimEnd()
  const isClosed = body.endsWith('}')
  const { values, isWhole } = parsePythonDict(isClosed ? body.slice(0, -1) : body)
  // The last number of a cut line may have lost digits.
  if (!isClosed) delete values[Object.keys(values).at(-1) ?? '']
  return { type: 'metrics', kind, id, metrics: values, isWhole: isWhole && isClosed }
}

function gymLine(json: string): GymLine | undefined {
  try {
    const fields: unknown = JSON.parse(json)
    if (typeof fields !== 'object' || fields === null || !('event' in fields)) return undefined
    return typeof fields.event === 'string' ? { type: 'gym', event: fields.event, fields: { ...fields } } : undefined
  } catch {
    return undefined
  }
}
