import { gpuMemoryGb } from '../../../compute/gpu-memory.js'
import { isChangedByRay } from '../../../compute/ray/worker-variables.js'
import { slimeFlagsSource } from '../generated/slime-flags.js'
import type { PreflightRule } from './rule.js'
import { weightsAGpu } from './weights-a-gpu.js'

/** Bytes of a weight in bfloat16. */
const WEIGHT_BYTES = 2

/** Rules about the GPUs, how the model is split over them, where it is, and the image. */
export const machineRules: readonly PreflightRule[] = [
  {
    name: 'known-architecture',
    severity: 'error',
    problem: ({ modelName, flags }) => {
      const needed = [
        'numLayers',
        'hiddenSize',
        'ffnHiddenSize',
        'numAttentionHeads',
        'vocabSize',
        'rotaryBase',
        'normEpsilon',
      ] as const
      const missing = needed.filter((option) => flags[option] === undefined)
      if (missing.length === 0) return undefined
      return `slime builds model ${modelName} from flags, and ${missing.join(', ')} are not known; take a model of the catalogue, e.g. Qwen3_4B, or give them as options of SlimeRecipe (they stand in the model's config.json)`
    },
  },
  {
    name: 'local-weights',
    severity: 'error',
    problem: ({ flags: { hfCheckpoint } }) =>
      hfCheckpoint?.startsWith('/') === true
        ? undefined
        : `the weights must be a folder in the training machine, since slime copies their config into every checkpoint, but they are at ${JSON.stringify(hfCheckpoint ?? null)}; give an absolute path`,
  },
  {
    name: 'save-has-a-place',
    severity: 'error',
    problem: ({ flags: { save, saveInterval } }) =>
      saveInterval !== undefined && save === undefined
        ? `saveInterval is ${saveInterval} and there is no folder to save to; give a checkpoints folder`
        : undefined,
  },
  {
    name: 'gpus-per-node',
    severity: 'error',
    problem: ({ gpuCount, flags: { numGpusPerNode = 8, colocate } }) =>
      colocate === true && gpuCount < 8 && numGpusPerNode !== gpuCount
        ? `numGpusPerNode is ${numGpusPerNode} and the run has ${gpuCount} GPUs, so slime would wait for GPUs that never come; leave numGpusPerNode out`
        : undefined,
  },
  {
    name: 'gpus-are-shared-out',
    severity: 'error',
    problem: ({ gpuCount, flags }) => {
      if (flags.colocate === true || flags.actorNumNodes !== 1) return undefined
      const { actorNumGpusPerNode: actor = 0, rolloutNumGpus: rollout } = flags
      if (rollout !== undefined && actor > 0 && actor + rollout <= gpuCount) return undefined
      return `without colocate, training and sampling need GPUs of their own, and ${actor} for training and ${rollout ?? 'none'} for sampling do not fit ${gpuCount}; give rolloutNumGpus between 1 and ${gpuCount - 1}, or colocate: true`
    },
  },
  {
    name: 'one-machine',
    severity: 'error',
    problem: ({ host, flags: { actorNumNodes = 1 } }) =>
      host === 'modal' && actorNumNodes > 1
        ? `actorNumNodes is ${actorNumNodes}, and a Modal sandbox is one machine of up to 8 GPUs; use compute ray({ address }) for more`
        : undefined,
  },
  {
    name: 'model-split-fits',
    severity: 'error',
    problem: ({ flags }) => {
      const {
        tensorModelParallelSize: tensor = 1,
        pipelineModelParallelSize: pipeline = 1,
        contextParallelSize: context = 1,
      } = flags
      const gpus = (flags.actorNumGpusPerNode ?? 8) * (flags.actorNumNodes ?? 1)
      const split = tensor * pipeline * context
      if (split < 1 || gpus % split !== 0)
        return `the model is split over ${split} GPUs (tensor ${tensor}, pipeline ${pipeline}, context ${context}), which does not divide the ${gpus} of training; change tensorModelParallelSize or gpuCount`
      return undefined
    },
  },
  {
    name: 'experts-split-fits',
    severity: 'error',
    problem: ({ flags }) => {
      const { numExperts, expertModelParallelSize: parts = 1, pipelineModelParallelSize: pipeline = 1 } = flags
      if (numExperts === undefined) return undefined
      const tensor = flags.expertTensorParallelSize ?? flags.tensorModelParallelSize ?? 1
      const gpus = (flags.actorNumGpusPerNode ?? 8) * (flags.actorNumNodes ?? 1)
      const split = parts * tensor * pipeline
      if (split >= 1 && gpus % split === 0 && numExperts % parts === 0) return undefined
      return `the ${numExperts} experts are split over ${split} GPUs (expert ${parts}, tensor ${tensor}, pipeline ${pipeline}), which does not divide the ${gpus} of training and the experts; change expertModelParallelSize or gpuCount`
    },
  },
  {
    name: 'weights-fit-a-gpu',
    severity: 'error',
    problem: ({ modelName, facts, gpuType, flags }) => {
      const memory = gpuType === null ? undefined : gpuMemoryGb(gpuType)
      if (facts === undefined || memory === undefined) return undefined
      const gradientBytes = flags.accumulateAllreduceGradsInFp32 === true ? 4 : 2
      const needed = (weightsAGpu(facts, flags) * (WEIGHT_BYTES + gradientBytes)) / 1e9
      if (needed <= memory) return undefined
      const split = facts.experts === undefined ? 'tensorModelParallelSize' : 'expertModelParallelSize'
      return `weights and gradients of ${modelName} take ${Math.ceil(needed)} GB of each ${gpuType}, which has ${memory}; raise ${split}, or choose a GPU with more memory`
    },
  },
  {
    name: 'heads-split-evenly',
    severity: 'error',
    problem: ({ flags }) => {
      const heads = flags.numAttentionHeads ?? 1
      const groups = flags.numQueryGroups ?? heads
      for (const option of ['tensorModelParallelSize', 'rolloutNumGpusPerEngine'] as const) {
        const parts = flags[option] ?? 1
        if (parts < 1 || heads % parts !== 0 || (groups % parts !== 0 && parts % groups !== 0)) {
          return `${option} is ${parts}, which does not divide the model's ${heads} heads and ${groups} key-value heads; give 1, 2, 4 or 8`
        }
      }
      return undefined
    },
  },
  {
    name: 'engines-fit',
    severity: 'error',
    problem: ({ gpuCount, flags: { colocate, rolloutNumGpus = gpuCount, rolloutNumGpusPerEngine: perEngine = 1 } }) => {
      const gpus = colocate === true ? gpuCount : rolloutNumGpus
      return gpus > 0 && gpus % perEngine !== 0
        ? `rolloutNumGpusPerEngine is ${perEngine}, which does not divide the ${gpus} GPUs that sample; give a divisor`
        : undefined
    },
  },
  {
    name: 'variables-reach-ray',
    severity: 'error',
    problem: ({ host, variables }) => {
      const changed = Object.keys(variables).filter((name) => isChangedByRay(variables[name] ?? ''))
      if (host !== 'ray' || changed.length === 0) return undefined
      return `env has a "$" before a name in ${changed.join(', ')}, which Ray would replace for the workers of the training; write it without, or set it in the environment of the nodes`
    },
  },
  {
    name: 'tokens-are-bounded',
    severity: 'error',
    problem: ({ flags: { useDynamicBatchSize, maxTokensPerGpu } }) =>
      useDynamicBatchSize === true && maxTokensPerGpu === undefined
        ? 'useDynamicBatchSize needs maxTokensPerGpu; give e.g. 9216'
        : undefined,
  },
  {
    name: 'response-fits-a-gpu',
    severity: 'notice',
    problem: ({ flags: { maxTokensPerGpu, contextParallelSize: parts = 1, rolloutMaxResponseLen: longest = 0 } }) =>
      maxTokensPerGpu !== undefined && longest > maxTokensPerGpu * parts
        ? `a response may have ${longest} tokens and a GPU trains on ${maxTokensPerGpu} at a time, so the longest ones may not fit its memory; raise maxTokensPerGpu or contextParallelSize, or lower rolloutMaxResponseLen`
        : undefined,
  },
  {
    name: 'response-fits-the-context',
    severity: 'notice',
    problem: ({ modelName, facts, flags: { rolloutMaxResponseLen: longest = 0 } }) =>
      facts !== undefined && longest >= facts.contextTokens
        ? `a response may have ${longest} tokens, and prompt and response of ${modelName} together at most ${facts.contextTokens}; lower rolloutMaxResponseLen`
        : undefined,
  },
  {
    name: 'disk-transport-has-a-folder',
    severity: 'error',
    problem: ({ flags: { updateWeightTransport, updateWeightDiskDir } }) =>
      updateWeightTransport === 'disk' && updateWeightDiskDir === undefined
        ? "updateWeightTransport 'disk' needs updateWeightDiskDir, a folder that trainer and engines both see, e.g. '/tmp/weights'"
        : undefined,
  },
  {
    name: 'image-of-the-table',
    severity: 'notice',
    problem: ({ image }) =>
      image === slimeFlagsSource.image || image === slimeFlagsSource.imageDigest
        ? undefined
        : `image ${image} is not the one whose flags are known (${slimeFlagsSource.image}): a flag that its slime does not have is ignored there without a word`,
  },
]
