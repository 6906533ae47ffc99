import type { EngineOptions } from '@training-gym/engine'
import { deriveSeed } from '../random/seeded-random.js'
import type { ResolvedSft } from './sft-recipe.js'

/** The options of a recipe that the engine is opened with. */
export type EngineSide = Pick<
  ResolvedSft,
  'threads' | 'device' | 'loraRank' | 'loraAlpha' | 'loraTargets' | 'recomputeActivations' | 'maxTokensPerMicroBatch'
>

/** Reads off a recipe how the engine is to train; the run's seed decides where adapters start. */
export function trainingEngineOptions(options: EngineSide, seed: number): Omit<EngineOptions, 'modelPath'> {
  const { threads, device, loraRank, loraAlpha, loraTargets, recomputeActivations, maxTokensPerMicroBatch } = options
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
    ...(recomputeActivations === undefined ? {} : { recomputeActivations }),
    ...(maxTokensPerMicroBatch === undefined ? {} : { maxTokensPerMicroBatch }),
    ...(loraRank === undefined
      ? {}
      : {
          lora: {
            rank: loraRank,
            seed: deriveSeed(seed, 'lora'),
            ...(loraAlpha === undefined ? {} : { alpha: loraAlpha }),
            ...(loraTargets === undefined ? {} : { targets: loraTargets }),
          },
        }),
  }
}
