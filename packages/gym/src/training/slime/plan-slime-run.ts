import type { HostKind } from '../../compute/host.js'
import { parseGpu } from '../../compute/parse-gpu.js'
import { workerVariables } from '../../compute/ray/worker-variables.js'
import type { Dataset } from '../../datasets/dataset.js'
import type { Model } from '../../models/model.js'
import type { DatasetRow, Reward } from '../../trip.js'
import { evaluationName } from '../evaluation-names.js'
import { entryScript } from '../remote/entry-script.js'
import { generateHook, generateHookFile } from '../remote/generate-hook.js'
import {
  DEFAULT_SAMPLE_TOKENS,
  evaluationHookPath,
  sampleHook,
  sampleHookFile,
  sampleHookPath,
} from '../remote/sample-hook.js'
import { entryEnvironment } from './entry-environment.js'
import { flagArguments } from './flag-arguments.js'
import type { SlimeFlags } from './generated/slime-flags.js'
import { costPerHour, gpuPrices } from './gpu-prices.js'
import type { RunShape } from './log/slime-step-metrics.js'
import { parseSlimeOptions } from './parse-slime-options.js'
import { planFlags } from './plan-flags.js'
import { requirePreflight } from './preflight/preflight.js'
import { evalFile, type RunPaths, runPaths } from './run-paths.js'
import { slimeEnvironment } from './slime-environment.js'
import type { PlannedFile, SlimePlan } from './slime-plan.js'
import { presetOfOthers, slimePresets } from './slime-presets.js'
import { trainScript } from './train-script.js'
import { trainingImage } from './training-image.js'
import { checkTrainingLines, trainingLines } from './training-lines.js'

/** Rows with the dataset that makes messages of them; without `rows` the plan only names them. */
export interface PlannedDataset {
  readonly dataset: Dataset
  readonly rows?: readonly DatasetRow[]
}

export interface SlimePlanRequest {
  readonly trainingRunId: string
  /** Options of the SlimeRecipe. */
  readonly options: Readonly<Record<string, unknown>>
  readonly model: Model
  readonly train: PlannedDataset
  /** Rows to evaluate on while training, every `evalInterval` rollouts (default: `saveInterval`). */
  readonly evaluation?: PlannedDataset
  /** The reward, when the options do not carry it. */
  readonly reward?: Reward
  readonly host: HostKind
  /** GPUs that the compute asks for, e.g. `H100:8`; the recipe's own options come over it. */
  readonly gpu?: string
  readonly seed?: number
  /** True for a run that goes on from its own checkpoint. Default false. */
  readonly isResumed?: boolean
  /** Places that differ from the usual ones, e.g. `hfCheckpoint` of a run that starts from a checkpoint. */
  readonly paths?: Partial<RunPaths>
  /**
   * Address of the machine that the run starts on. Default `127.0.0.1`, one machine; on Ray the entry script finds out that
   * of the node that the job starts on, and tells slime.
   */
  readonly address?: string
  /** Port of the reward server beside the trainer. Default 8787. */
  readonly rewardPort?: number
}

/**
 * Decides everything about a run with slime, from arguments to cost, without starting or reading anything.
 *
 * @throws GymError 'config' when an option is bad or preflight finds an error, 'data' when a row cannot be used.
 */
export function planSlimeRun(request: SlimePlanRequest): SlimePlan {
  const { trainingRunId, model, train, evaluation, host } = request
  const { own, flags: options } = parseSlimeOptions(request.options)
  const preset = slimePresets[model.hfRepo ?? ''] ?? presetOfOthers
  const asked = request.gpu === undefined ? undefined : parseGpu(request.gpu)
  const gpuType = own.gpuType ?? asked?.type ?? preset.gpuType
  const gpuCount = own.gpuCount ?? asked?.count ?? preset.gpuCount
  const paths = { ...runPaths(trainingRunId, model.name), ...request.paths }
  const address = request.address ?? (host === 'ray' ? null : '127.0.0.1')
  const rewardPort = request.rewardPort ?? 8787
  const playsEpisodes = own.customGenerateFunction !== undefined
  const hasReward = playsEpisodes || (own.customRmFunction ?? request.reward) !== undefined
  const image = trainingImage(own)
  const flags = planFlags({
    trainingRunId,
    facts: model.facts,
    preset,
    gpuCount,
    paths,
    rewardUrl: `http://${address ?? '127.0.0.1'}:${rewardPort}/score`,
    playsEpisodes,
    hasReward,
    appliesChatTemplate: train.dataset.applyChatTemplate ?? true,
    ...(evaluation !== undefined && { evalName: evaluationName(evaluation.dataset) }),
    seed: request.seed ?? 0,
    isResumed: request.isResumed ?? false,
    options,
  })
  const keepsSamples =
    flags.customRolloutLogFunctionPath === sampleHookPath ||
    flags.customEvalRolloutLogFunctionPath === evaluationHookPath
  const notices = requirePreflight({
    flags,
    host,
    gpuCount,
    // Which GPUs a cluster has is known only to its owner.
    gpuType: host === 'ray' ? (own.gpuType ?? null) : gpuType,
    variables: own.env ?? {},
    modelName: model.name,
    facts: model.facts,
    datasetName: train.dataset.name,
    rows: train.rows?.length ?? null,
    appliesChatTemplate: train.dataset.applyChatTemplate ?? true,
    evaluation:
      evaluation === undefined
        ? null
        : {
            datasetName: evaluation.dataset.name,
            rows: evaluation.rows?.length ?? null,
            appliesChatTemplate: evaluation.dataset.applyChatTemplate ?? true,
            path: evalFile(paths),
          },
    hasReward,
    playsEpisodes,
    image: image.from,
  })
  const args = [...flagArguments(flags), ...(own.extraArgs ?? [])]
  const env = slimeEnvironment({
    address,
    paths,
    useNvls: own.useNvls ?? false,
    pythonPath: playsEpisodes || keepsSamples ? [paths.data] : [],
    extra: {
      ...(keepsSamples && {
        GYM_SAMPLES: `${paths.checkpoints}/samples`,
        GYM_SAMPLE_TOKENS: String(own.sampleTokensKept ?? DEFAULT_SAMPLE_TOKENS),
      }),
      ...own.env,
    },
  })
  const entry = entryEnvironment({ trainingRunId, paths, gpuCount, address, rewardPort, options: own })
  const price =
    host === 'modal' || own.gpuPricePerHour !== undefined ? costPerHour(gpuType, gpuCount, own.gpuPricePerHour) : null
  return {
    trainingRunId,
    args,
    env: { ...env, ...entry },
    files: plannedFiles({ paths, args, env, flags, train, evaluation, hasReward, playsEpisodes, keepsSamples }),
    image,
    gpu: `${gpuType}:${gpuCount}`,
    costPerHour: price,
    priceAsOf: price === null || own.gpuPricePerHour !== undefined ? null : gpuPrices.modal.asOf,
    shape: shapeOf(flags),
    paths,
    notices,
  }
}

function shapeOf(flags: SlimeFlags): RunShape {
  const { numRollout = 0, rolloutBatchSize = 0, nSamplesPerPrompt = 1, globalBatchSize } = flags
  const samples = rolloutBatchSize * nSamplesPerPrompt
  const stepsPerRollout = flags.numStepsPerRollout ?? samples / (globalBatchSize ?? samples)
  return { numRollout, rolloutBatchSize, nSamplesPerPrompt, stepsPerRollout }
}

interface FileSources
  extends Pick<SlimePlan, 'paths' | 'args' | 'env'>,
    Pick<SlimePlanRequest, 'train' | 'evaluation'> {
  readonly flags: SlimeFlags
  readonly hasReward: boolean
  readonly playsEpisodes: boolean
  readonly keepsSamples: boolean
}

function plannedFiles(sources: FileSources): Record<string, PlannedFile> {
  const { paths, args, env, flags, train, evaluation } = sources
  const atLeast = flags.overSamplingBatchSize ?? flags.rolloutBatchSize
  const { data } = paths
  return {
    [`${data}/train.jsonl`]: linesOf(train, atLeast),
    ...(evaluation !== undefined && { [evalFile(paths)]: linesOf(evaluation) }),
    [`${data}/train.sh`]: { content: trainScript(args) },
    // The others reach the workers through the environment in which Ray is started.
    [`${data}/runtime_env.json`]: { content: `${JSON.stringify({ env_vars: workerVariables(env) }, null, 2)}\n` },
    [`${data}/entry.sh`]: { content: entryScript },
    ...(sources.hasReward && {
      [`${data}/reward.mjs`]: { source: 'the reward function, bundled with what it imports' },
      [`${data}/server.mjs`]: { source: "the gym's reward server" },
    }),
    ...(sources.playsEpisodes && { [`${data}/${generateHookFile}`]: { content: generateHook } }),
    ...(sources.keepsSamples && { [`${data}/${sampleHookFile}`]: { content: sampleHook } }),
  }
}

function linesOf({ dataset, rows }: PlannedDataset, atLeast?: number): PlannedFile {
  if (rows === undefined) return { source: `the rows of ${dataset.name}, one JSON object a line` }
  const content = trainingLines(dataset, rows, atLeast)
  checkTrainingLines(content)
  return { content }
}
