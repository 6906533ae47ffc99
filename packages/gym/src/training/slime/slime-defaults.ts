import type { SlimeFlags } from './generated/slime-flags.js'
import { evalFile, type RunPaths } from './run-paths.js'

/** What the gym sets for every run, in the order in which the arguments are written; a user's options come over it. */
export const slimeDefaults = {
  colocate: true,
  numRollout: 10,
  rolloutBatchSize: 16,
  nSamplesPerPrompt: 8,
  rolloutMaxResponseLen: 4096,
  rolloutTemperature: 1,
  rolloutShuffle: true,
  balanceData: true,
  saveInterval: 5,
  applyChatTemplateKwargs: { enable_thinking: false },
  advantageEstimator: 'grpo',
  epsClip: 0.2,
  epsClipHigh: 0.28,
  klLossType: 'low_var_kl',
  klLossCoef: 0,
  entropyCoef: 0,
  optimizer: 'adam',
  lr: 1e-6,
  lrDecayStyle: 'constant',
  weightDecay: 0.1,
  adamBeta1: 0.9,
  adamBeta2: 0.98,
  pipelineModelParallelSize: 1,
  contextParallelSize: 1,
  recomputeGranularity: 'full',
  recomputeMethod: 'uniform',
  recomputeNumLayers: 1,
  useDynamicBatchSize: true,
  useFaultTolerance: true,
  rolloutHealthCheckFirstWait: 300,
  attentionDropout: 0,
  hiddenDropout: 0,
  accumulateAllreduceGradsInFp32: true,
  attentionSoftmaxInFp32: true,
  attentionBackend: 'flash',
  useTensorboard: true,
  tbProjectName: 'gym',
} as const satisfies SlimeFlags

/** The flags that say where a run's files are; the very same start it and resume it. */
export function pathFlags(paths: RunPaths): SlimeFlags {
  return {
    hfCheckpoint: paths.hfCheckpoint,
    refLoad: paths.hfCheckpoint,
    load: paths.checkpoints,
    save: paths.checkpoints,
    // slime fills the braces in.
    saveHf: `${paths.checkpoints}/iter_{rollout_id:07d}_hf`,
    promptData: `${paths.data}/train.jsonl`,
    inputKey: 'messages',
    labelKey: 'row',
  }
}

/** The flags that send every sample to the reward server beside the trainer. */
export function rewardFlags(url: string): SlimeFlags {
  return { rmType: 'remote_rm', rmUrl: url, rewardKey: 'score' }
}

/** The flags of evaluation during training, on `name`; slime samples as in training where no flag says otherwise. */
export function evalFlags(name: string, paths: RunPaths, interval: number, maxResponseLen: number): SlimeFlags {
  return {
    evalInterval: interval,
    evalPromptData: [name, evalFile(paths)],
    nSamplesPerEvalPrompt: 4,
    evalMaxResponseLen: maxResponseLen,
  }
}
