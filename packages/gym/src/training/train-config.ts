import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { type ChatTokenizer, Engine } from '@training-gym/engine'
import { z } from 'zod'
import { type Compute, computeSchema, local } from '../compute/compute.js'
import { consoleProgress } from '../console/console-progress.js'
import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import type { Model } from '../models/model.js'
import { ownSignal } from '../options/own-signal.js'
import { parseOptions } from '../options/parse-options.js'
import type { OnProgress } from '../progress.js'
import { gymHome } from '../store/home.js'
import { newId } from '../store/ids.js'
import { openStore } from '../store/open-store.js'
import type { RunRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import type { DatasetRow, Reward } from '../trip.js'
import type { Checkpoint } from './checkpoint.js'
import { claimRun, reopenRun } from './claim-run.js'
import { asGymError, unexpected } from './engine-failure.js'
import { trainGrpo } from './grpo.js'
import { GrpoRecipe } from './grpo-recipe.js'
import { requireEvaluation } from './held-out-rows.js'
import { restoreNewest } from './restore-newest.js'
import { withResumeHint } from './resume-hint.js'
import { checkpointsIn, type RunFolder, runFolder } from './run-folder.js'
import { openRunLog, runLogFile } from './run-log.js'
import { sftSteps, trainSft } from './sft.js'
import type { SftRecipe } from './sft-recipe.js'
import type { SlimePlan } from './slime/slime-plan.js'
import { SlimeRecipe } from './slime-recipe.js'
import type { TrainResult } from './train-result.js'
import { trainingEngineOptions } from './training-engine-options.js'
import { fitAllRows, readAllRows } from './training-rows.js'
import { keepCheckpoint, type TrainingRun } from './training-run.js'

type Recipe = GrpoRecipe | SftRecipe | SlimeRecipe

export interface TrainConfigOptions {
  /** A model object, or its name or folder. */
  readonly model: Model | string
  readonly dataset: Dataset
  /**
   * Rows to evaluate on while it trains, with the same reward: before the first rollout, then every `evalInterval` of the
   * recipe (default: its `saveInterval`). Not with SftRecipe.
   */
  readonly evalDataset?: Dataset | undefined
  /** How to train. Default: GrpoRecipe, and with `modal()` or `ray()` SlimeRecipe, with their defaults; they need `reward`. */
  readonly recipe?: Recipe | undefined
  /** Weights to start from instead of the base model's; the optimizer starts fresh. A checkpoint or its folder. */
  readonly checkpoint?: Checkpoint | string | undefined
  /** Where to train. Default `local()`. */
  readonly compute?: Compute | undefined
  /** The reward, when the recipe does not carry it as `customRmFunction`. */
  readonly reward?: Reward | undefined
  /** Decides every random choice of the run. Default 0. */
  readonly seed?: number | undefined
}

export interface TrainOptions {
  readonly signal?: AbortSignal | undefined
  /** Told what happens. Default: progress on standard error; `() => {}` for silence. */
  readonly onProgress?: OnProgress | undefined
  /** Folder of the state. Default: `.training-gym` of the working folder, or TRAINING_GYM_HOME. */
  readonly home?: string | undefined
  /**
   * Id of an interrupted or failed run of this very configuration, to be continued from its last checkpoint. A run of
   * SlimeRecipe may get a larger `numRollout`: it counts from the start of the run, not from the resume.
   */
  readonly resume?: string | undefined
  /** Left out: `true` makes them PlanOptions, which ask for the plan of a run. */
  readonly dryRun?: undefined
}

/** Asks for the plan of a run on GPUs instead of the run: its arguments, environment, files and cost an hour. */
export interface PlanOptions {
  readonly dryRun: true
  readonly signal?: AbortSignal | undefined
}

const schema = z.strictObject({
  model: z.union([
    z.string().min(1),
    z.custom<Model>((value) => hasMethod(value, 'resolve'), 'must be a model or its name'),
  ]),
  dataset: z.custom<Dataset>((value) => hasMethod(value, 'load'), 'must be a dataset'),
  evalDataset: z.custom<Dataset>((value) => hasMethod(value, 'load'), 'must be a dataset').optional(),
  recipe: z.custom<Recipe>((value) => isRecipe(value), 'must be a GrpoRecipe, SftRecipe or SlimeRecipe').optional(),
  checkpoint: z
    .union([
      z.string().min(1),
      z.custom<Checkpoint>((value) => hasText(value, 'path'), 'must be a checkpoint or its folder'),
    ])
    .optional(),
  compute: computeSchema.optional(),
  reward: z.custom<Reward>((value) => typeof value === 'function', 'must be a function').optional(),
  seed: z.int().min(0).optional(),
})

const trainOptionsSchema = z.strictObject({
  signal: z.instanceof(AbortSignal).optional(),
  onProgress: z.custom<OnProgress>((value) => typeof value === 'function', 'must be a function').optional(),
  home: z.string().min(1).optional(),
  resume: z.string().min(1).optional(),
  dryRun: z.undefined().optional(),
})

const planOptionsSchema = z.strictObject({
  dryRun: z.literal(true),
  signal: z.instanceof(AbortSignal).optional(),
})

/**
 * Trains a model on a dataset with a recipe.
 *
 * @example
 * const result = await new TrainConfig({ model: new TinyPoet(), dataset, recipe: new GrpoRecipe({ customRmFunction }) }).train()
 */
export class TrainConfig {
  readonly #options: TrainConfigOptions

  /** Throws GymError 'config' naming an unknown option, a bad value, or two rewards. */
  constructor(options: TrainConfigOptions) {
    this.#options = parseOptions(schema, options, 'TrainConfig')
    refuseTwoRewards(this.#options)
  }

  /**
   * Runs the training to its end. Throws a GymError: 'config' and 'data' for what was given, 'reward' for a broken
   * reward, 'engine' or 'store' for this machine, 'provider' for machines elsewhere, 'interrupted' when the signal aborted;
   * what was trained until then is kept, and the run can be resumed. A run elsewhere goes on after an abort (`detached`):
   * come back with `attachRun`.
   */
  train(options: PlanOptions): Promise<SlimePlan>
  train(options?: TrainOptions): Promise<TrainResult>
  async train(options: TrainOptions | PlanOptions = {}): Promise<TrainResult | SlimePlan> {
    // What plain JavaScript gives may be no object; the parser says so.
    const given = options as { readonly dryRun?: unknown } | null
    if (given?.dryRun !== undefined) return await this.#plan(parseOptions(planOptionsSchema, options, 'train()'))
    const checked = parseOptions(trainOptionsSchema, options, 'train()')
    const outlet = await consoleProgress(checked.onProgress)
    try {
      return await this.#train(checked, outlet.onProgress)
    } finally {
      outlet.end()
    }
  }

  async #plan({ signal = new AbortController().signal }: PlanOptions): Promise<SlimePlan> {
    const { planTraining } = await import('./plan-training.js')
    const { checkpoint, compute = local(), model, seed = 0, ...rest } = this.#options
    const startPath = typeof checkpoint === 'object' ? checkpoint.path : checkpoint
    const from = startPath === undefined ? {} : { checkpoint: startPath }
    return await planTraining({ ...rest, ...from, model: await this.#model(model), compute, seed, signal })
  }

  async #train(options: TrainOptions, onProgress: OnProgress): Promise<TrainResult> {
    const { dataset, evalDataset, compute = local(), seed = 0 } = this.#options
    const home = options.home ?? gymHome()
    const signal = ownSignal(options.signal)
    if (compute.kind !== 'local') return await this.#trainElsewhere(compute, { ...options, home, signal, onProgress })
    const recipe = this.#localRecipe()
    const read = await readAllRows(dataset, evalDataset, signal)
    const startPath = await this.#startPath(signal)
    const fitted = await fitAllRows(read, { recipe, modelPath: startPath, signal })
    const { rows, heldOut, config } = fitted
    const numRollout = recipe.kind === 'sft' ? sftSteps(rows.length, recipe.options) : recipe.options.numRollout
    await using store = await openStore({ home })

    const record =
      options.resume === undefined
        ? await this.#createRun(store, { config, startPath, numRollout, seed, recipe: recipe.kind })
        : await reopenRun(store, options.resume, config)
    const { trainingRunId } = record
    using _claimed = await claimRun(store, home, trainingRunId, signal)
    const folder = runFolder(home, trainingRunId)
    const log = await openRunLog(runLogFile(home, trainingRunId), onProgress)
    for (const message of fitted.warnings) log.onProgress({ kind: 'notice', message, isWarning: true })
    // A resumed run goes on from the folder that it started from, which may be another one.
    const tokenizer = record.startPath === startPath ? fitted.tokenizer : undefined
    const parts = { store, folder, dataset, heldOut, tokenizer, rows, signal, onProgress: log.onProgress }
    try {
      const isResumed = options.resume !== undefined
      const clocks = { now: () => performance.now(), clock: Date.now }
      return await this.#runToEnd(record, recipe, { ...parts, ...clocks, isResumed })
    } catch (error) {
      log.fail(error)
      throw error
    }
  }

  async #trainElsewhere(
    compute: Exclude<Compute, { kind: 'local' }>,
    { home, signal, onProgress, resume }: Required<Pick<TrainOptions, 'home' | 'signal' | 'onProgress'>> & TrainOptions,
  ): Promise<TrainResult> {
    const { model, dataset, evalDataset, recipe = new SlimeRecipe(), reward, checkpoint, seed = 0 } = this.#options
    if (recipe.kind !== 'slime') {
      const message = `recipe "${recipe.kind}" trains on the built-in engine, on this machine; with compute ${compute.kind}() use SlimeRecipe, whose options have the same names`
      throw new GymError('config', 'recipe-not-available', message)
    }
    const startPath = typeof checkpoint === 'object' ? checkpoint.path : checkpoint
    const { trainRemotely } = await import('./remote/train-remotely.js')
    return await trainRemotely(
      {
        model: await this.#model(model),
        dataset,
        recipe,
        compute,
        seed,
        ...(evalDataset !== undefined && { evalDataset }),
        ...(reward !== undefined && { reward }),
        ...(startPath !== undefined && { checkpoint: startPath }),
      },
      { home, signal, onProgress, ...(resume !== undefined && { resume }) },
    )
  }

  async #runToEnd(record: RunRecord, recipe: GrpoRecipe | SftRecipe, parts: RunParts): Promise<TrainResult> {
    const { store, folder, signal, onProgress, now } = parts
    const { trainingRunId, numRollout, model, seed } = record
    const started = now()
    onProgress({ kind: 'train-start', trainingRunId, numRollout, model })
    let run: TrainingRun | null = null
    try {
      await using engine = await openEngine(record, recipe, parts.tokenizer)
      const startRollout = await restore(engine, recipe, parts, trainingRunId)
      if (startRollout > 0) onProgress({ kind: 'train-resumed', steps: await store.runs.steps(trainingRunId) })
      const { saveInterval, keepLast } = recipe.options
      run = { ...parts, trainingRunId, model, engine, seed, startRollout, numRollout, saveInterval, keepLast }
      try {
        await this.#loop(run, recipe)
      } catch (error) {
        await keepWhatWasTrained(run, asGymError(error, signal))
        throw error
      }
    } catch (error) {
      const failure = withResumeHint(asGymError(error, signal), trainingRunId)
      const state = failure.boundary === 'interrupted' ? 'interrupted' : 'failed'
      await store.runs.update(trainingRunId, { state, finishedAt: Date.now(), error: failure.message, pid: null })
      throw failure.code === unexpected ? error : failure
    }
    await store.runs.update(trainingRunId, { state: 'completed', finishedAt: Date.now(), error: null, pid: null })
    const seconds = (now() - started) / 1000
    onProgress({ kind: 'train-end', trainingRunId, seconds })
    const checkpoints = await checkpointsIn(folder)
    const metrics = await store.runs.steps(trainingRunId)
    return { trainingRunId, checkpoint: checkpoints.at(-1) as Checkpoint, checkpoints, metrics, seconds }
  }

  #loop(run: TrainingRun, recipe: GrpoRecipe | SftRecipe): Promise<void> {
    switch (recipe.kind) {
      case 'grpo':
        return trainGrpo(run, recipe.options, this.#reward(recipe))
      case 'sft':
        return trainSft(run, recipe.options)
    }
  }

  #localRecipe(): GrpoRecipe | SftRecipe {
    const recipe = this.#options.recipe ?? new GrpoRecipe()
    if (recipe.kind === 'slime') {
      throw new GymError(
        'config',
        'recipe-not-available',
        'SlimeRecipe trains on GPUs; give compute: modal() or ray(), or on this machine use GrpoRecipe, whose options have the same names',
      )
    }
    requireEvaluation(recipe, this.#options.evalDataset)
    if (recipe.kind === 'grpo') this.#reward(recipe)
    return recipe
  }

  #reward(recipe: GrpoRecipe): Reward {
    const reward = recipe.options.customRmFunction ?? this.#options.reward
    if (reward !== undefined) return reward
    throw new GymError(
      'config',
      'no-reward',
      'GrpoRecipe needs a reward: give it as customRmFunction, or give TrainConfig a reward',
    )
  }

  async #startPath(signal: AbortSignal): Promise<string> {
    const { checkpoint, model } = this.#options
    if (checkpoint !== undefined) return resolve(typeof checkpoint === 'string' ? checkpoint : checkpoint.path)
    return (await this.#model(model)).resolve({ signal })
  }

  async #createRun(
    store: Store,
    facts: Pick<RunRecord, 'config' | 'startPath' | 'numRollout' | 'seed' | 'recipe'>,
  ): Promise<RunRecord> {
    const record: RunRecord = {
      ...facts,
      trainingRunId: newId('run', Date.now(), () => randomBytes(4)),
      state: 'running',
      model: (await this.#model(this.#options.model)).name,
      rolloutsDone: 0,
      pid: process.pid,
      createdAt: Date.now(),
      finishedAt: null,
      error: null,
    }
    await store.runs.create(record)
    return record
  }

  async #model(model: Model | string): Promise<Model> {
    if (typeof model !== 'string') return model
    const { resolveModel } = await import('../models/resolve-model.js')
    return resolveModel(model)
  }
}

interface RunParts
  extends Pick<TrainingRun, 'store' | 'dataset' | 'heldOut' | 'signal' | 'onProgress' | 'now' | 'clock'> {
  readonly folder: RunFolder
  readonly rows: readonly DatasetRow[]
  /** Of the model that the run starts from, where it is loaded already. */
  readonly tokenizer: ChatTokenizer | undefined
  readonly isResumed: boolean
}

function openEngine(
  { startPath, seed }: RunRecord,
  recipe: GrpoRecipe | SftRecipe,
  tokenizer: ChatTokenizer | undefined,
): Promise<Engine> {
  const options = trainingEngineOptions(recipe.options, seed)
  return Engine.open({ modelPath: startPath, isTrainable: true, ...options }, { tokenizer })
}

/** Keeps the start as reference policy where a KL is measured and, on a resume, goes back to the newest checkpoint that can be read; returns the next rollout. */
async function restore(
  engine: Engine,
  recipe: GrpoRecipe | SftRecipe,
  parts: RunParts,
  trainingRunId: string,
): Promise<number> {
  if (recipe.kind === 'grpo' && recipe.options.measureKl) await engine.keepReference()
  if (!parts.isResumed) return 0
  const { next, message, isWarning } = await restoreNewest(engine, parts.folder)
  await parts.store.runs.dropStepsFrom(trainingRunId, next)
  parts.onProgress({ kind: 'notice', message, isWarning })
  return next
}

/**
 * Saves the last finished rollout when the run ends early, so that nothing trained is lost. Not after an engine or
 * store failure: the weights may then be in the middle of a rollout, or the disk full.
 */
async function keepWhatWasTrained(run: TrainingRun, failure: GymError): Promise<void> {
  if (failure.boundary === 'engine' || failure.boundary === 'store') return
  const done = (await run.store.runs.get(run.trainingRunId))?.rolloutsDone ?? 0
  if (done > run.startRollout) await keepCheckpoint(run, done - 1)
}

/** One would train and the other be ignored, while an evaluation with the same options would take it. */
function refuseTwoRewards({ reward, recipe }: TrainConfigOptions): void {
  if (reward === undefined || recipe === undefined || recipe.kind === 'sft') return
  const { customRmFunction = reward } = recipe.options
  if (customRmFunction === reward) return
  const message = 'TrainConfig has a reward and its recipe another one as customRmFunction; give one of the two'
  throw new GymError('config', 'two-rewards', message)
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'function'
}

function hasText(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'string'
}

/** By its kind and not by its class, so that two installs of the package understand each other. */
function isRecipe(value: unknown): boolean {
  return hasText(value, 'kind') && ['grpo', 'sft', 'slime'].includes((value as Recipe).kind)
}
