import type { ModelConfig } from '../checkpoint/model-config.js'
import type { GraphBuilder } from '../graph/graph-builder.js'
import { type Feeds, floatsOf, type Runtime, Session } from '../graph/session.js'
import { packedFeeds, packedSizes } from '../transformer/block-layout.js'
import type { DecodeCache } from './decode-cache.js'
import { decodeGraph, ofNewToken, ofPrompt } from './decode-graph.js'
import { DecodeSession } from './decode-session.js'
import { keysName, prefillGraph, valuesName } from './generation-graphs.js'
import type { GenerationWeights } from './generation-weights.js'
import type { PromptCache } from './kv-cache.js'
import { packPrompts } from './pack-prompts.js'
import { smallestTemperature } from './sample-token.js'

export interface GenerationSessionsOptions {
  readonly runtime: Runtime
  readonly config: ModelConfig
  readonly threads: number
  readonly weights: GenerationWeights
  /**
   * True for the samples of training, which come in groups and are waited for together: the samples of a group share the
   * keys and values of their prompt, and slots are filled before decoding goes on. False for answers that are read while
   * they are written, most of them the only one to their prompt.
   */
  readonly servesRollouts: boolean
}

export interface DecodeRequest {
  readonly cache: DecodeCache
  /** The token behind those in the cache, one a slot. */
  readonly tokens: readonly number[]
  readonly temperatures: readonly number[]
}

/**
 * Query rows that share a prompt's keys: up to here each is a product of its own, which reads the keys where they lie;
 * more of them repay the packed copy that ONNX Runtime makes for a product of several rows.
 */
const mostSingleRows = 6

/** Runs the two graphs of generation: whole prompts, and one further token for each of several sequences. */
export class GenerationSessions {
  readonly #config: ModelConfig
  readonly #prefill: Session
  readonly #prefillWeights: Feeds
  readonly #decode: DecodeSession
  readonly servesRollouts: boolean

  private constructor(options: GenerationSessionsOptions, prefill: Session, decode: DecodeSession) {
    this.#config = options.config
    this.#prefill = prefill
    this.#prefillWeights = options.weights.feeds(prefill)
    this.#decode = decode
    this.servesRollouts = options.servesRollouts
  }

  static async compile(options: GenerationSessionsOptions): Promise<GenerationSessions> {
    const { config, runtime, threads, weights, servesRollouts } = options
    const compile = (graph: GraphBuilder) => Session.compile(runtime, graph, { threads, spins: false })
    const prefill = await compile(prefillGraph(config, weights))
    const decode = await DecodeSession.open(
      (source) => compile(decodeGraph(config, source, servesRollouts)),
      weights,
      threads,
    )
    weights.forgetConstants?.()
    return new GenerationSessions(options, prefill, decode)
  }

  /** Forgets what was made ready for samples before. */
  begin(): void {
    this.#decode.begin()
  }

  /** Makes ready for that many samples of that many tokens. */
  async prepare(samples: number, tokens: number): Promise<void> {
    await this.#decode.prepare(samples, tokens)
  }

  /** Changes the weights in place; copies of them are let go of before. */
  async whileWeightsChange<T>(change: () => Promise<T>): Promise<T> {
    return await this.#decode.whileWeightsChange(change)
  }

  /** Computes prompts together, for rollouts what all begin with once; returns each one's cache and next-token probabilities. */
  async prefill(prompts: readonly (readonly number[])[], temperatures: readonly number[]) {
    const { layers, vocab } = this.#config
    const batch = prompts.length
    const packed = packPrompts(prompts, this.servesRollouts)
    const session = this.#prefill
    const outputs = await session.run(
      {
        ...this.#prefillWeights,
        ...packedFeeds(session, packed, this.#config),
        rows: session.int64(packed.rows, [batch]),
        inverseTemperature: session.float32(Float32Array.from(temperatures, inverseTemperature), [batch, 1]),
      },
      { ...packedSizes(packed), B: batch },
    )
    const probabilities = floatsOf(outputs, 'probabilities')
    return prompts.map((prompt, b) => {
      const layersOf = (name: (layer: number) => string) =>
        Array.from({ length: layers }, (_, i) => packed.headsOf(b, floatsOf(outputs, name(i)), this.#config))
      const cache: PromptCache = { time: prompt.length, keys: layersOf(keysName), values: layersOf(valuesName) }
      return { cache, probabilities: probabilities.slice(b * vocab, (b + 1) * vocab) }
    })
  }

  /**
   * Computes one token for each slot and returns [slots * vocab] probabilities of the next. The keys and values of the
   * tokens are written into the cache, and stay when it advances.
   */
  async decode({ cache, tokens, temperatures }: DecodeRequest): Promise<Float32Array> {
    cache.reserve(1)
    const { layers, kvHeads, headDim } = this.#config
    const batch = cache.size
    const { capacity } = cache.own
    const session = this.#prefill
    const mask = cache.mask()
    const feeds: Feeds = {
      tokens: session.int64(tokens, [batch]),
      positions: session.int64(cache.positions(), [batch, 1]),
      mask: session.float32(mask, [batch * kvHeads, 1, 1, mask.length / (batch * kvHeads)]),
      inverseTemperature: session.float32(Float32Array.from(temperatures, inverseTemperature), [batch, 1]),
    }
    const shape = [batch * kvHeads, 1, capacity, headDim]
    for (let layer = 0; layer < layers; layer++) {
      const { keys, values } = cache.own.view(layer, batch)
      feeds[keysName(layer)] = session.float32(keys, shape)
      feeds[valuesName(layer)] = session.float32(values, shape)
    }
    const groups = this.servesRollouts ? this.#feedPrompts(cache, feeds) : {}
    const outputs = await this.#decode.run(feeds, { B: batch, C: capacity, ...groups })
    for (let layer = 0; layer < layers; layer++) {
      const named = (name: string) => floatsOf(outputs, ofNewToken(name))
      cache.writeTokens(layer, named(keysName(layer)), named(valuesName(layer)))
    }
    return floatsOf(outputs, 'probabilities')
  }

  /** Adds the shared prompts to the feeds and returns the sizes that come with them. */
  #feedPrompts(cache: DecodeCache, feeds: Feeds): Record<string, number> {
    const { layers, heads, kvHeads, headDim } = this.#config
    const { prompts, samples, toGroups, toSlots } = cache.groups()
    const session = this.#prefill
    feeds.toGroups = session.int32(toGroups, [toGroups.length])
    feeds.toSlots = session.int32(toSlots, [toSlots.length])
    const time = cache.prompts.capacity
    const shape = [prompts * kvHeads, 1, time, headDim]
    for (let layer = 0; layer < layers; layer++) {
      const { keys, values } = cache.prompts.view(layer, prompts)
      feeds[ofPrompt(keysName(layer))] = session.float32(keys, shape)
      feeds[ofPrompt(valuesName(layer))] = session.float32(values, shape)
    }
    const rows = (samples * heads) / kvHeads
    const [products, rowsEach] = rows > mostSingleRows ? [1, rows] : [rows, 1]
    return { P: prompts, T: time, G: products, M: rowsEach }
  }

  async release(): Promise<void> {
    await this.#prefill.release()
    await this.#decode.release()
  }
}

/** What logits are multiplied by. Greedy decoding reports log-probabilities at temperature 1. */
export function inverseTemperature(temperature: number): number {
  return temperature === 0 ? 1 : 1 / Math.max(temperature, smallestTemperature)
}
