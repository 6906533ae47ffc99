import type { Engine } from '@training-gym/engine'
import type { Dataset } from '../datasets/dataset.js'
import type { OnProgress } from '../progress.js'
import type { SampleRecord, StepMetrics } from '../store/records.js'
import type { Store } from '../store/store.js'
import type { DatasetRow } from '../trip.js'
import { pruneCheckpoints, type RunFolder, saveCheckpoint } from './run-folder.js'

/** What a training loop works with: the engine, the rows, and where everything is kept. */
export interface TrainingRun {
  readonly trainingRunId: string
  readonly engine: Engine
  readonly store: Store
  readonly folder: RunFolder
  readonly dataset: Dataset
  readonly rows: readonly DatasetRow[]
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
}

/** Keeps one finished rollout: its samples, its metrics, and a checkpoint when one is due. */
export async function finishRollout(
  run: TrainingRun,
  metrics: StepMetrics,
  samples: readonly SampleRecord[],
): Promise<void> {
  const { rolloutId } = metrics
  await run.store.runs.addSamples(run.trainingRunId, samples)
  await run.store.runs.addStep(run.trainingRunId, metrics)
  run.onProgress({ kind: 'train-step', metrics, numRollout: run.numRollout })
  const isLast = rolloutId === run.numRollout - 1
  if (isLast || (rolloutId + 1) % run.saveInterval === 0) await keepCheckpoint(run, rolloutId)
}

/** Saves a checkpoint after a rollout's step and removes those that are no longer wanted. */
export async function keepCheckpoint(run: TrainingRun, rolloutId: number): Promise<void> {
  const path = await saveCheckpoint(run.engine, run.folder, rolloutId)
  await pruneCheckpoints(run.folder, run.keepLast)
  run.onProgress({ kind: 'checkpoint', path, rolloutId })
}
