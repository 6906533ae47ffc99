import type { ProcessImage } from '../../compute/host.js'
import type { RunShape } from './log/slime-step-metrics.js'
import type { RunPaths } from './run-paths.js'

/** A file of a run: its text, or, where that is made only when the run starts, what it will be made of. */
export type PlannedFile = { readonly content: string } | { readonly source: string }

/** Everything that a run on GPUs will be, decided before anything is started or paid for. Plain JSON. */
export interface SlimePlan {
  readonly trainingRunId: string
  /** Arguments of slime's `train.py`, exactly. */
  readonly args: readonly string[]
  /** Variables of the training. */
  readonly env: Readonly<Record<string, string>>
  /** By absolute path in the training machine. */
  readonly files: Readonly<Record<string, PlannedFile>>
  readonly image: ProcessImage
  /** Kind and number of GPUs, e.g. `H100:8`. */
  readonly gpu: string
  /** US dollars for the GPUs; null where the price is not known or the machines are yours. */
  readonly costPerHour: number | null
  /** Day of the list price behind `costPerHour`; null with a price of your own, or none. */
  readonly priceAsOf: string | null
  /** Counts that the reader of the run's output needs: `new SlimeLog(plan.shape)`. */
  readonly shape: RunShape
  readonly paths: RunPaths
  /** What preflight found worth saying; none of it stops the run. */
  readonly notices: readonly string[]
}
