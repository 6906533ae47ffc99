import type { ModelConfig } from '../checkpoint/model-config.js'
import type { GraphBuilder } from '../graph/graph-builder.js'
import { type Feeds, floatsOf, type Runtime, Session } from '../graph/session.js'
import { decodeGraph, keysName, prefillGraph, valuesName } from './generation-graphs.js'
import type { GenerationWeights } from './generation-weights.js'
import type { KvCache, PromptCache } from './kv-cache.js'
import { smallestTemperature } from './sample-token.js'

export interface GenerationSessionsOptions {
  readonly runtime: Runtime
  readonly config: ModelConfig
  readonly threads: number
  readonly weights: GenerationWeights
}

export interface DecodeRequest {
  readonly cache: KvCache
  readonly tokens: readonly number[]
  /** Position of each new token; the cache holds those before it. */
  readonly positions: readonly number[]
  readonly temperatures: readonly number[]
}

/** Runs the two graphs of generation: whole prompts, and one further token for each of several sequences. */
export class GenerationSessions {
  readonly #config: ModelConfig
  readonly #weights: GenerationWeights
  readonly #prefill: Session
  readonly #decode: Session
  readonly #weightFeeds: Feeds

  private constructor({ config, weights }: GenerationSessionsOptions, prefill: Session, decode: Session) {
    this.#config = config
    this.#weights = weights
    this.#prefill = prefill
    this.#decode = decode
    this.#weightFeeds = weights.feeds(prefill)
  }

  static async compile(options: GenerationSessionsOptions): Promise<GenerationSessions> {
    const { config, runtime, threads, weights } = options
    const compile = (graph: GraphBuilder) => Session.compile(runtime, graph, { threads, spins: false })
    const prefill = await compile(prefillGraph(config, weights))
    const decode = await compile(decodeGraph(config, weights))
    weights.forgetConstants?.()
    return new GenerationSessions(options, prefill, decode)
  }

  /** Brings derived copies up to date after the weights changed in place. */
  refreshWeights(): void {
    this.#weights.refresh()
  }

  /** Computes prompts side by side, padded on the right; returns each one's cache and next-token probabilities. */
  async prefill(prompts: readonly (readonly number[])[], temperatures: readonly number[]) {
    const config = this.#config
    const batch = prompts.length
    const time = Math.max(...prompts.map((prompt) => prompt.length))
    const tokens = new Int32Array(batch * time)
    const positions = new Int32Array(batch * time)
    const mask = new Float32Array(batch * time * time).fill(-1e30)
    prompts.forEach((prompt, b) => {
      for (let t = 0; t < time; t++) {
        tokens[b * time + t] = prompt[t] ?? 0
        positions[b * time + t] = Math.min(t, config.maxPositions - 1)
        const row = (b * time + t) * time
        mask.fill(0, row, row + t + 1)
      }
    })
    const session = this.#prefill
    const outputs = await session.run(
      {
        ...this.#weightFeeds,
        tokens: session.int64(tokens, [batch * time]),
        positions: session.int64(positions, [batch, time]),
        mask: session.float32(mask, [batch, 1, 1, time, time]),
        rows: session.int64(
          prompts.map((prompt, b) => b * time + prompt.length - 1),
          [batch],
        ),
        inverseTemperature: session.float32(Float32Array.from(temperatures, inverse), [batch, 1]),
      },
      { B: batch, T: time, N: batch * time },
    )
    const probabilities = floatsOf(outputs, 'probabilities')
    const width = config.kvHeads * time * config.headDim
    return prompts.map((prompt, b) => {
      const layersOf = (name: (layer: number) => string) =>
        Array.from({ length: config.layers }, (_, layer) => {
          const whole = floatsOf(outputs, name(layer)).subarray(b * width, (b + 1) * width)
          return trimTime(whole, config.kvHeads, time, prompt.length, config.headDim)
        })
      const cache: PromptCache = { time: prompt.length, keys: layersOf(keysName), values: layersOf(valuesName) }
      return { cache, probabilities: probabilities.slice(b * config.vocab, (b + 1) * config.vocab) }
    })
  }

  /** Computes one token for each sequence, writes its keys and values into the cache, returns [batch * vocab] probabilities. */
  async decode({ cache, tokens, positions, temperatures }: DecodeRequest): Promise<Float32Array> {
    const config = this.#config
    const batch = tokens.length
    const { capacity } = cache
    const session = this.#decode
    const mask = new Float32Array(batch * capacity).fill(-1e30)
    positions.forEach((position, slot) => {
      mask.fill(0, slot * capacity, slot * capacity + position)
    })
    const feeds: Feeds = {
      ...this.#weightFeeds,
      tokens: session.int64(tokens, [batch]),
      positions: session.int64(positions, [batch, 1]),
      mask: session.float32(mask, [batch, 1, 1, 1, capacity]),
      inverseTemperature: session.float32(Float32Array.from(temperatures, inverse), [batch, 1]),
    }
    const shape = [batch, config.kvHeads, 1, capacity, config.headDim]
    for (let layer = 0; layer < config.layers; layer++) {
      const { keys, values } = cache.view(layer, batch)
      feeds[keysName(layer)] = session.float32(keys, shape)
      feeds[valuesName(layer)] = session.float32(values, shape)
    }
    const outputs = await session.run(feeds, { B: batch, C: capacity })
    for (let layer = 0; layer < config.layers; layer++) {
      const keys = floatsOf(outputs, `new-${keysName(layer)}`)
      const values = floatsOf(outputs, `new-${valuesName(layer)}`)
      positions.forEach((position, slot) => {
        cache.writeToken(layer, slot, position, keys, values)
      })
    }
    return floatsOf(outputs, 'probabilities')
  }

  async release(): Promise<void> {
    await this.#prefill.release()
    await this.#decode.release()
  }
}

/** Greedy decoding reports log-probabilities at temperature 1. */
function inverse(temperature: number): number {
  return temperature === 0 ? 1 : 1 / Math.max(temperature, smallestTemperature)
}

/** Copies the first `kept` positions of each head out of [heads, time, width]. */
function trimTime(source: Float32Array, heads: number, time: number, kept: number, width: number): Float32Array {
  if (kept === time) return source.slice()
  const target = new Float32Array(heads * kept * width)
  for (let head = 0; head < heads; head++) {
    target.set(source.subarray(head * time * width, (head * time + kept) * width), head * kept * width)
  }
  return target
}
