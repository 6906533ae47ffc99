import { randomBytes } from 'node:crypto'
import type { Compute } from '../../compute/compute.js'
import { gymVolumes, seenPath } from '../../compute/gym-volumes.js'
import type { ComputeHost } from '../../compute/host.js'
import { openHost } from '../../compute/open-host.js'
import type { Dataset } from '../../datasets/dataset.js'
import type { Model } from '../../models/model.js'
import type { OnProgress } from '../../progress.js'
import { newId } from '../../store/ids.js'
import { openStore } from '../../store/open-store.js'
import type { RunRecord } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import type { DatasetRow, Reward } from '../../trip.js'
import type { ReadRows } from '../run-config.js'
import { runConfig } from '../run-config.js'
import { planSlimeRun } from '../slime/plan-slime-run.js'
import type { SlimePlan } from '../slime/slime-plan.js'
import type { SlimeRecipe } from '../slime-recipe.js'
import type { TrainResult } from '../train-result.js'
import { checkReward } from './check-reward.js'
import { failedStart } from './failed-start.js'
import { finishRun, resultOf } from './finish-run.js'
import { requireRemote, withLatestStart } from './remote-start.js'
import { prepareResume, type ResumedRun } from './resume-run.js'
import { stopAfterSeconds } from './run-budget.js'
import { processName, rewardPortOf, runProcess } from './run-process.js'
import { startWeights } from './start-weights.js'
import { uploadRun } from './upload-run.js'

/** A training that runs elsewhere. */
export interface RemoteTraining {
  readonly model: Model
  readonly dataset: Dataset
  /** Rows to evaluate on while it trains. */
  readonly evalDataset?: Dataset
  readonly recipe: SlimeRecipe
  readonly compute: Exclude<Compute, { kind: 'local' }>
  readonly reward?: Reward
  /** Weights to start from: a folder of this machine, or one on the volume. */
  readonly checkpoint?: string
  readonly seed: number
}

export interface RemoteTrainingOptions {
  readonly home: string
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
  /** Id of an ended run of this very configuration, to be continued from its last checkpoint. */
  readonly resume?: string
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number
}

/**
 * Trains on machines elsewhere, as one process that goes on when this client ends. The order is what makes it safe: plan,
 * try the reward here, keep the record, upload, start, keep the reference, and only then follow.
 *
 * @throws GymError as `train()` does; `detached` (interrupted) when the signal aborts after the start.
 */
export async function trainRemotely(training: RemoteTraining, options: RemoteTrainingOptions): Promise<TrainResult> {
  const { home, signal, onProgress, clock = Date.now } = options
  const { compute, dataset, evalDataset } = training
  const rows = await dataset.load({ signal })
  const evaluation = evalDataset && { dataset: evalDataset, rows: await evalDataset.load({ signal }) }
  await using host = await openHost(compute, { home })
  await using store = await openStore({ home })
  const world = { host, store, onProgress, clock, signal }
  const config = runConfig(training.recipe, dataset, rows, evaluation)
  const resumed = options.resume === undefined ? null : await prepareResume(world, options.resume, config)
  if (resumed !== null && resumed.startRollout >= (training.recipe.options.numRollout ?? resumed.record.numRollout)) {
    // All was done and saved when its machine was lost; only the word of it was missing.
    const { record } = resumed
    await store.runs.update(record.trainingRunId, { state: 'completed', error: null })
    return await resultOf({ ...world, record })
  }
  const started = await startRun(training, { ...world, rows, evaluation, config, resumed })
  return await finishRun({ ...world, ...started })
}

interface StartParts {
  readonly host: ComputeHost
  readonly store: Store
  readonly onProgress: OnProgress
  readonly clock: () => number
  readonly signal: AbortSignal
  readonly rows: readonly DatasetRow[]
  readonly evaluation: ReadRows | undefined
  readonly config: RunRecord['config']
  readonly resumed: ResumedRun | null
}

async function startRun(training: RemoteTraining, parts: StartParts) {
  const { host, store, signal, onProgress, clock, rows, evaluation, resumed, config } = parts
  const { model, dataset, recipe, compute, reward, checkpoint, seed } = training
  const now = clock()
  const trainingRunId = resumed?.record.trainingRunId ?? newId('run', now, () => randomBytes(4))
  const weights = resumed === null ? await startWeights(host, model, checkpoint, signal) : null
  const plan = planSlimeRun({
    trainingRunId,
    options: { ...recipe.options },
    model,
    train: { dataset, rows },
    ...(evaluation !== undefined && { evaluation }),
    ...(reward !== undefined && { reward }),
    host: compute.kind,
    ...(compute.kind === 'modal' && compute.gpu !== undefined && { gpu: compute.gpu }),
    seed,
    isResumed: resumed !== null,
    paths: {
      data: `${seenPath(host, gymVolumes.data)}/${trainingRunId}`,
      checkpoints: `${seenPath(host, gymVolumes.checkpoints)}/${trainingRunId}`,
      hfCheckpoint: resumed?.record.startPath ?? weights?.path ?? '',
    },
    rewardPort: rewardPortOf(trainingRunId),
  })
  const spent = { hours: resumed?.hours ?? 0, costPerHour: plan.costPerHour }
  const limit = stopAfterSeconds(compute, spent)
  for (const message of plan.notices) onProgress({ kind: 'notice', message })
  const tried = [{ dataset, rows }, ...(evaluation === undefined ? [] : [evaluation])]
  const checked = await checkReward({ options: recipe.options, reward, tried, signal })
  for (const message of checked.notices) onProgress({ kind: 'notice', message })

  const planned = plannedRecord({ training, plan, config, resumed, now })
  if (resumed === null) await store.runs.create(planned)
  else {
    await store.runs.dropStepsFrom(trainingRunId, resumed.startRollout)
    const { state, error, finishedAt, numRollout, remote } = planned
    await store.runs.update(trainingRunId, { state, error, finishedAt, numRollout, remote, config })
  }
  let wasAsked = false
  try {
    await weights?.prepare({ signal, onProgress })
    onProgress({ kind: 'notice', message: describeStart(plan, compute) })
    await uploadRun(host, plan, checked.bundle, signal)
    const index = planned.remote.starts.length - 1
    wasAsked = true
    const process = await host.start(runProcess(host, plan, { index, stopAfterSeconds: limit }), signal)
    const remote = withLatestStart({ ...planned.remote, process: process.reference }, { startedAt: clock() })
    await store.runs.update(trainingRunId, { remote })
    onProgress({ kind: 'notice', message: describeDetaching(trainingRunId) })
    return { process, record: { ...planned, remote } }
  } catch (error) {
    const before = resumed?.record
    const { failure, changes } = failedStart(error, { trainingRunId, compute, wasAsked, before, now: clock() })
    await store.runs.update(trainingRunId, changes)
    throw failure
  }
}

interface RecordParts {
  readonly training: RemoteTraining
  readonly plan: SlimePlan
  readonly config: RunRecord['config']
  readonly resumed: ResumedRun | null
  readonly now: number
}

function plannedRecord({ training, plan, config, resumed, now }: RecordParts) {
  const { compute, model, recipe, seed } = training
  const { trainingRunId, paths, shape, gpu, costPerHour } = plan
  const start = { startRollout: resumed?.startRollout ?? 0, startedAt: null, endedAt: null, exitCode: null }
  return requireRemote({
    trainingRunId,
    state: 'running',
    model: model.name,
    startPath: paths.hfCheckpoint,
    recipe: recipe.kind,
    config,
    seed,
    numRollout: shape.numRollout,
    rolloutsDone: 0,
    // It goes on without any process of this machine.
    pid: null,
    createdAt: resumed?.record.createdAt ?? now,
    finishedAt: null,
    error: null,
    remote: {
      compute,
      process: { kind: compute.kind, name: processName(trainingRunId) },
      paths,
      shape,
      gpu,
      costPerHour,
      starts: [...(resumed?.record.remote.starts ?? []), start],
    },
  })
}

function describeStart({ gpu, costPerHour, shape, image }: SlimePlan, compute: Compute): string {
  const price = costPerHour === null ? '' : `, $${costPerHour} an hour`
  return `training for ${shape.numRollout} rollouts on ${compute.kind}, ${gpu}${price}, in image ${image.from}`
}

function describeDetaching(trainingRunId: string): string {
  return `run ${trainingRunId} goes on when this ends (Ctrl-C); come back with: training-gym attach ${trainingRunId}`
}
