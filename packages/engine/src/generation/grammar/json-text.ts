import type { ByteLanguages, Language } from './byte-language.js'

/** Arrays and objects inside each other at most. */
export const maxJsonDepth = 24

/** Digits before the point, so that every whole number is exact in a double. */
const integerDigits = 15
const largest = 10 ** integerDigits - 1

/**
 * The pieces of JSON text. Always without line breaks, and with at most one space after a colon or a comma: models
 * write it both ways, and unbounded white space could go on for ever.
 */
export class JsonText {
  readonly #of: ByteLanguages
  readonly #character: Language
  readonly #digits: (min: number, max: number) => Language

  constructor(languages: ByteLanguages) {
    this.#of = languages
    this.#character = character(languages)
    this.#digits = (min, max) => languages.repeat(languages.bytes(0x30, 0x39), min, max)
  }

  /** A string of `min` to `max` characters, counted as code points. */
  string(min = 0, max = Number.POSITIVE_INFINITY): Language {
    const quote = this.#of.bytes(0x22)
    return this.#of.sequence(quote, this.#of.repeat(this.#character, min, max), quote)
  }

  /** A number with at most 15 digits on either side of the point and two in the exponent. */
  number(): Language {
    const of = this.#of
    const fraction = of.sequence(of.literal('.'), this.#digits(1, integerDigits))
    const mark = of.choice(of.literal('e'), of.literal('E'))
    const sign = of.choice(of.empty, of.literal('+'), of.literal('-'))
    const exponent = of.sequence(mark, sign, this.#digits(1, 2))
    const whole = of.choice(this.integer(), of.literal('-0'))
    return of.sequence(whole, of.choice(of.empty, fraction), of.choice(of.empty, exponent))
  }

  /** A whole number from `min` to `max`, of at most 15 digits. */
  integer(min = -largest, max = largest): Language {
    const of = this.#of
    const low = Math.max(Math.ceil(min), -largest)
    const high = Math.min(Math.floor(max), largest)
    const negative = of.sequence(of.literal('-'), this.#natural(Math.max(1, -high), -low))
    return of.choice(low < 0 ? negative : of.none, this.#natural(Math.max(0, low), high))
  }

  literal(value: unknown): Language {
    return this.#of.literal(JSON.stringify(value))
  }

  /** An array of `min` to `max` items. */
  array(item: Language, min = 0, max = Number.POSITIVE_INFINITY): Language {
    const of = this.#of
    const rest = of.repeat(of.sequence(this.#separator(','), item), Math.max(0, min - 1), max - 1)
    const some = max < 1 ? of.none : of.sequence(item, rest)
    return of.sequence(of.literal('['), min === 0 ? of.choice(of.empty, some) : some, of.literal(']'))
  }

  /** An object with these members in this order; those that are not required may be left out. */
  object(members: readonly { name: string; value: Language; isRequired: boolean }[]): Language {
    const of = this.#of
    let first = of.empty
    let later = of.empty
    for (const { name, value, isRequired } of [...members].reverse()) {
      const member = of.sequence(this.literal(name), this.#separator(':'), value)
      const asFirst = of.sequence(member, later)
      const asLater = of.sequence(this.#separator(','), member, later)
      first = isRequired ? asFirst : of.choice(asFirst, first)
      later = isRequired ? asLater : of.choice(asLater, later)
    }
    return of.sequence(of.literal('{'), first, of.literal('}'))
  }

  /** An object with any names and values of one kind. */
  record(value: Language): Language {
    const of = this.#of
    const member = of.sequence(this.string(), this.#separator(':'), value)
    const rest = of.repeat(of.sequence(this.#separator(','), member), 0)
    return of.sequence(of.literal('{'), of.choice(of.empty, of.sequence(member, rest)), of.literal('}'))
  }

  /** Any value whose arrays and objects lie at most `depth` deep. */
  value(depth: number): Language {
    const words = [true, false, null].map((word) => this.literal(word))
    let value = this.#of.choice(...words, this.string(), this.number())
    for (let level = 0; level < depth; level++) value = this.#of.choice(value, this.array(value), this.record(value))
    return value
  }

  #separator(sign: ',' | ':'): Language {
    return this.#of.sequence(this.#of.literal(sign), this.#of.choice(this.#of.empty, this.#of.literal(' ')))
  }

  /** A whole number without a sign, by the number of its digits. */
  #natural(low: number, high: number): Language {
    const parts: Language[] = []
    for (let from = low; from <= high; ) {
      const length = String(from).length
      const to = Math.min(high, 10 ** length - 1)
      parts.push(this.#sameLength(String(from), String(to)))
      from = to + 1
    }
    return this.#of.choice(...parts)
  }

  #sameLength(low: string, high: string): Language {
    const of = this.#of
    const length = low.length
    if (length === 0) return of.empty
    const a = low.charCodeAt(0)
    const b = high.charCodeAt(0)
    if (a === b) return of.sequence(of.bytes(a), this.#sameLength(low.slice(1), high.slice(1)))
    const any = this.#digits(length - 1, length - 1)
    return of.choice(
      of.sequence(of.bytes(a), this.#sameLength(low.slice(1), '9'.repeat(length - 1))),
      b - a > 1 ? of.sequence(of.bytes(a + 1, b - 1), any) : of.none,
      of.sequence(of.bytes(b), this.#sameLength('0'.repeat(length - 1), high.slice(1))),
    )
  }
}

/** One code point inside a string: a character in well-formed UTF-8 (RFC 3629), or an escape; never half a surrogate pair. */
function character(of: ByteLanguages): Language {
  const tail = of.bytes(0x80, 0xbf)
  const hex = of.choice(of.bytes(0x30, 0x39), of.bytes(0x41, 0x46), of.bytes(0x61, 0x66))
  const notD = of.choice(of.bytes(0x30, 0x39), of.bytes(0x41, 0x43), of.bytes(0x45, 0x46), of.bytes(0x61, 0x63))
  const firstTwo = of.choice(
    of.sequence(of.choice(notD, of.bytes(0x65, 0x66)), hex),
    of.sequence(of.choice(of.literal('d'), of.literal('D')), of.bytes(0x30, 0x37)),
  )
  const named = of.choice(...[...'"\\/bfnrt'].map((char) => of.literal(char)))
  const escaped = of.choice(named, of.sequence(of.literal('u'), firstTwo, hex, hex))
  return of.choice(
    of.bytes(0x20, 0x21),
    of.bytes(0x23, 0x5b),
    of.bytes(0x5d, 0x7f),
    of.sequence(of.literal('\\'), escaped),
    of.sequence(of.bytes(0xc2, 0xdf), tail),
    of.sequence(of.bytes(0xe0), of.bytes(0xa0, 0xbf), tail),
    of.sequence(of.choice(of.bytes(0xe1, 0xec), of.bytes(0xee, 0xef)), tail, tail),
    of.sequence(of.bytes(0xed), of.bytes(0x80, 0x9f), tail),
    of.sequence(of.bytes(0xf0), of.bytes(0x90, 0xbf), tail, tail),
    of.sequence(of.bytes(0xf1, 0xf3), tail, tail, tail),
    of.sequence(of.bytes(0xf4), of.bytes(0x80, 0x8f), tail, tail),
  )
}
