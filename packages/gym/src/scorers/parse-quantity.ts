import { longestAnswer, parseNumber, type Quantity } from './parse-number.js'
import { plainNotation } from './plain-notation.js'
import { add, decimal, divide, multiply, power, type Rational, rational, subtract } from './rational.js'
import type { Units } from './units.js'

const maxDepth = 50

/**
 * Reads what a reference states: a number as parseNumber does, or arithmetic over exact numbers, plain or in LaTeX, as
 * `-(1/2)^2` or `\frac{1}{2} + \frac{1}{3}`. Only a number may have a unit behind it: in `3 + 2x` nothing is dropped. Null
 * for anything else, roots and variables included. Never read a response with it: that would reward the question.
 */
export function parseQuantity(text: string, units: Units): Quantity | null {
  return parseNumber(text, units) ?? parseArithmetic(text)
}

function parseArithmetic(text: string): Quantity | null {
  if (text.length > longestAnswer) return null
  const plain = plainNotation(text).trim().replace(/\.$/, '')
  const isPercent = plain.endsWith('%')
  const tokens = (isPercent ? plain.slice(0, -1) : plain).match(tokenPattern) ?? []
  const value = tokens.length === 0 ? null : new Arithmetic(tokens).result()
  return value === null ? null : { value, isPercent, notation: 'arithmetic' }
}

/** A number takes its separators along, right or wrong: `1,250` is one, `1,25` is none. */
const tokenPattern = /\d+(?:,\d+)*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\\frac|\S/g

/** Sum := term (± term)*, term := factor (*|×|/|÷ factor)*, factor := ± factor | atom (^ factor). Any failure is null. */
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
    for (let sign = this.#takes('*', '×', '/', '÷'); sign !== undefined; sign = this.#takes('*', '×', '/', '÷')) {
      value = both(value, this.#factor(), '/÷'.includes(sign) ? divide : multiply)
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
    if (this.#takes('\\frac') !== undefined) return this.#fraction()
    const value = decimal(this.#tokens[this.#at] ?? '')
    this.#at++
    // A mixed number: 2\frac{1}{2}, or `2 1/2`.
    if (this.#takes('\\frac') !== undefined) return both(value, this.#fraction(), add)
    const [top, slash, bottom] = this.#tokens.slice(this.#at, this.#at + 3)
    if (slash !== '/' || !/^\d+$/.test(top ?? '') || !/^\d+$/.test(bottom ?? '')) return value
    this.#at += 3
    return both(value, both(decimal(top ?? ''), decimal(bottom ?? ''), divide), add)
  }

  #closedBy(bracket: string): Rational | null {
    const value = this.#sum()
    return this.#takes(bracket) === undefined ? null : value
  }

  #fraction(): Rational | null {
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
