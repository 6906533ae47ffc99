import { add, decimal, divide, multiply, power, type Rational, rational, subtract } from './rational.js'

/** A number as an answer states it. */
export interface Quantity {
  readonly value: Rational
  /** True when a percent sign stood behind it; the value is the number before the sign. */
  readonly isPercent: boolean
}

/** Answers are short; a longer text is prose. */
const maxLength = 1200
const maxDepth = 50

/**
 * Reads arithmetic over exact numbers, plain or in LaTeX: `3/4`, `\frac{3}{4}`, `2\frac{1}{2}`, `1,250.5`, `6\times10^{3}`,
 * `-(1/2)^2`, `45\%`, `$12`, `12 km`. Units and currency signs are dropped, never converted. Null for anything else,
 * roots and variables included.
 */
export function parseQuantity(text: string): Quantity | null {
  if (text.length > maxLength) return null
  const plain = withoutUnits(text)
  const isPercent = plain.endsWith('%')
  const tokens = (isPercent ? plain.slice(0, -1) : plain).match(tokenPattern) ?? []
  const value = tokens.length === 0 ? null : new Arithmetic(tokens).result()
  return value === null ? null : { value, isPercent }
}

/** Numbers with thousands separators first: `1,250` is one number, `1,25` is none. */
const tokenPattern =
  /(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\\[dt]?frac|\S/g

function withoutUnits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u2212\u2013]/g, '-')
    .replaceAll('\u2044', '/')
    .replace(/\\(?:left|right|displaystyle|[,;:! ])/g, ' ')
    .replace(/\\(?:times|cdot)|[×·]/g, '*')
    .replaceAll('÷', '/')
    .replace(/\\(?:text|mathrm|textbf|mathbf|mbox)\s*\{[^{}]*\}(?:\s*\^\s*(?:\{\d\}|\d))?/g, ' ')
    .replace(/\\?[$€£¥]/g, ' ')
    .replace(/\\?°|\^\s*\{?\s*\\circ\s*\}?/g, ' ')
    .replaceAll('\\%', '%')
    .replaceAll('{,}', ',')
    .trim()
    .replace(/[.,;:!?]+$/, '')
    .replace(/(?<=[\d)}%])(?![eE][+-]?\d)\s*(?:\p{L}{1,20}(?:\^?\d)?[\s/*.]{0,2}){1,4}$/u, '')
    .trim()
}

/** Sum := term (± term)*, term := factor (*|/ factor)*, factor := ± factor | atom (^ factor). Any failure is null. */
class Arithmetic {
  readonly #tokens: readonly string[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  result(): Rational | null {
    const value = this.#sum()
    return this.#at === this.#tokens.length ? value : null
  }

  #takes(...wanted: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at]
    if (token === undefined || !wanted.includes(token)) return undefined
    this.#at++
    return token
  }

  #sum(): Rational | null {
    let value = this.#term()
    for (let sign = this.#takes('+', '-'); sign !== undefined; sign = this.#takes('+', '-')) {
      value = both(value, this.#term(), sign === '+' ? add : subtract)
    }
    return value
  }

  #term(): Rational | null {
    let value = this.#factor()
    for (let sign = this.#takes('*', '/'); sign !== undefined; sign = this.#takes('*', '/')) {
      value = both(value, this.#factor(), sign === '*' ? multiply : divide)
    }
    return value
  }

  #factor(): Rational | null {
    // Signs and brackets nest by recursion, which a hostile answer must not drive into a stack overflow.
    if (++this.#depth > maxDepth) return null
    try {
      const sign = this.#takes('+', '-')
      if (sign !== undefined) return both(rational(0n), this.#factor(), sign === '+' ? add : subtract)
      const base = this.#atom()
      return this.#takes('^') === undefined ? base : both(base, this.#factor(), power)
    } finally {
      this.#depth--
    }
  }

  #atom(): Rational | null {
    if (this.#takes('(') !== undefined) return this.#closedBy(')')
    if (this.#takes('{') !== undefined) return this.#closedBy('}')
    if (this.#takes('\\frac', '\\dfrac', '\\tfrac') !== undefined) return this.#fraction()
    const value = decimal(this.#tokens[this.#at] ?? '')
    this.#at++
    // A mixed number: 2\frac{1}{2}, or `2 1/2`.
    if (this.#takes('\\frac', '\\dfrac', '\\tfrac') !== undefined) return both(value, this.#fraction(), add)
    const [top, slash, bottom] = this.#tokens.slice(this.#at, this.#at + 3)
    if (slash !== '/' || !/^\d+$/.test(top ?? '') || !/^\d+$/.test(bottom ?? '')) return value
    this.#at += 3
    return both(value, both(decimal(top ?? ''), decimal(bottom ?? ''), divide), add)
  }

  #closedBy(bracket: string): Rational | null {
    const value = this.#sum()
    return this.#takes(bracket) === undefined ? null : value
  }

  /** `{1}{2}`, or TeX's short form `12`, whose two digits are the two parts. */
  #fraction(): Rational | null {
    const short = this.#tokens[this.#at] ?? ''
    if (/^\d\d$/.test(short)) {
      this.#at++
      return both(decimal(short.charAt(0)), decimal(short.charAt(1)), divide)
    }
    return both(this.#atomOfFraction(), this.#atomOfFraction(), divide)
  }

  #atomOfFraction(): Rational | null {
    return this.#tokens[this.#at] === '{' ? this.#factor() : null
  }
}

function both(
  a: Rational | null,
  b: Rational | null,
  combine: (a: Rational, b: Rational) => Rational | null,
): Rational | null {
  return a === null || b === null ? null : combine(a, b)
}
