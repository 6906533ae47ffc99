import type { LoraOptions, LossOptions, TrainGroup } from '../engine-api.js'
import { DecodeCache } from '../generation/decode-cache.js'
import { floatWeights } from '../generation/float-weights.js'
import { GenerationSessions } from '../generation/generation-sessions.js'
import type { PromptCache } from '../generation/kv-cache.js'
import { uniformAt } from '../generation/random.js'
import { sampleToken } from '../generation/sample-token.js'
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
  /** One pass: groups, each a prompt with `responses` responses behind it. */
  readonly pass: { readonly groups: number; readonly responses: number }
  readonly promptTokens: number
  /** How many of these all prompts begin with, less than all of them. */
  readonly commonPromptTokens: number
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
  /** Packing the weights for the sampler, where that pays: once a step. */
  readonly refresh: number
  /** `prompts` prompts side by side. 0 for SFT, as the next one. */
  readonly prefill: number
  /** One token of each of `slots` sequences, drawn as well, with half of a response behind them. */
  readonly decode: number
}

/** Makes one of these from a value for each piece. */
export function everyPiece(of: (piece: keyof PassSeconds) => number): PassSeconds {
  return {
    gradient: of('gradient'),
    scoring: of('scoring'),
    update: of('update'),
    refresh: of('refresh'),
    prefill: of('prefill'),
    decode: of('decode'),
  }
}

const adamw = { lr: 0, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, clipGrad: 1 }

/**
 * Runs the pieces of a rollout on a model of the given shape with random weights and times each, the median of a few
 * runs. Everything goes through the code of real runs. Blocks the thread during each run. Throws EngineError
 * 'runtime-missing', and the signal's reason.
 */
export async function measurePasses(request: PassesToMeasure): Promise<PassSeconds> {
  const runtime = await loadRuntime()
  const { threads, modelBytes, promptTokens, responseTokens } = request
  const { config, weights } = randomModel(request.shape, promptTokens + responseTokens)
  const model = { runtime, config, weights, threads }
  const sampler = await GenerationSessions.compile({
    ...model,
    weights: floatWeights(config, weights, true, modelBytes),
    servesRollouts: true,
  })
  try {
    const median = (run: () => Promise<void> | void) => medianSeconds(run, request.signal)
    return {
      ...(await measureTraining(request, model)),
      refresh: await median(async () => {
        await sampler.whileWeightsChange(async () => {})
        if (request.kind === 'grpo') await sampler.prepare(request.sampling.slots, responseTokens)
      }),
      ...(request.kind === 'sft' ? { prefill: 0, decode: 0 } : await measureSampling(request, sampler, config)),
    }
  } finally {
    await sampler.release()
  }
}

type Model = ReturnType<typeof randomModel> & { readonly runtime: Runtime; readonly threads: number }

async function measureTraining(request: PassesToMeasure, model: Model) {
  const { recomputesLayers, lora: options, promptTokens, commonPromptTokens, responseTokens, pass, signal } = request
  const { structure } = layoutParameters(model.config)
  const lora = options === null ? null : await LoraPolicy.open({ ...model, structure, lora: options })
  const own = promptTokens - 1 - commonPromptTokens + pass.responses * responseTokens
  const maxBatchTokens = commonPromptTokens + pass.groups * own
  const trainer = new Trainer({ ...model, lora, recomputesLayers, maxBatchTokens })
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
  const { promptTokens, responseTokens, pass, signal } = request
  const { prompts, slots } = request.sampling
  const cache = new DecodeCache(config, sampler.servesRollouts)
  const keys = Array.from(
    { length: config.layers },
    () => new Float32Array(config.kvHeads * promptTokens * config.headDim),
  )
  const groups = Array.from({ length: Math.ceil(slots / pass.responses) }, () => ({
    time: promptTokens,
    keys,
    values: keys,
  }))
  for (let slot = 0; slot < slots; slot++) {
    const prompt = groups[Math.floor(slot / pass.responses)] as PromptCache
    cache.add(prompt, prompt)
  }
  // All of the cache's capacity is read, beyond the positions in use too.
  cache.reserve(Math.floor(responseTokens / 2))
  const everySlot = <T>(value: T) => new Array<T>(slots).fill(value)
  const draw = async () => {
    const probabilities = await sampler.decode({ cache, tokens: everySlot(1), temperatures: everySlot(1) })
    for (let slot = 0; slot < slots; slot++) {
      const own = probabilities.subarray(slot * config.vocab, (slot + 1) * config.vocab)
      sampleToken(own, { maxNewTokens: responseTokens }, uniformAt(slot, 0))
    }
  }
  const asked = Array.from({ length: prompts }, (_, p) => promptOf(request, p))
  const temperatures = new Array(prompts).fill(1)
  return {
    prefill: await medianSeconds(() => sampler.prefill(asked, temperatures), signal),
    decode: await medianSeconds(draw, signal),
  }
}

/** Groups that the trainer packs into exactly one pass. */
function passOf(request: PassesToMeasure): TrainGroup[] {
  const { pass, responseTokens, shape } = request
  return Array.from({ length: pass.groups }, (_, s) => ({
    promptTokenIds: promptOf(request, s),
    responses: Array.from({ length: pass.responses }, (_, r) => {
      const tokenIds = randomIds(shape, responseTokens, 1000 * (s + 1) + r)
      return { tokenIds, oldLogprobs: tokenIds.map(() => -Math.log(shape.vocab)), advantage: r % 2 === 0 ? 1 : -1 }
    }),
  }))
}

/** One of the prompts: what all begin with, and then, from the first token on, something else in each. */
function promptOf({ shape, promptTokens, commonPromptTokens }: PassesToMeasure, index: number): number[] {
  const own = randomIds(shape, promptTokens - commonPromptTokens, index + 1)
  return [...randomIds(shape, commonPromptTokens, 0), index % shape.vocab, ...own.slice(1)]
}

function randomIds({ vocab }: PassesToMeasure['shape'], count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(vocab * uniformAt(seed, i)))
}

function lossOf(kind: 'grpo' | 'sft'): LossOptions {
  if (kind === 'sft') return { kind }
  return { kind, epsClip: 0.2, epsClipHigh: 0.2, klCoef: 0, klType: 'k3', entropyCoef: 0 }
}
