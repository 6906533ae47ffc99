import type { ModelConfig } from '../checkpoint/model-config.js'
import { uniformAt } from '../generation/random.js'
import type { DecoderShape } from '../training/micro-batch-limits.js'
import { layoutParameters } from '../transformer/parameters.js'

/** Distinct random numbers; larger matrices repeat them, which no product notices. */
const poolSize = 2 ** 16

/** Makes a model of a shape with weights like those of a fresh one, and room for `positions` in a sequence. */
export function randomModel(
  shape: DecoderShape & { readonly tiedHead: boolean },
  positions: number,
): { readonly config: ModelConfig; readonly weights: Float32Array } {
  const config: ModelConfig = {
    ...shape,
    architecture: shape.qkNorm ? 'qwen3' : 'llama',
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    ropeScaling: { type: 'default' },
    maxPositions: positions,
    attentionBias: false,
    attentionOutputBias: false,
    eosTokenIds: [],
    bosTokenId: null,
    padTokenId: null,
    torchDtype: null,
  }
  const { layout } = layoutParameters(config)
  const weights = new Float32Array(layout.size)
  const pool = Float32Array.from({ length: poolSize }, (_, i) => 0.07 * (uniformAt(1, i) - 0.5))
  for (let from = 0; from < weights.length; from += poolSize) {
    weights.set(pool.subarray(0, Math.min(poolSize, weights.length - from)), from)
  }
  // Norms are ones, so that activations keep their size from layer to layer.
  for (const parameter of layout.parameters) {
    if (parameter.shape.length === 1) weights.fill(1, parameter.offset, parameter.offset + parameter.size)
  }
  return { config, weights }
}
