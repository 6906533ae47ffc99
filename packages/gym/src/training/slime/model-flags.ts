import type { ModelFacts } from '../../models/model.js'
import type { SlimeFlags } from './generated/slime-flags.js'

/** Describes an architecture in Megatron's flags; slime builds the model from these and loads the weights into it. */
export function modelFlags(facts: ModelFacts): SlimeFlags {
  return {
    swiglu: true,
    numLayers: facts.layers,
    hiddenSize: facts.hiddenSize,
    ffnHiddenSize: facts.intermediateSize,
    numAttentionHeads: facts.heads,
    // Without grouping Megatron gives every head its own keys and values.
    ...(facts.kvHeads < facts.heads && { groupQueryAttention: true, numQueryGroups: facts.kvHeads }),
    useRotaryPositionEmbeddings: true,
    disableBiasLinear: true,
    normalization: 'RMSNorm',
    normEpsilon: facts.normEpsilon,
    rotaryBase: facts.ropeTheta,
    vocabSize: facts.vocabSize,
    kvChannels: facts.headDim,
    qkLayernorm: facts.architecture === 'qwen3',
    untieEmbeddingsAndOutputWeights: !facts.isTied,
    ...expertFlags(facts),
  }
}

/** As slime's own scripts set them for Qwen3's mixtures of experts. */
function expertFlags({ experts, layers }: ModelFacts): SlimeFlags {
  if (experts === undefined) return {}
  return {
    numExperts: experts.count,
    moeFfnHiddenSize: experts.intermediateSize,
    moeRouterTopk: experts.perToken,
    moeLayerFreq: `[${Array(layers).fill(1).join(', ')}]`,
    moeRouterScoreFunction: 'softmax',
    moeTokenDispatcherType: 'alltoall',
    moeGroupedGemm: true,
    moeTokenDropPolicy: 'probs',
    moeRouterDtype: 'fp32',
    moePermuteFusion: true,
    moeAuxLossCoeff: [0],
  }
}
