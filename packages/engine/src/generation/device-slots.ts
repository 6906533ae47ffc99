/** Keys and values of prompts that were computed together: a row a prompt, a column a position. */
export interface PromptRows {
  readonly rows: number
  readonly columns: number
}

/** A prompt among those. */
export interface PromptRow<Source extends PromptRows> {
  readonly source: Source
  readonly row: number
  /** Its tokens, in the first columns of the row. */
  readonly length: number
}

interface Slot<Source extends PromptRows> {
  /** Where its keys and values still have to be fetched from; null once they stand among the held rows. */
  prompt: PromptRow<Source> | null
  /** Row of the held ones. */
  row: number
  /** Tokens whose keys and values it has. */
  length: number
  /** Of these, those in the first columns; the others stand from `ownFrom` on. */
  inFront: number
  ownFrom: number
}

/** Rows that no slot uses any more are computed all the same, until they are this share of all. */
const mostIdle = 0.25

/**
 * Knows which texts stand where in keys and values that grow by a column a step for all rows at once. A text that came in
 * later than others has nothing between its prompt and the column of its first own token: its mask says so. When texts
 * come in or many have left, all are laid out anew, each from the first column on.
 */
export class DeviceSlots<Source extends PromptRows> {
  readonly #kvHeads: number
  readonly #slots: Slot<Source>[] = []
  #rows = 0
  #columns = 0

  constructor(kvHeads: number) {
    this.#kvHeads = kvHeads
  }

  get size(): number {
    return this.#slots.length
  }

  /** Rows held, those included that no slot uses. */
  get rows(): number {
    return this.#rows
  }

  get columns(): number {
    return this.#columns
  }

  /** Takes the slot behind the last. */
  add(prompt: PromptRow<Source>): void {
    this.#slots.push({ prompt, row: -1, length: prompt.length, inFront: prompt.length, ownFrom: 0 })
  }

  /** Frees a slot by moving the last one into it; returns the prompt that it still waited for. */
  remove(slot: number): PromptRow<Source> | null {
    const [removed, last] = [this.#slots[slot], this.#slots.pop()] as [Slot<Source>, Slot<Source>]
    if (slot !== this.#slots.length) this.#slots[slot] = last
    return removed.prompt
  }

  /** Frees all slots and forgets all rows; returns the prompts that slots still waited for. */
  clear(): PromptRow<Source>[] {
    const waiting = this.#slots.splice(0).flatMap(({ prompt }) => prompt ?? [])
    this.#rows = 0
    this.#columns = 0
    return waiting
  }

  /** The prompts that slots wait for, of one source; empty when none waits. */
  waiting(): PromptRow<Source>[] {
    const first = this.#slots.find(({ prompt }) => prompt !== null)?.prompt ?? null
    return first === null ? [] : this.#slots.flatMap(({ prompt }) => (prompt?.source === first.source ? prompt : []))
  }

  /** True where many rows are computed for nothing. */
  get hasManyIdleRows(): boolean {
    return this.#rows - this.size > mostIdle * this.#rows
  }

  /**
   * Lays out anew the rows of slots, without those that wait for another source than this. Returns what is to stand at each
   * place, [rows, kvHeads, columns]: its place in the held rows, with the added ones behind.
   */
  arrange(added: Source | null): Int32Array {
    const moved = this.#slots.filter(({ prompt }) => prompt === null || prompt.source === added)
    const columns = Math.max(...moved.map(({ length }) => length))
    const places = new Int32Array(moved.length * this.#kvHeads * columns)
    const heldPlaces = this.#rows * this.#kvHeads * this.#columns
    moved.forEach((slot, row) => {
      const { prompt, length, inFront, ownFrom } = slot
      const [start, width, from] =
        prompt === null ? [0, this.#columns, slot.row] : [heldPlaces, prompt.source.columns, prompt.row]
      for (let head = 0; head < this.#kvHeads; head++) {
        const source = start + (from * this.#kvHeads + head) * width
        const target = (row * this.#kvHeads + head) * columns
        for (let i = 0; i < length; i++) places[target + i] = source + (i < inFront ? i : ownFrom + i - inFront)
      }
      Object.assign(slot, { prompt: null, row, inFront: length, ownFrom: columns })
    })
    this.#rows = moved.length
    this.#columns = columns
    return places
  }

  /** Puts a value of each slot at its row; rows without a slot get `idle`. */
  byRow(values: readonly number[], idle: number): number[] {
    const result = new Array<number>(this.#rows).fill(idle)
    this.#slots.forEach(({ row }, slot) => {
      result[row] = values[slot] as number
    })
    return result
  }

  /** The other way round: the row of each slot. */
  rowsOfSlots(): number[] {
    return this.#slots.map(({ row }) => row)
  }

  /** The position of each slot's next token in its text. */
  positions(): number[] {
    return this.#slots.map(({ length }) => length)
  }

  /** What each row's next token may look at, [rows, columns + 1]: 0 where it may, very negative where not. */
  mask(): Float32Array {
    const width = this.#columns + 1
    const mask = new Float32Array(this.#rows * width)
    for (const { row, inFront, ownFrom } of this.#slots) {
      mask.fill(-1e30, row * width + inFront, row * width + ownFrom)
    }
    return mask
  }

  /** Counts the column that a step has added to every row. */
  grow(): void {
    this.#columns += 1
    for (const slot of this.#slots) slot.length += 1
  }
}
