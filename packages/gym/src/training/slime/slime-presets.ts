import type { SlimeFlagOptions } from './owned-flags.js'

/** On how many GPUs a model is trained, and how it is split among them. */
export interface SlimePreset {
  readonly gpuType: string
  readonly gpuCount: number
  readonly flags: Pick<
    SlimeFlagOptions,
    | 'tensorModelParallelSize'
    | 'sequenceParallel'
    | 'expertModelParallelSize'
    | 'expertTensorParallelSize'
    | 'maxTokensPerGpu'
    | 'rolloutNumGpusPerEngine'
    | 'sglangMemFractionStatic'
    | 'optimizerCpuOffload'
    | 'overlapCpuOptimizerD2hH2d'
    | 'usePrecisionAwareOptimizer'
  >
}

/** Keeps the optimizer's state in the memory of the machine, where the GPUs have no room for it. */
const momentsOnCpu = { optimizerCpuOffload: true, overlapCpuOptimizerD2hH2d: true, usePrecisionAwareOptimizer: true }
const oneGpuPerEngine = { rolloutNumGpusPerEngine: 1, sglangMemFractionStatic: 0.7 }

/**
 * By repository. 4B, 32B and 30B-A3B follow slime's own scripts (4B split less, for short responses); the others are
 * estimates from 18 bytes a weight (weights, gradients, both moments and the master copy), half of the GPU's memory.
 */
export const slimePresets: Readonly<Record<string, SlimePreset>> = {
  'Qwen/Qwen3-0.6B': {
    gpuType: 'H100',
    gpuCount: 1,
    flags: { tensorModelParallelSize: 1, maxTokensPerGpu: 16_384, ...oneGpuPerEngine },
  },
  'Qwen/Qwen3-1.7B': {
    gpuType: 'H100',
    gpuCount: 2,
    flags: { tensorModelParallelSize: 1, maxTokensPerGpu: 16_384, ...oneGpuPerEngine },
  },
  'Qwen/Qwen3-4B': {
    gpuType: 'H100',
    gpuCount: 8,
    flags: { tensorModelParallelSize: 1, maxTokensPerGpu: 9216, ...oneGpuPerEngine },
  },
  'Qwen/Qwen3-8B': {
    gpuType: 'H100',
    gpuCount: 8,
    flags: { tensorModelParallelSize: 2, sequenceParallel: true, maxTokensPerGpu: 9216, ...oneGpuPerEngine },
  },
  'Qwen/Qwen3-14B': {
    gpuType: 'H100',
    gpuCount: 8,
    flags: {
      tensorModelParallelSize: 4,
      sequenceParallel: true,
      maxTokensPerGpu: 9216,
      rolloutNumGpusPerEngine: 2,
      sglangMemFractionStatic: 0.7,
    },
  },
  'Qwen/Qwen3-32B': {
    gpuType: 'H100',
    gpuCount: 8,
    flags: {
      tensorModelParallelSize: 8,
      sequenceParallel: true,
      maxTokensPerGpu: 20_480,
      rolloutNumGpusPerEngine: 8,
      sglangMemFractionStatic: 0.7,
      ...momentsOnCpu,
    },
  },
  'Qwen/Qwen3-30B-A3B': {
    gpuType: 'H100',
    gpuCount: 8,
    flags: {
      tensorModelParallelSize: 4,
      sequenceParallel: true,
      expertModelParallelSize: 8,
      expertTensorParallelSize: 1,
      maxTokensPerGpu: 20_480,
      rolloutNumGpusPerEngine: 8,
      sglangMemFractionStatic: 0.7,
      ...momentsOnCpu,
    },
  },
}

/** For a model without a preset: a whole machine, as for 4B. */
export const presetOfOthers: SlimePreset = {
  gpuType: 'H100',
  gpuCount: 8,
  flags: { tensorModelParallelSize: 1, maxTokensPerGpu: 9216, ...oneGpuPerEngine },
}
