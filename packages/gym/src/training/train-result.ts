import type { StepMetrics } from '../store/records.js'
import type { Checkpoint } from './checkpoint.js'

/** What a finished training run left. */
export interface TrainResult {
  readonly trainingRunId: string
  /** The last checkpoint. */
  readonly checkpoint: Checkpoint
  readonly checkpoints: readonly Checkpoint[]
  /** One entry a rollout, oldest first. */
  readonly metrics: readonly StepMetrics[]
  /** Of a run elsewhere: the time that its machines were held. */
  readonly seconds: number
}
