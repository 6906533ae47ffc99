import { countWeights, type ModelShape, type TrainingPlan } from './estimate-plan.js'

/** Floating-point operations a second, as measured on this machine. */
export interface ProductSpeed {
  /** Of a product with as many rows as a training pass has positions. */
  readonly training: number
  /** Of one with as many rows as sequences are decoded together. */
  readonly decoding: number
}

export interface TimeEstimate {
  readonly items: readonly { readonly name: string; readonly seconds: number; readonly operations: number }[]
  /** Of one rollout: sample, score, train. */
  readonly rolloutSeconds: number
  readonly runSeconds: number
}

/** Share of the bare product's speed that whole passes reach (bench/RESULTS.md); the rest is attention, norms and copies. */
const passShare = 0.8
const decodeShare = 0.6
/** AdamW and the gradient's sums: values a second, one core. */
const updatesPerSecond = 1e8

/** Estimates the time of a rollout on the built-in engine: its floating-point operations over the measured speed. */
export function estimateTrainingTime(shape: ModelShape, plan: TrainingPlan, speed: ProductSpeed): TimeEstimate {
  const { layers, table, all, layerMatrices } = countWeights(shape)
  const { lora, rolloutTokens, rolloutRows, prompts, samples, promptTokens, responseTokens } = plan
  const attention = 4 * shape.layers * shape.heads * shape.headDim * plan.pass.time
  const forward = rolloutTokens * (2 * layers + attention) + rolloutRows * 2 * table
  // Gradients of inputs and of weights cost a forward pass each; adapters leave the second out. The head's probabilities
  // are multiplied with the head once more.
  const passes = 2 + (lora === null ? 1 : 0) + (plan.recomputesLayers ? 1 : 0)
  const training = passes * forward
  const sampled = prompts * samples * responseTokens
  const adapters = (lora?.targets ?? []).reduce((sum, target) => {
    const [inputs, outputs] = layerMatrices[target] as readonly [number, number]
    return sum + shape.layers * (lora?.rank ?? 0) * (inputs + outputs)
  }, 0)
  const update = (lora === null ? all : adapters) / updatesPerSecond
  const at = (name: string, operations: number, rate: number, more = 0) => ({
    name,
    operations,
    seconds: operations / rate + more,
  })
  const items = [
    ...(plan.kind === 'grpo'
      ? [
          at(
            'sample',
            prompts * promptTokens * 2 * layers + sampled * 2 * (layers + table),
            speed.decoding * decodeShare,
          ),
          at('score the start', forward, speed.training * passShare),
        ]
      : []),
    at('train', training, speed.training * passShare, update),
  ]
  const rolloutSeconds = items.reduce((sum, { seconds }) => sum + seconds, 0)
  return { items, rolloutSeconds, runSeconds: rolloutSeconds * plan.rollouts }
}
