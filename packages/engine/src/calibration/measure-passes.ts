import type { LoraOptions, LossOptions, TrainGroup } from '../engine-api.js'
import { floatWeights } from '../generation/float-weights.js'
import { GenerationSessions } from '../generation/generation-sessions.js'
import { KvCache } from '../generation/kv-cache.js'
import { uniformAt } from '../generation/random.js'
import { sampleToken } from '../generation/sample-token.js'
import { capacityStep } from '../generation/scheduler.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { LoraPolicy } from '../training/lora-policy.js'
import type { DecoderShape } from '../training/micro-batch-limits.js'
import { Trainer } from '../training/trainer.js'
import { layoutParameters } from '../transformer/parameters.js'
import { medianSeconds } from './median-seconds.js'
import { randomModel } from './random-model.js'

/** What to measure, in the sizes of a real run. */
export interface PassesToMeasure {
  readonly shape: DecoderShape & { readonly tiedHead: boolean }
  /** Bytes of the model that this one stands for: large ones are decoded in another way. */
  readonly modelBytes: number
  readonly threads: number
  readonly lora: LoraOptions | null
  readonly recomputesLayers: boolean
  readonly kind: 'grpo' | 'sft'
  /** One pass: packed sequences, each a prompt with `responses` responses behind it. */
  readonly pass: { readonly sequences: number; readonly responses: number }
  readonly promptTokens: number
  readonly responseTokens: number
  /** Prompts computed side by side, and sequences decoded together. */
  readonly sampling: { readonly prompts: number; readonly slots: number }
  /** Stops between two runs. */
  readonly signal: AbortSignal
}

/** Seconds that each piece of a rollout takes. */
export interface PassSeconds {
  /** Forward, backward and the sum of gradients, one pass. */
  readonly gradient: number
  /** Forward only, the same pass. */
  readonly scoring: number
  /** Norm of the gradient, AdamW and, with adapters, adding them to the weights: once a step. */
  readonly update: number
  /** Bringing the sampler's copies of weights up to date: once a step. */
  readonly refresh: number
  /** `prompts` prompts side by side. 0 for SFT, as the next one. */
  readonly prefill: number
  /** One token of each of `slots` sequences, drawn as well, with half of a response behind them. */
  readonly decode: number
}

const adamw = { lr: 0, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, clipGrad: 1 }

/**
 * Runs the pieces of a rollout on a model of the given shape with random weights and times each, the median of a few
 * runs. Everything goes through the code of real runs. Blocks the thread during each run. Throws EngineError
 * 'runtime-missing', and the signal's reason.
 */
export async function measurePasses(request: PassesToMeasure): Promise<PassSeconds> {
  const runtime = await loadRuntime()
  const { threads, modelBytes, promptTokens, responseTokens, pass } = request
  // A packed sequence is longer than any sample, and the rotary tables must hold it.
  const { config, weights } = randomModel(request.shape, promptTokens + pass.responses * responseTokens)
  const model = { runtime, config, weights, threads }
  const sampler = await GenerationSessions.compile({
    ...model,
    weights: floatWeights(config, weights, true, modelBytes),
  })
  try {
    const median = (run: () => Promise<void> | void) => medianSeconds(run, request.signal)
    return {
      ...(await measureTraining(request, model)),
      refresh: await median(() => sampler.refreshWeights()),
      ...(request.kind === 'sft' ? { prefill: 0, decode: 0 } : await measureSampling(request, sampler, config)),
    }
  } finally {
    await sampler.release()
  }
}

type Model = ReturnType<typeof randomModel> & { readonly runtime: Runtime; readonly threads: number }

async function measureTraining(request: PassesToMeasure, model: Model) {
  const { recomputesLayers, lora: options, promptTokens, responseTokens, pass, signal } = request
  const { structure } = layoutParameters(model.config)
  const lora = options === null ? null : await LoraPolicy.open({ ...model, structure, lora: options })
  const time = promptTokens - 1 + pass.responses * responseTokens
  const limits = { maxPackedTokens: time, maxBatchTokens: time * pass.sequences }
  const trainer = new Trainer({ ...model, lora, recomputesLayers, ...limits })
  try {
    const groups = passOf(request)
    const batch = { groups, loss: lossOf(request.kind), temperature: 1, denominator: 1 }
    const median = (run: () => Promise<unknown>) => medianSeconds(run, signal)
    return {
      gradient: await median(() => trainer.computeGradient(batch)),
      scoring: await median(() => trainer.logprobs(groups, 1, model.weights)),
      update: await median(() => trainer.applyGradient(adamw, 0)),
    }
  } finally {
    await trainer.release()
    await lora?.release()
  }
}

async function measureSampling(request: PassesToMeasure, sampler: GenerationSessions, config: Model['config']) {
  const { promptTokens, responseTokens, signal } = request
  const { prompts, slots } = request.sampling
  const cache = new KvCache(config)
  const position = promptTokens + Math.floor(responseTokens / 2)
  // All of the cache's capacity is read, beyond the positions in use too.
  cache.grow(Math.ceil((position + 1) / capacityStep) * capacityStep, slots, 0)
  const everySlot = <T>(value: T) => new Array<T>(slots).fill(value)
  const draw = async () => {
    const positions = everySlot(position)
    const probabilities = await sampler.decode({ cache, tokens: everySlot(1), positions, temperatures: everySlot(1) })
    for (let slot = 0; slot < slots; slot++) {
      const own = probabilities.subarray(slot * config.vocab, (slot + 1) * config.vocab)
      sampleToken(own, { maxNewTokens: responseTokens }, uniformAt(slot, 0))
    }
  }
  const asked = new Array(prompts).fill(new Array(promptTokens).fill(1))
  const temperatures = new Array(prompts).fill(1)
  return {
    prefill: await medianSeconds(() => sampler.prefill(asked, temperatures), signal),
    decode: await medianSeconds(draw, signal),
  }
}

/** Groups that the trainer packs into exactly one pass. */
function passOf({ pass, promptTokens, responseTokens, shape }: PassesToMeasure): TrainGroup[] {
  const ids = (count: number, seed: number) =>
    Array.from({ length: count }, (_, i) => Math.floor(shape.vocab * uniformAt(seed, i)))
  return Array.from({ length: pass.sequences }, (_, s) => ({
    promptTokenIds: ids(promptTokens, s),
    responses: Array.from({ length: pass.responses }, (_, r) => {
      const tokenIds = ids(responseTokens, 1000 * (s + 1) + r)
      return { tokenIds, oldLogprobs: tokenIds.map(() => -Math.log(shape.vocab)), advantage: r % 2 === 0 ? 1 : -1 }
    }),
  }))
}

function lossOf(kind: 'grpo' | 'sft'): LossOptions {
  if (kind === 'sft') return { kind }
  return { kind, epsClip: 0.2, epsClipHigh: 0.2, klCoef: 0, klType: 'k3', entropyCoef: 0 }
}
