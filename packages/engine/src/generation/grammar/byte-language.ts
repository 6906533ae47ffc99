import { EngineError } from '../../errors.js'

/** A set of byte strings, and at the same time a state: what may still follow. Equal sets built alike are the same object. */
export interface Language {
  readonly id: number
  readonly shape: Shape
  /** True when the empty string belongs to it: the text may end here. */
  readonly isNullable: boolean
  /** Bytes of its shortest string; infinite for the empty set. */
  readonly shortest: number
}

type Shape =
  | { readonly kind: 'none' | 'empty' }
  | { readonly kind: 'bytes'; readonly from: number; readonly to: number }
  | { readonly kind: 'sequence'; readonly first: Language; readonly rest: Language }
  | { readonly kind: 'choice'; readonly options: readonly Language[] }
  | { readonly kind: 'repeat'; readonly item: Language; readonly min: number; readonly max: number }

/** States of one grammar at most; a hostile one must not fill the memory. */
const maxStates = 200_000

/**
 * Builds regular languages over bytes and follows them byte by byte with Brzozowski derivatives (J. ACM 11(4), 1964):
 * an automaton whose states are made only as a text reaches them. Bounds on repetition are counters, not copies.
 */
export class ByteLanguages {
  readonly #known = new Map<string, Language>()
  readonly #next = new Map<Language, (Language | undefined)[]>()
  readonly none = this.#intern('none', { kind: 'none' }, false, Number.POSITIVE_INFINITY)
  readonly empty = this.#intern('empty', { kind: 'empty' }, true, 0)

  /** How many states were made so far. */
  get size(): number {
    return this.#known.size
  }

  /** True when so many states were made that it should be thrown away before it is used for another text. */
  get isCrowded(): boolean {
    return this.size > maxStates / 2
  }

  /** One byte from `from` to `to`, both included. */
  bytes(from: number, to = from): Language {
    return this.#intern(`b${from}-${to}`, { kind: 'bytes', from, to }, false, 1)
  }

  /** Exactly this text, in UTF-8. */
  literal(text: string): Language {
    return [...new TextEncoder().encode(text)].reduceRight<Language>(
      (rest, byte) => this.#pair(this.bytes(byte), rest),
      this.empty,
    )
  }

  /** One after the other. */
  sequence(...parts: readonly Language[]): Language {
    return parts.reduceRight((rest, first) => this.#pair(first, rest), this.empty)
  }

  /** Any one of them. */
  choice(...options: readonly Language[]): Language {
    const flat = new Set<Language>()
    for (const option of options) {
      if (option.shape.kind === 'choice') for (const inner of option.shape.options) flat.add(inner)
      else if (option !== this.none) flat.add(option)
    }
    const sorted = [...flat].sort((a, b) => a.id - b.id)
    const [first] = sorted
    if (first === undefined) return this.none
    if (sorted.length === 1) return first
    return this.#intern(
      `c${sorted.map((option) => option.id).join(',')}`,
      { kind: 'choice', options: sorted },
      sorted.some((option) => option.isNullable),
      Math.min(...sorted.map((option) => option.shortest)),
    )
  }

  /** Between `min` and `max` of them, one after the other. `item` must not hold the empty string. */
  repeat(item: Language, min: number, max = Number.POSITIVE_INFINITY): Language {
    if (max < min) return this.none
    if (max === 0) return this.empty
    if (item === this.none) return min === 0 ? this.empty : this.none
    const shape = { kind: 'repeat', item, min, max } as const
    return this.#intern(`r${item.id},${min},${max}`, shape, min === 0, min * item.shortest)
  }

  /** What may follow after `byte`; `none` when it may not come next. */
  after(state: Language, byte: number): Language {
    let next = this.#next.get(state)
    if (next === undefined) {
      next = new Array<Language | undefined>(256)
      this.#next.set(state, next)
    }
    next[byte] ??= this.#derive(state, byte)
    return next[byte]
  }

  #derive({ shape }: Language, byte: number): Language {
    switch (shape.kind) {
      case 'none':
      case 'empty':
        return this.none
      case 'bytes':
        return byte >= shape.from && byte <= shape.to ? this.empty : this.none
      case 'sequence': {
        const within = this.#pair(this.after(shape.first, byte), shape.rest)
        return shape.first.isNullable ? this.choice(within, this.after(shape.rest, byte)) : within
      }
      case 'choice':
        return this.choice(...shape.options.map((option) => this.after(option, byte)))
      case 'repeat': {
        const { item, min, max } = shape
        return this.#pair(this.after(item, byte), this.repeat(item, Math.max(0, min - 1), max - 1))
      }
    }
  }

  #pair(first: Language, rest: Language): Language {
    if (first === this.none || rest === this.none) return this.none
    if (first === this.empty) return rest
    if (rest === this.empty) return first
    return this.#intern(
      `s${first.id},${rest.id}`,
      { kind: 'sequence', first, rest },
      first.isNullable && rest.isNullable,
      first.shortest + rest.shortest,
    )
  }

  #intern(key: string, shape: Shape, isNullable: boolean, shortest: number): Language {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const id = this.#known.size
    if (id >= maxStates) {
      throw new EngineError('bad-request', `the JSON schema leads to more than ${maxStates} states; make it simpler`)
    }
    const made: Language = { id, shape, isNullable, shortest }
    this.#known.set(key, made)
    return made
  }
}
