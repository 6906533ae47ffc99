import type { Compute } from '../compute/compute.js'

/** A complete Hugging Face folder written by a training run. */
export interface Checkpoint {
  readonly trainingRunId: string
  /** 0-based id of the rollout after whose step it was written. */
  readonly rolloutId: number
  /** `iter_0000004`, as slime names them. */
  readonly name: string
  /** Absolute folder; of a run elsewhere, as the machines there see it. */
  readonly path: string
  readonly createdAt: number
  /** Where the folder of a run elsewhere is kept; absent for one on this machine. */
  readonly volume?: CheckpointVolume
}

/** A folder of a volume. */
export interface CheckpointVolume {
  readonly compute: Compute
  /** Name of the volume. */
  readonly name: string
  /** Folder in the volume, without a slash at the start. */
  readonly path: string
}
