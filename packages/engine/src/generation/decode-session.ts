import type { Tensor } from 'onnxruntime-node'
import type { Feeds, Session } from '../graph/session.js'
import type { GenerationWeights } from './generation-weights.js'
import { repaysPacking } from './when-to-pack.js'

/** Compiles the decode graph with weights of a kind. */
export type CompileDecode = (weights: GenerationWeights) => Promise<Session>

interface Compiled {
  readonly session: Session
  readonly feeds: Feeds
}

/**
 * Runs the decode graph, either with the weights as they are given or, where those change, with a second graph into which
 * they are packed until they do. ONNX Runtime packs fed weights anew in every product, which takes a fifth of it at 128
 * sequences and more than half at 16. Whether the second graph is used is told by what is drawn together alone and never by
 * what went before, so that a run that is resumed samples the same: the two graphs differ in the last bits.
 */
export class DecodeSession {
  readonly #compile: CompileDecode
  readonly #packable: GenerationWeights | null
  readonly #threads: number
  readonly #given: Compiled
  /** Kept from one batch to the next, whether it runs or not. */
  #packed: Compiled | null = null
  /** What runs: `#given` or `#packed`. */
  #inUse: Compiled
  /** The run or compilation under way. */
  #busy: Promise<unknown> = Promise.resolve()
  #changes = 0

  private constructor(compile: CompileDecode, weights: GenerationWeights, threads: number, given: Compiled) {
    this.#compile = compile
    this.#packable = weights.packed ?? null
    this.#threads = threads
    this.#given = given
    this.#inUse = given
  }

  static async open(compile: CompileDecode, weights: GenerationWeights, threads: number): Promise<DecodeSession> {
    return new DecodeSession(compile, weights, threads, await compiled(compile, weights))
  }

  /** Starts with the weights as they are given, whatever was packed for those who came before. */
  begin(): void {
    this.#inUse = this.#given
  }

  /** Goes over to packed weights, until the next `begin`, if that many samples of that many tokens repay packing them. */
  async prepare(samples: number, tokens: number): Promise<void> {
    if (this.#packable === null || this.#inUse !== this.#given || this.#changes > 0) return
    if (!repaysPacking(samples, tokens, this.#threads)) return
    if (this.#packed === null) {
      const packing = compiled(this.#compile, this.#packable)
      this.#busy = packing
      this.#packed = await packing
    }
    this.#inUse = this.#packed
  }

  run(feeds: Feeds, dims: Readonly<Record<string, number>>): Promise<Record<string, Tensor>> {
    const { session, feeds: weights } = this.#inUse
    const running = session.run({ ...weights, ...feeds }, dims)
    this.#busy = running
    return running
  }

  /** Lets go of packed weights and keeps from packing others until `change` is over. */
  async whileWeightsChange<T>(change: () => Promise<T>): Promise<T> {
    this.#changes += 1
    try {
      await this.#unpack()
      return await change()
    } finally {
      this.#changes -= 1
    }
  }

  async release(): Promise<void> {
    await this.#unpack()
    await this.#given.session.release()
  }

  async #unpack(): Promise<void> {
    // A session must not go while it runs; whether that run succeeds is its caller's affair.
    await this.#busy.catch(() => {})
    const packed = this.#packed
    this.#packed = null
    this.#inUse = this.#given
    await packed?.session.release()
  }
}

async function compiled(compile: CompileDecode, weights: GenerationWeights): Promise<Compiled> {
  const session = await compile(weights)
  return { session, feeds: weights.feeds(session) }
}
