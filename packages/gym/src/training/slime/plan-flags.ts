import type { ModelFacts } from '../../models/model.js'
import { generateHookPath } from '../remote/generate-hook.js'
import { evaluationHookPath, sampleHookPath } from '../remote/sample-hook.js'
import type { SlimeFlags } from './generated/slime-flags.js'
import { modelFlags } from './model-flags.js'
import type { SlimeFlagOptions } from './owned-flags.js'
import type { RunPaths } from './run-paths.js'
import { evalFlags, pathFlags, rewardFlags, slimeDefaults } from './slime-defaults.js'
import type { SlimePreset } from './slime-presets.js'

export interface FlagSources {
  readonly trainingRunId: string
  readonly facts: ModelFacts | undefined
  readonly preset: SlimePreset
  readonly gpuCount: number
  readonly paths: RunPaths
  readonly rewardUrl: string
  readonly hasReward: boolean
  /** True when the model talks with an environment instead of answering once. */
  readonly playsEpisodes: boolean
  readonly appliesChatTemplate: boolean
  /** Name of the rows to evaluate on while training, where there are some. */
  readonly evalName?: string
  readonly seed: number
  /** True for a run that goes on from its own checkpoint. */
  readonly isResumed: boolean
  /** What the user set. */
  readonly options: SlimeFlagOptions
}

/** Merges all sources into the flags of a run: architecture, places, defaults, preset, and the user's options over all. */
export function planFlags(sources: FlagSources): SlimeFlags {
  const { options, paths, facts, gpuCount } = sources
  const chosen = { ...slimeDefaults, ...sources.preset.flags, ...options }
  const appliesTemplate = options.applyChatTemplate ?? sources.appliesChatTemplate
  const { applyChatTemplateKwargs, ...defaults } = slimeDefaults
  const isDisk = options.updateWeightTransport === 'disk'
  return {
    ...clusterFlags(gpuCount, options),
    ...(facts !== undefined && modelFlags(facts)),
    ...pathFlags(paths),
    ...(appliesTemplate && { applyChatTemplate: true, applyChatTemplateKwargs }),
    ...defaults,
    ...(options.numStepsPerRollout === undefined && {
      globalBatchSize: chosen.rolloutBatchSize * chosen.nSamplesPerPrompt,
    }),
    rolloutSeed: sources.seed,
    // Megatron refuses a seed of 0.
    seed: sources.seed + 1,
    ...(sources.hasReward && rewardFlags(sources.rewardUrl)),
    ...(sources.playsEpisodes && { customGenerateFunctionPath: generateHookPath }),
    customRolloutLogFunctionPath: sampleHookPath,
    ...(sources.evalName !== undefined && {
      ...evalFlags(sources.evalName, paths, options.evalInterval ?? chosen.saveInterval, chosen.rolloutMaxResponseLen),
      customEvalRolloutLogFunctionPath: evaluationHookPath,
    }),
    ...sources.preset.flags,
    ...(chosen.colocate && { sglangCudaGraphBackendPrefill: 'disabled' }),
    ...(isDisk && { updateWeightDiskDir: '/tmp/gym-weights' }),
    tbExperimentName: sources.trainingRunId,
    ...(sources.isResumed && resumeFlags(options)),
    ...options,
  }
}

/**
 * Megatron refuses a checkpoint whose schedule of learning rate and weight decay has another length, which slime derives from
 * `--num-rollout`. Overridden, the schedule is that of the new length, and the place in it that of the checkpoint.
 */
function resumeFlags({ useCheckpointOptParamScheduler }: SlimeFlagOptions): SlimeFlags {
  // Megatron refuses both at once.
  return useCheckpointOptParamScheduler === true ? {} : { overrideOptParamScheduler: true }
}

/** Colocated, training and sampling take turns on all GPUs; else sampling has `rolloutNumGpus` for itself. */
function clusterFlags(gpuCount: number, options: SlimeFlagOptions): SlimeFlags {
  const isColocated = options.colocate ?? slimeDefaults.colocate
  const actor = isColocated ? gpuCount : gpuCount - (options.rolloutNumGpus ?? 0)
  return {
    actorNumNodes: 1,
    actorNumGpusPerNode: actor,
    ...(gpuCount < 8 && { numGpusPerNode: gpuCount }),
  }
}
