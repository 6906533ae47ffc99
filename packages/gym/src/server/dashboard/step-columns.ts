import type { RunRecord, StepMetrics } from '../../store/records.js'
import type { Store } from '../../store/store.js'

/** Every number that the steps of a run measured, one array a figure, all of one length. */
export interface StepColumns {
  readonly rolloutIds: readonly number[]
  /** Sampled (supervised: trained) tokens since the start, after each step. */
  readonly tokens: readonly number[]
  /** Seconds spent in steps since the start, after each step. */
  readonly seconds: readonly number[]
  /** By the figure's path in StepMetrics, e.g. `rewardMean`, `seconds.sample`, `details.exact`; NaN where it is absent. */
  readonly figures: ReadonlyMap<string, readonly number[]>
}

/** Runs whose columns are kept; one of 20,000 steps takes about 5 MB. */
const MOST_RUNS = 8
/** Figures kept of one run: a reward may invent a name for each sample. */
const MOST_FIGURES = 100

interface Growing {
  readonly rolloutIds: number[]
  readonly tokens: number[]
  readonly seconds: number[]
  readonly figures: Map<string, number[]>
  last: string
}

/**
 * Makes a reader of the columns of a run. Whoever asks again gets what is new from the store and the rest from memory; a
 * resumed run, which repeats steps, is read anew.
 */
export function createColumnsReader(
  store: Pick<Store, 'runs'>,
): (run: Pick<RunRecord, 'trainingRunId'>) => Promise<StepColumns> {
  const kept = new Map<string, Growing>()
  return async ({ trainingRunId }) => {
    const known = kept.get(trainingRunId)
    const from = known?.rolloutIds.at(-1) ?? 0
    const read = async (start: number) =>
      (await store.runs.stepsBetween(trainingRunId, { from: start, points: Number.MAX_SAFE_INTEGER })).steps
    let steps = await read(from)
    // Steps that are repeated take other times: the last one known then differs.
    const isContinued = known !== undefined && steps[0] !== undefined && JSON.stringify(steps[0]) === known.last
    if (known !== undefined && !isContinued) steps = await read(0)
    const columns = isContinued ? known : { rolloutIds: [], tokens: [], seconds: [], figures: new Map(), last: '' }
    for (const step of isContinued ? steps.slice(1) : steps) append(columns, step)
    columns.last = JSON.stringify(steps.at(-1)) ?? ''
    kept.delete(trainingRunId)
    kept.set(trainingRunId, columns)
    for (const id of [...kept.keys()].slice(0, -MOST_RUNS)) kept.delete(id)
    return columns
  }
}

function append({ rolloutIds, tokens, seconds, figures }: Growing, step: StepMetrics): void {
  const place = rolloutIds.length
  const { sampledTokens, trainedTokens } = step
  rolloutIds.push(step.rolloutId)
  // Supervised steps sample nothing, and a rollout's tokens are trained on after they were sampled.
  tokens.push((tokens.at(-1) ?? 0) + finite(sampledTokens > 0 ? sampledTokens : trainedTokens))
  seconds.push((seconds.at(-1) ?? 0) + finite(step.seconds.total))
  for (const values of figures.values()) values.push(Number.NaN)
  visitNumbers(step, '', (path, value) => {
    let values = figures.get(path)
    if (values === undefined) {
      if (figures.size >= MOST_FIGURES) return
      values = new Array<number>(place + 1).fill(Number.NaN)
      figures.set(path, values)
    }
    values[place] = value
  })
}

/** Tells every number in a record with its path. No list is made: a long run has a million of them. */
function visitNumbers(record: object, prefix: string, tell: (path: string, value: number) => void): void {
  for (const name in record) {
    const value = (record as Readonly<Record<string, unknown>>)[name]
    if (typeof value === 'number') {
      if (name !== 'rolloutId') tell(prefix === '' ? name : prefix + name, value)
    } else if (typeof value === 'object' && value !== null) visitNumbers(value, `${prefix}${name}.`, tell)
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0
}
