import type { ModelConfig } from '../checkpoint/model-config.js'

/** Keys and values of one prompt, one array a layer, each [kvHeads, time, headDim]. */
export interface PromptCache {
  readonly time: number
  readonly keys: readonly Float32Array[]
  readonly values: readonly Float32Array[]
}

/**
 * Holds keys and values of sequences, whole prompts or responses that grow. Slots stay packed at the front, so that a view of the first
 * `n` slots is what the decode graph reads, without a copy. Layout of a layer: [slots, kvHeads, capacity, headDim].
 */
export class KvCache {
  readonly #layers: number
  readonly #kvHeads: number
  readonly #headDim: number
  #capacity = 0
  readonly #keys: Float32Array[] = []
  readonly #values: Float32Array[] = []

  constructor(config: ModelConfig) {
    this.#layers = config.layers
    this.#kvHeads = config.kvHeads
    this.#headDim = config.headDim
  }

  /** Positions each slot can hold. */
  get capacity(): number {
    return this.#capacity
  }

  /**
   * Makes room for `slots` sequences of `capacity` positions, keeping the contents of the first `usedSlots` slots. Slots
   * are added by doubling: a server that may decode 128 sequences rarely does, and at 0.6 billion weights each takes
   * 0.2 MB a position. Where nothing is kept, positions become as few as asked for, since all of them are read.
   */
  grow(capacity: number, slots: number, usedSlots: number): void {
    const old = this.#capacity
    this.#capacity = usedSlots === 0 ? capacity : Math.max(capacity, old)
    const needed = slots * this.#kvHeads * this.#capacity * this.#headDim
    const present = this.#keys[0]?.length ?? 0
    if (needed <= present && this.#capacity === old) return
    const size = needed <= present ? present : this.#capacity === old ? Math.max(needed, 2 * present) : needed
    for (const arrays of [this.#keys, this.#values]) {
      for (let layer = 0; layer < this.#layers; layer++) {
        const source = arrays[layer] ?? new Float32Array(0)
        const target = size === present ? source : new Float32Array(size)
        // From the last to the first, so that in one array none is overwritten before it is moved.
        for (let head = usedSlots * this.#kvHeads - 1; head >= 0; head--) {
          const from = head * old * this.#headDim
          target.set(source.subarray(from, from + old * this.#headDim), head * this.#capacity * this.#headDim)
        }
        arrays[layer] = target
      }
    }
  }

  /** The first `slots` slots of a layer, as the graph reads them. */
  view(layer: number, slots: number): { keys: Float32Array; values: Float32Array } {
    const size = slots * this.#kvHeads * this.#capacity * this.#headDim
    return {
      keys: layerOf(this.#keys, layer).subarray(0, size),
      values: layerOf(this.#values, layer).subarray(0, size),
    }
  }

  /** Writes a prompt at the start of a slot. */
  writePrompt(slot: number, prompt: PromptCache): void {
    const width = prompt.time * this.#headDim
    for (let layer = 0; layer < this.#layers; layer++) {
      for (let head = 0; head < this.#kvHeads; head++) {
        const to = this.#offset(slot, head, 0)
        layerOf(this.#keys, layer).set(layerOf(prompt.keys, layer).subarray(head * width, (head + 1) * width), to)
        layerOf(this.#values, layer).set(layerOf(prompt.values, layer).subarray(head * width, (head + 1) * width), to)
      }
    }
  }

  /** Writes one new position of a slot from graph outputs [batch, kvHeads, 1, headDim], row `slot`. */
  writeToken(layer: number, slot: number, position: number, keys: Float32Array, values: Float32Array): void {
    const [keysHere, valuesHere] = [layerOf(this.#keys, layer), layerOf(this.#values, layer)]
    for (let head = 0; head < this.#kvHeads; head++) {
      const from = (slot * this.#kvHeads + head) * this.#headDim
      const to = this.#offset(slot, head, position)
      // Copied by hand: the call that copies a range takes longer than these few numbers.
      for (let i = 0; i < this.#headDim; i++) {
        keysHere[to + i] = keys[from + i] as number
        valuesHere[to + i] = values[from + i] as number
      }
    }
  }

  /** Moves a slot's contents to another place. */
  move(from: number, to: number): void {
    if (from === to) return
    const size = this.#kvHeads * this.#capacity * this.#headDim
    for (const arrays of [this.#keys, this.#values]) {
      for (const array of arrays) array.copyWithin(to * size, from * size, (from + 1) * size)
    }
  }

  /** Sets a slot's contents to zero. */
  wipe(slot: number): void {
    const size = this.#kvHeads * this.#capacity * this.#headDim
    for (const arrays of [this.#keys, this.#values]) {
      for (const array of arrays) array.fill(0, slot * size, (slot + 1) * size)
    }
  }

  /** Sets everything to zero. */
  wipeAll(): void {
    for (const arrays of [this.#keys, this.#values]) for (const array of arrays) array.fill(0)
  }

  #offset(slot: number, head: number, position: number): number {
    return ((slot * this.#kvHeads + head) * this.#capacity + position) * this.#headDim
  }
}

function layerOf(arrays: readonly Float32Array[], layer: number): Float32Array {
  return arrays[layer] as Float32Array
}
