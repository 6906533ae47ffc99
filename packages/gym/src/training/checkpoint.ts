/** A complete Hugging Face folder written by a training run. */
export interface Checkpoint {
  readonly trainingRunId: string
  /** 0-based id of the rollout after whose step it was written. */
  readonly rolloutId: number
  /** `iter_0000004`, as slime names them. */
  readonly name: string
  /** Absolute folder. */
  readonly path: string
  readonly createdAt: number
}
