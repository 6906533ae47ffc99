import type { ModelConfig } from '../checkpoint/model-config.js'
import type { LossOptions, OptimizerOptions, TrainGroup } from '../engine-api.js'
import { type DevicePrompt, DeviceTokens } from '../generation/device-tokens.js'
import type { Runtime } from '../graph/session.js'
import { Trainer } from '../training/trainer.js'
import { layoutParameters } from '../transformer/parameters.js'

/** Largest difference from the CPU allowed in one tensor, as a share of its largest number; sound devices stay near 1e-5. */
const tolerance = 1e-3

const base: ModelConfig = {
  architecture: 'qwen3',
  layers: 2,
  hidden: 48,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  intermediate: 80,
  vocab: 120,
  rmsNormEps: 1e-6,
  ropeTheta: 10_000,
  ropeScaling: { type: 'default' },
  maxPositions: 64,
  qkNorm: true,
  attentionBias: false,
  attentionOutputBias: false,
  tiedHead: true,
  eosTokenIds: [2],
  bosTokenId: null,
  padTokenId: 0,
  torchDtype: null,
}

/** Sizes that vectorised kernels take whole, and sizes that leave a rest; between them they use every operator. */
const models: readonly ModelConfig[] = [
  base,
  {
    ...base,
    architecture: 'qwen2',
    hidden: 50,
    heads: 3,
    kvHeads: 1,
    headDim: 14,
    intermediate: 37,
    vocab: 101,
    qkNorm: false,
    attentionBias: true,
    attentionOutputBias: true,
    tiedHead: false,
  },
]

const loss: LossOptions = {
  kind: 'grpo',
  epsClip: 0.2,
  epsClipHigh: 0.28,
  klCoef: 0.05,
  klType: 'k3',
  entropyCoef: 0.01,
}

/** With an epsilon near the gradients' size: a division by next to nothing would show rounding instead of faults. */
const optimizer: OptimizerOptions = {
  lr: 0.5,
  beta1: 0.9,
  beta2: 0.95,
  eps: 0.01,
  weightDecay: 0.1,
  clipGrad: 1,
}

/**
 * Trains two small models for two steps on the CPU and on the device and samples from them, and tells in a sentence where
 * gradients, weights, moments or probabilities disagree; null when they agree. Takes a second or two.
 */
export async function deviceFault(cpu: Runtime, device: Runtime): Promise<string | null> {
  for (const config of models) {
    const expected = await trainedBy(cpu, config)
    let actual: Numbers
    try {
      actual = await trainedBy(device, config)
    } catch (error) {
      return `WebGPU cannot be used here: ONNX Runtime says "${reasonOf(error)}"; install a Vulkan driver and its loader (Debian: libvulkan1)`
    }
    for (const [name, values] of Object.entries(expected)) {
      const gap = distance(values, actual[name] as Float32Array)
      if (gap <= tolerance) continue
      const off = Number.isFinite(gap)
        ? `by ${gap.toPrecision(2)} of its largest number`
        : 'with a number that is not finite'
      return `WebGPU computes ${name} of a small ${config.architecture} model wrongly on this machine, off ${off} where ${tolerance} is allowed; its driver cannot be trusted`
    }
  }
  return null
}

/** By what they are, in a few words. */
type Numbers = Readonly<Record<string, Float32Array>>

async function trainedBy(runtime: Runtime, config: ModelConfig): Promise<Numbers> {
  const { layout } = layoutParameters(config)
  // Irrational steps: no two weights alike, and the same at every run.
  const weights = Float32Array.from({ length: layout.size }, (_, i) => 0.2 * Math.sin(1.7 * i + 0.3))
  // Room for one of the two groups: the gradients of two passes are to be added up.
  const trainer = new Trainer({ runtime, config, threads: 1, weights, maxBatchTokens: 50 })
  try {
    const request = { groups: rollout(config), loss, temperature: 0.9, denominator: 40 }
    const before = weights.slice()
    const result = await trainer.computeGradient(request)
    const gradients = (await trainer.gradients()).slice()
    const of = (what: string, values: Float32Array) =>
      layout.parameters.map(({ name, offset, size }) => [`the ${what} of ${name}`, values.slice(offset, offset + size)])
    const first = [['the loss', Float32Array.of(result.loss)], ...of('gradient', gradients)]
    // A step along such a gradient would be refused.
    if (first.some(([, values]) => !(values as Float32Array).every(Number.isFinite))) return Object.fromEntries(first)
    await trainer.applyGradient(optimizer, result.loss)
    await trainer.step({ ...request, optimizer })
    const { mean, variance } = await trainer.adam()
    const change = weights.map((weight, i) => weight - (before[i] as number))
    return Object.fromEntries([
      ...first,
      ...of('first moment', mean),
      ...of('second moment', variance),
      ...of('change', change),
      ...(await sampledBy(config, new DeviceTokens({ runtime, config, weights: () => trainer.parameterFeeds() }))),
    ])
  } finally {
    await trainer.release()
  }
}

/** Probabilities after two prompts and in three steps behind them, one sample coming in later and one leaving; tokens drawn. */
async function sampledBy(config: ModelConfig, source: DeviceTokens): Promise<[string, Float32Array][]> {
  const numbers: [string, Float32Array][] = []
  try {
    const prompts = await source.prefill([ids(config, 9, 5), ids(config, 5, 11)], [1, 0.7])
    numbers.push(['the probabilities after prompts', joined(prompts.map(({ probabilities }) => probabilities))])
    const [first, second] = prompts as [DevicePrompt, DevicePrompt]
    for (const prompt of [first, first, second]) source.addSlot(prompt)
    for (const step of [1, 2, 3]) {
      const slots = [0, 1, 2].map((slot) => 7 * step + slot)
      const temperatures = slots.map((_, slot) => 1 + 0.2 * slot)
      const { drawn, probabilities } = await source.step({
        tokens: slots,
        temperatures,
        uniforms: slots.map(() => 0.5),
      })
      numbers.push([`the probabilities of step ${step}`, await probabilities()])
      numbers.push([
        `the chances of what step ${step} draws`,
        Float32Array.from(drawn ?? [], ({ logprob }) => Math.exp(logprob)),
      ])
      source.removeSlot(step % 3)
      source.addSlot(step === 1 ? second : first)
    }
    for (const prompt of prompts) source.forget(prompt)
  } finally {
    await source.release()
  }
  return numbers
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  return Float32Array.from(arrays.flatMap((array) => [...array]))
}

function ids({ vocab }: ModelConfig, count: number, step: number): number[] {
  return Array.from({ length: count }, (_, i) => 3 + ((i * step + step) % (vocab - 3)))
}

function rollout(config: ModelConfig): TrainGroup[] {
  return [5, 11].map((step) => ({
    promptTokenIds: ids(config, 9, step),
    responses: [7, 13, 17].map((length, i) => {
      const oldLogprobs = Array.from({ length }, (_, t) => -4.6 + 0.05 * ((t + i) % 7))
      const refLogprobs = oldLogprobs.map((x) => x + 0.1)
      return { tokenIds: ids(config, length, step + i + 1), oldLogprobs, refLogprobs, advantage: i - 0.7 }
    }),
  }))
}

/** Largest difference over the largest expected number; infinite for a number that is not finite. */
function distance(expected: Float32Array, actual: Float32Array): number {
  let gap = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((expected[i] as number) - (actual[i] as number))
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY
    gap = Math.max(gap, difference)
    largest = Math.max(largest, Math.abs(expected[i] as number))
  }
  return largest === 0 ? gap : gap / largest
}

/** ONNX Runtime puts the file, the function and the failed condition before what a reader can use. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split(' was false. ').at(-1) as string).trim().replace(/\s+/g, ' ').slice(0, 300)
}
