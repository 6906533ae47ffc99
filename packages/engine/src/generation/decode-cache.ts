import type { ModelConfig } from '../checkpoint/model-config.js'
import { KvCache, type PromptCache } from './kv-cache.js'

/** Room for prompts is rounded up to this many tokens. */
const promptStep = 8
/** Room for growing texts is made by this many tokens at least, by an eighth of it later. */
const fewestTokens = 16
/**
 * Samples that share one copy of their prompt at most. The decode graph gives each prompt room for as many samples as the
 * largest group has, so a large group among single samples would make empty room; eight take most of what sharing saves.
 */
const largestGroup = 8

interface HeldPrompt {
  /** What the samples of this prompt have in common; compared by identity. */
  readonly key: object
  readonly time: number
  place: number
  samples: number
}

interface Slot {
  /** Null where the slot holds its whole text itself. */
  readonly prompt: HeldPrompt | null
  /** Tokens whose keys and values stand in the slot. */
  length: number
}

/** Where rows of queries find their prompt, and prompts their rows; a row is one key head of one slot or group place. */
export interface PromptGroups {
  readonly prompts: number
  /** Samples that each prompt has room for. */
  readonly samples: number
  /** [prompts * kvHeads * samples]: the row of slots that stands at each place; empty places repeat row 0. */
  readonly toGroups: Int32Array
  /** [slots * kvHeads]: the place of each row. */
  readonly toSlots: Int32Array
}

/**
 * Holds keys and values of the texts being decoded. Where prompts are shared, a prompt stands here once for all samples
 * drawn from it, since most of what a step reads of a cache is prompts (Hydragen, arXiv 2402.05099); otherwise each slot
 * has a whole text.
 */
export class DecodeCache {
  readonly #kvHeads: number
  readonly #sharesPrompts: boolean
  /** Prompts that samples share. */
  readonly prompts: KvCache
  /** What is not shared: the responses, or whole texts. */
  readonly own: KvCache
  readonly #held: HeldPrompt[] = []
  readonly #slots: Slot[] = []
  /** True once numbers that are not finite may stand here: a mask does not hide them, since NaN - 1e30 is NaN. */
  #isSpoilt = false

  constructor(config: ModelConfig, sharesPrompts: boolean) {
    this.#kvHeads = config.kvHeads
    this.#sharesPrompts = sharesPrompts
    this.prompts = new KvCache(config)
    this.own = new KvCache(config)
  }

  /** Samples being decoded. */
  get size(): number {
    return this.#slots.length
  }

  /** Takes the slot behind the last for one more sample of a prompt; equal keys say that prompts are the same one. */
  add(key: object, prompt: PromptCache): void {
    const slot = this.size
    if (this.#sharesPrompts) {
      this.own.grow(roomFor(1), slot + 1, slot)
      this.#slots.push({ prompt: this.#hold(key, prompt), length: 0 })
    } else {
      this.own.grow(roomFor(prompt.time + 1), slot + 1, slot)
      this.own.writePrompt(slot, prompt)
      this.#slots.push({ prompt: null, length: prompt.time })
    }
  }

  /** Frees a slot by moving the last one into it. */
  remove(slot: number): void {
    const last = this.#slots.length - 1
    const { prompt } = this.#slots[slot] as Slot
    this.own.move(last, slot)
    if (this.#isSpoilt) this.own.wipe(last)
    const moved = this.#slots.pop() as Slot
    if (slot !== last) this.#slots[slot] = moved
    if (prompt !== null) this.#leave(prompt)
    if (this.#isSpoilt && this.size === 0) this.clear()
  }

  /** Says that numbers that are not finite were written: nothing is left of them where slots become free. */
  spoil(): void {
    this.#isSpoilt = true
  }

  /** Frees all slots and leaves zeros. */
  clear(): void {
    this.#slots.length = 0
    this.#held.length = 0
    for (const cache of [this.own, this.prompts]) cache.wipeAll()
    this.#isSpoilt = false
  }

  #leave(prompt: HeldPrompt): void {
    prompt.samples -= 1
    if (prompt.samples > 0) return
    const end = this.#held.pop() as HeldPrompt
    const freed = end.place
    if (end !== prompt) {
      this.prompts.move(freed, prompt.place)
      end.place = prompt.place
      this.#held[end.place] = end
    }
    if (this.#isSpoilt) this.prompts.wipe(freed)
  }

  /** Makes room for `tokens` more tokens in each slot. */
  reserve(tokens: number): void {
    const needed = Math.max(...this.#slots.map(({ length }) => length)) + tokens
    this.own.grow(roomFor(needed), this.size, this.size)
  }

  /** The position that the next token of each slot has in its text. */
  positions(): Int32Array {
    return Int32Array.from(this.#slots, ({ prompt, length }) => (prompt?.time ?? 0) + length)
  }

  /**
   * What each slot's next token may look at, [slots * kvHeads, capacity of shared prompts + own capacity + 1]: 0 where it
   * may, very negative where there is nothing. The last column is the token itself.
   */
  mask(): Float32Array {
    const heads = this.#kvHeads
    const split = this.#sharesPrompts ? this.prompts.capacity : 0
    const width = split + this.own.capacity + 1
    const mask = new Float32Array(this.size * heads * width)
    this.#slots.forEach(({ prompt, length }, slot) => {
      const row = slot * heads * width
      mask.fill(-1e30, row + (prompt?.time ?? 0), row + split)
      mask.fill(-1e30, row + split + length, row + width - 1)
      for (let head = 1; head < heads; head++) mask.copyWithin(row + head * width, row, row + width)
    })
    return mask
  }

  /** Tells which slots share which prompt. */
  groups(): PromptGroups {
    const heads = this.#kvHeads
    const samples = Math.max(...this.#held.map((held) => held.samples))
    const toGroups = new Int32Array(this.#held.length * heads * samples)
    const toSlots = new Int32Array(this.size * heads)
    const taken = new Int32Array(this.#held.length)
    this.#slots.forEach(({ prompt }, slot) => {
      const place = prompt?.place ?? 0
      const sample = taken[place] as number
      taken[place] = sample + 1
      for (let head = 0; head < heads; head++) {
        const at = (place * heads + head) * samples + sample
        toGroups[at] = slot * heads + head
        toSlots[slot * heads + head] = at
      }
    })
    return { prompts: this.#held.length, samples, toGroups, toSlots }
  }

  /** Writes a layer's keys and values of every slot's next token, [slots, kvHeads, headDim] each, for `advance` to count. */
  writeTokens(layer: number, keys: Float32Array, values: Float32Array): void {
    this.#slots.forEach(({ length }, slot) => {
      this.own.writeToken(layer, slot, length, keys, values)
    })
  }

  /** Counts the tokens that were written into all layers. */
  advance(): void {
    for (const slot of this.#slots) slot.length += 1
  }

  #hold(key: object, prompt: PromptCache): HeldPrompt {
    const shared = this.#held.find((held) => held.key === key && held.samples < largestGroup)
    if (shared !== undefined) {
      shared.samples += 1
      return shared
    }
    const place = this.#held.length
    this.prompts.grow(roundUp(prompt.time, promptStep), place + 1, place)
    this.prompts.writePrompt(place, prompt)
    const held: HeldPrompt = { key, time: prompt.time, place, samples: 1 }
    this.#held.push(held)
    return held
  }
}

/** All of the room is read at every step, and all of the cache is moved when it grows: this keeps both small. */
function roomFor(tokens: number): number {
  return roundUp(tokens, Math.max(fewestTokens, 2 ** Math.floor(Math.log2(tokens)) / 8))
}

function roundUp(tokens: number, step: number): number {
  return Math.ceil(tokens / step) * step
}
