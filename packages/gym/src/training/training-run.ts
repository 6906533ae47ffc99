import type { Engine } from '@training-gym/engine'
import type { Dataset } from '../datasets/dataset.js'
import type { OnProgress } from '../progress.js'
import type { SampleRecord, StepMetrics } from '../store/records.js'
import type { Store } from '../store/store.js'
import type { DatasetRow } from '../trip.js'
import type { HeldOutRows } from './held-out-rows.js'
import { pruneCheckpoints, type RunFolder, saveCheckpoint } from './run-folder.js'

/** What a training loop works with: the engine, the rows, and where everything is kept. */
export interface TrainingRun {
  readonly trainingRunId: string
  /** Short name of the model. */
  readonly model: string
  readonly engine: Engine
  readonly store: Store
  readonly folder: RunFolder
  readonly dataset: Dataset
  readonly rows: readonly DatasetRow[]
  /** What to evaluate on while it trains; null where nothing is. */
  readonly heldOut: HeldOutRows | null
  readonly seed: number
  /** First rollout to do: 0, or the one after the checkpoint that was resumed. */
  readonly startRollout: number
  readonly numRollout: number
  readonly saveInterval: number
  readonly keepLast: number
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/** Keeps one finished rollout: its samples and its metrics. */
export async function keepRollout(
  run: TrainingRun,
  metrics: StepMetrics,
  samples: readonly SampleRecord[],
): Promise<void> {
  await run.store.runs.addSamples(run.trainingRunId, samples)
  await run.store.runs.addStep(run.trainingRunId, metrics)
  run.onProgress({ kind: 'train-step', metrics, numRollout: run.numRollout })
}

/** Saves a checkpoint after a rollout where one is due: every `saveInterval` and after the last. */
export async function saveIfDue(run: TrainingRun, rolloutId: number): Promise<void> {
  const isLast = rolloutId === run.numRollout - 1
  if (isLast || (rolloutId + 1) % run.saveInterval === 0) await keepCheckpoint(run, rolloutId)
}

/** Saves a checkpoint after a rollout's step and removes those that are no longer wanted. */
export async function keepCheckpoint(run: TrainingRun, rolloutId: number): Promise<void> {
  const path = await saveCheckpoint(run.engine, run.folder, rolloutId)
  const isLast = rolloutId === run.numRollout - 1
  await pruneCheckpoints(run.folder, { keepLast: run.keepLast, savedRollout: rolloutId, isLast })
  run.onProgress({ kind: 'checkpoint', path, rolloutId })
}
