import type { StepMetrics } from '../../../store/records.js'
import { type GymLine, type MetricKind, type MetricLine, parseSlimeLine } from './parse-slime-line.js'
import type { MetricValue } from './python-dict.js'
import { type RolloutLines, type RunShape, slimeStepMetrics } from './slime-step-metrics.js'

/**
 * What a run's output says. The same output gives the same events, so that reading it again from the start and storing
 * by `rolloutId` (or `afterRollout` and the metric's name) leaves what was stored as it was.
 */
export type SlimeEvent =
  /** Metrics of a rollout; comes again, with more in it, when a line arrives late. */
  | { readonly kind: 'step'; readonly metrics: StepMetrics }
  /** Evaluation with the weights after a rollout; -1 is before all training. */
  | { readonly kind: 'eval'; readonly afterRollout: number; readonly metrics: Readonly<Record<string, MetricValue>> }
  | { readonly kind: 'checkpoint'; readonly rolloutId: number; readonly path: string }
  /** Any other event of the entry script: `failed`, `exit`, and what may come. */
  | { readonly kind: 'gym'; readonly event: string; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'notice'; readonly message: string }

export interface SlimeLogOptions extends RunShape {
  /** First rollout of this start of the run: 0, or where a resumed run went on. Default 0. */
  readonly startRollout?: number
}

/** A rollout is kept until this many later ones have begun; nothing about it is printed after that. */
const keptRollouts = 8

/** Events remembered so that they are not told twice. */
const rememberedEvents = 10_000

interface Rollout {
  readonly lines: Map<string, Readonly<Record<string, MetricValue>>>
  /** True when all that the trainer prints has come, or the next rollout has begun. */
  isSettled: boolean
}

/**
 * Reads the output of one run, line by line, in the order in which it was printed. Ray repeats lines and a re-attached
 * client reads them again: a line that says nothing new gives no event.
 */
export class SlimeLog {
  readonly #options: SlimeLogOptions
  readonly #rollouts = new Map<number, Rollout>()
  readonly #said = new Set<string>()
  #latest = 0
  #rolloutsDone = 0
  #hasMetrics = false

  constructor(options: SlimeLogOptions) {
    this.#options = options
  }

  /** Takes one line, without its line break, and returns what it says; usually nothing. Never throws. */
  read(line: string): SlimeEvent[] {
    const parsed = parseSlimeLine(line)
    switch (parsed?.type) {
      case undefined:
        return []
      case 'gym':
        return this.#gym(parsed)
      case 'rollout-done':
        this.#rolloutsDone += 1
        return this.#warnWhenSilent(this.#rolloutsDone > 2)
      case 'metrics':
        return this.#metrics(parsed)
    }
  }

  /** Gives the metrics of rollouts whose last line never came, at the end of the output. */
  finish(): SlimeEvent[] {
    return this.#settleUpTo(Number.POSITIVE_INFINITY)
  }

  #gym({ event, fields }: GymLine): SlimeEvent[] {
    const { iteration, hf } = fields
    if (event !== 'checkpoint' || !Number.isSafeInteger(iteration) || typeof hf !== 'string') {
      return this.#once(`gym ${JSON.stringify(fields)}`, { kind: 'gym', event, fields })
    }
    const rolloutId = iteration as number
    const checkpoint = this.#once(`checkpoint ${rolloutId}`, { kind: 'checkpoint', rolloutId, path: hf })
    return [...checkpoint, ...this.#warnWhenSilent(rolloutId - (this.#options.startRollout ?? 0) >= 2)]
  }

  #metrics(line: MetricLine): SlimeEvent[] {
    if (Object.keys(line.metrics).length === 0) return []
    this.#hasMetrics = true
    if (line.kind === 'eval') return this.#eval(line)
    const rolloutId = rolloutOf(line, this.#options.stepsPerRollout)
    if (rolloutId <= this.#latest - keptRollouts || rolloutId >= this.#options.numRollout) return []
    this.#latest = Math.max(this.#latest, rolloutId)
    const earlier = [...this.#rollouts.keys()].filter((id) => id < rolloutId).sort((a, b) => a - b)
    const events = earlier.flatMap((id) => this.#settle(id))
    for (const id of earlier) if (id <= this.#latest - keptRollouts) this.#rollouts.delete(id)
    const rollout = this.#rollouts.get(rolloutId) ?? { lines: new Map(), isSettled: false }
    this.#rollouts.set(rolloutId, rollout)
    const isNew = add(rollout.lines, line)
    if (!isNew) return events
    if (rollout.isSettled) return [...events, this.#step(rolloutId, rollout)]
    return line.metrics['perf/step_time'] === undefined ? events : [...events, ...this.#settle(rolloutId)]
  }

  #eval({ id, metrics, isWhole }: MetricLine): SlimeEvent[] {
    if (!isWhole) return []
    // A run from the start evaluates as "0" before it trains, and as "0" again after rollout 0 when the interval is 1.
    const isBefore = id === 0 && this.#latest === 0 && !this.#rollouts.has(0) && (this.#options.startRollout ?? 0) === 0
    const afterRollout = isBefore ? -1 : id
    const said = this.#once(`eval ${afterRollout} ${JSON.stringify(metrics)}`, { kind: 'eval', afterRollout, metrics })
    // Its rollout has trained: whoever keeps the evaluation with it must have heard of it.
    return said.length === 0 ? [] : [...this.#settleUpTo(afterRollout), ...said]
  }

  #settleUpTo(last: number): SlimeEvent[] {
    const ids = [...this.#rollouts.keys()].filter((id) => id <= last).sort((a, b) => a - b)
    return ids.flatMap((rolloutId) => this.#settle(rolloutId))
  }

  #settle(rolloutId: number): SlimeEvent[] {
    const rollout = this.#rollouts.get(rolloutId)
    if (rollout === undefined || rollout.isSettled) return []
    rollout.isSettled = true
    return [this.#step(rolloutId, rollout)]
  }

  #step(rolloutId: number, { lines }: Rollout): SlimeEvent {
    return { kind: 'step', metrics: slimeStepMetrics(rolloutLines(rolloutId, lines), this.#options) }
  }

  #warnWhenSilent(isLate: boolean): SlimeEvent[] {
    if (!isLate || this.#hasMetrics) return []
    const message =
      'no metric lines came by rollout 2: this slime may print them in another way, so there is nothing to draw; the run itself goes on, see its log'
    return this.#once('silent', { kind: 'notice', message })
  }

  #once(key: string, event: SlimeEvent): SlimeEvent[] {
    if (this.#said.has(key)) return []
    this.#said.add(key)
    if (this.#said.size > rememberedEvents) this.#said.delete(this.#said.values().next().value ?? '')
    return [event]
  }
}

function rolloutOf({ kind, id }: MetricLine, stepsPerRollout: number): number {
  return kind === 'step' || kind === 'critic-step' ? Math.floor(id / stepsPerRollout) : id
}

/** Merges a line into what is known of its kind and id; false when it says nothing new. */
function add(lines: Rollout['lines'], { kind, id, metrics }: MetricLine): boolean {
  const key = `${kind} ${id}`
  const before = lines.get(key) ?? {}
  if (Object.entries(metrics).every(([name, value]) => Object.is(before[name], value))) return false
  lines.set(key, { ...before, ...metrics })
  return true
}

function rolloutLines(rolloutId: number, lines: Rollout['lines']): RolloutLines {
  const of = (kind: MetricKind) => lines.get(`${kind} ${rolloutId}`) ?? {}
  const steps = [...lines.entries()]
    .flatMap(([key, values]) => (key.startsWith('step ') ? [{ step: Number(key.slice(5)), values }] : []))
    .sort((a, b) => a.step - b.step)
  return { rolloutId, rollout: of('rollout'), perf: of('perf'), steps: steps.map(({ values }) => values) }
}
