import { arePackable, passMemory, repaysPacking } from '@training-gym/engine'
import { countWeights, type ModelShape, type TrainingPlan } from './estimate-plan.js'

/** One part of an estimate and what it was computed from. */
export interface EstimateItem {
  readonly name: string
  readonly bytes: number
  readonly from: string
}

export interface MemoryEstimate {
  readonly items: readonly EstimateItem[]
  /** Sum of the items: the largest resident memory of the process. */
  readonly bytes: number
}

/** Node.js with the gym, its store and ONNX Runtime, measured. */
const processBytes = 0.2e9
const float = 4
/** Positions by which the engine's cache grows. */
const cacheStep = 16
/** Samples for which the engine's cache keeps a prompt once. */
const sharingSamples = 8

/**
 * Estimates the peak memory of a training run on the built-in engine. All parts of it live at once:
 * the engine keeps the memory of sampling and scoring while it trains, and that of training while it samples.
 */
export function estimateTrainingMemory(shape: ModelShape, plan: TrainingPlan): MemoryEstimate {
  const { all, layerMatrices } = countWeights(shape)
  const { lora, pass, recomputesLayers, replicas } = plan
  const adapted = (lora?.targets ?? []).map((target) => layerMatrices[target] as readonly [number, number])
  const base = shape.layers * adapted.reduce((sum, [inputs, outputs]) => sum + inputs * outputs, 0)
  const adapters = shape.layers * adapted.reduce((sum, [i, o]) => sum + (lora?.rank ?? 0) * (i + o), 0)
  const trained = lora === null ? all : adapters
  const { kept, passing } = passMemory(shape, { ...pass, recomputesLayers })
  const values = (count: number) => count.toLocaleString('en')
  const inEach = ({ name, bytes, from }: EstimateItem): EstimateItem =>
    replicas === 1
      ? { name, bytes, from }
      : { name, bytes: replicas * bytes, from: `${from}, in each of ${replicas} replicas` }
  const ofReplicas: EstimateItem[] = [
    { name: 'weights', bytes: float * all, from: `${values(all)} in float32` },
    ...(lora === null && plan.keepsReference
      ? [{ name: 'reference', bytes: float * all, from: 'the starting weights, for the KL' }]
      : []),
    ...(lora === null
      ? []
      : [{ name: 'base', bytes: float * base, from: `the adapted matrices without adapters, ${values(base)}` }]),
    { name: 'gradients', bytes: 3 * float * trained, from: `${values(trained)}: summed, of one pass, and its copy` },
    {
      name: 'activations',
      bytes: kept,
      from: `${pass.tokens} positions x ${shape.layers} layers, ${recomputesLayers ? 'inputs only' : 'all kept'}`,
    },
    {
      name: 'logits or one layer',
      bytes: passing,
      from: `${pass.rows} rows x ${shape.vocab}, twice, or a backward pass`,
    },
    ...(plan.kind === 'grpo'
      ? [
          ...(isPackedToSample(shape, plan)
            ? [
                {
                  name: 'packed',
                  bytes: packedBytes(shape),
                  from: 'the matrices as decoding reads them, while it samples',
                },
              ]
            : []),
          rolloutCacheItem(shape, plan),
          { name: 'scoring', bytes: scoringBytes(shape, plan), from: 'one forward pass, kept between runs' },
        ]
      : []),
  ]
  return total([
    { name: 'process', bytes: processBytes, from: 'Node.js and ONNX Runtime' },
    ...ofReplicas.map(inEach),
    ...(replicas === 1 ? [] : [{ name: 'new weights', bytes: float * all, from: 'where replicas take them from' }]),
    { name: 'moments', bytes: 2 * float * trained, from: 'two of AdamW a trained value' },
  ])
}

/** Estimates the peak memory of serving a model in float32 with `slots` answers at once. */
export function estimateServingMemory(
  shape: ModelShape,
  { slots, tokens }: { readonly slots: number; readonly tokens: number },
): MemoryEstimate {
  const { all } = countWeights(shape)
  return total([
    { name: 'process', bytes: processBytes, from: 'Node.js and ONNX Runtime' },
    { name: 'weights', bytes: float * all, from: `${all.toLocaleString('en')} in float32` },
    ...(arePackable(float * all)
      ? [
          {
            name: 'packed',
            bytes: 2 * packedBytes(shape),
            from: 'the matrices as prompts and decoding read them',
          },
        ]
      : []),
    cacheItem(shape, slots, tokens),
  ])
}

/** Says whether the engine packs the weights for the samples of a rollout; the first token comes with the prompt. */
function isPackedToSample(shape: ModelShape, { sampling, threads }: TrainingPlan): boolean {
  const { slots, mostTokens } = sampling
  return arePackable(float * countWeights(shape).all) && repaysPacking(slots, mostTokens - 1, threads)
}

/** One packed copy of what is multiplied with: the matrices of the layers and the head. */
function packedBytes(shape: ModelShape): number {
  const { layers, table } = countWeights(shape)
  return float * (layers + table)
}

function rolloutCacheItem(shape: ModelShape, plan: TrainingPlan): EstimateItem {
  const { samples, promptTokens, responseTokens } = plan
  const { slots } = plan.sampling
  const prompts = Math.ceil(slots / Math.min(samples, sharingSamples))
  return {
    name: 'cache',
    bytes: cacheBytes(shape, prompts, promptTokens) + cacheBytes(shape, slots, responseTokens),
    from: `keys and values of ${prompts} prompts x ${promptTokens} and ${slots} responses x ${responseTokens} positions`,
  }
}

function cacheItem(shape: ModelShape, slots: number, tokens: number): EstimateItem {
  return {
    name: 'cache',
    bytes: cacheBytes(shape, slots, tokens),
    from: `keys and values of ${slots} sequences x ${tokens} positions`,
  }
}

function cacheBytes({ layers, kvHeads, headDim }: ModelShape, sequences: number, tokens: number): number {
  return float * 2 * layers * kvHeads * headDim * sequences * Math.ceil(tokens / cacheStep) * cacheStep
}

/** Scoring keeps no layer's inside: two arrays over the vocabulary, or one layer. */
function scoringBytes(shape: ModelShape, { pass }: TrainingPlan): number {
  const { hidden, intermediate, heads, vocab } = shape
  const layer = pass.tokens * (3 * hidden + Math.max(3 * intermediate, 3 * heads * pass.width))
  return float * Math.max(2 * pass.rows * vocab, layer)
}

function total(items: readonly EstimateItem[]): MemoryEstimate {
  return { items, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0) }
}
