import type { ModelFacts } from '../../../models/model.js'
import type { SlimeFlags } from '../generated/slime-flags.js'

/** Matrices of one expert: gate, up and down. */
const MATRICES = 3

/** Returns how many weights a GPU of the training holds: every expert is on few GPUs, all else is split by tensor. */
export function weightsAGpu({ parameters, layers, hiddenSize, experts }: ModelFacts, flags: SlimeFlags): number {
  const { tensorModelParallelSize: tensor = 1, pipelineModelParallelSize: pipeline = 1 } = flags
  const { expertModelParallelSize: expert = 1, expertTensorParallelSize: expertTensor = tensor } = flags
  const ofExperts =
    experts === undefined ? 0 : layers * experts.count * MATRICES * hiddenSize * experts.intermediateSize
  return ((parameters - ofExperts) / tensor + ofExperts / (expert * expertTensor)) / pipeline
}
