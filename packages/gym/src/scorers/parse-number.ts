import { plainNotation } from './plain-notation.js'
import { add, decimal, divide, type Rational, rational } from './rational.js'
import { isUnit, type Units } from './units.js'

/** A number as an answer states it. */
export interface Quantity {
  readonly value: Rational
  /** True when a percent sign stood behind it; the value is the number before the sign. */
  readonly isPercent: boolean
  /** How it was written: `84/7` is an unreduced fraction, so is `12/1`; `3 + 4` is arithmetic. */
  readonly notation: 'number' | 'fraction' | 'unreduced-fraction' | 'arithmetic'
}

/** Characters of an answer at most: answers are short, a longer text is prose. */
export const longestAnswer = 1200

// Separators are only collected here and judged afterwards: a pattern that judges them goes over the digits again and again.
const whole = String.raw`\d+(?:,\d+)*`
const latexFraction = String.raw`(?:(?<ones>${whole}) ?)?\\frac\{ ?(?<top>(?:- ?)?${whole}) ?\}\{ ?(?<bottom>(?:- ?)?${whole}) ?\}`
const slashFraction = String.raw`(?:(?<count>${whole}) )?(?<over>${whole}) ?\/ ?(?<under>${whole})`
const powerOfTen = String.raw` ?[×*x] ?10 ?\^ ?(?:\{ ?(?<power>[-+]?\d+) ?\}|(?<barePower>[-+]?\d+))`
const scientific = String.raw`(?<decimal>${whole}(?:\.\d+)?|\.\d+)(?:[eE](?<exponent>[-+]?\d+)|${powerOfTen})?`

/** The source of a pattern for a number without sign, in plain notation; what it finds may still be none, as `1,2,3`. */
export const numberForm = String.raw`(?:${latexFraction}|${slashFraction}|${scientific})(?<percent> ?%| percent(?!\p{L}))?`
const signedNumber = new RegExp(`^(?<sign>[-+] ?)?${numberForm}`, 'u')

/**
 * Reads a number that needs no more working out: `-1,250.5`, `3/4`, `2\frac{1}{2}`, `2½`, `6\times10^{3}`, `6e3`, `45\%`,
 * `$12`, `12\text{ km}`. Null for everything else: sums, products, powers, roots, variables.
 */
export function parseNumber(text: string, units: Units): Quantity | null {
  if (text.length > longestAnswer) return null
  const plain = unwrapped(plainNotation(text).replaceAll('\n', ' ').trim())
  const match = signedNumber.exec(plain)
  if (match === null || !isUnit(plain.slice(match[0].length), units)) return null
  const { sign, percent, ...parts } = match.groups ?? {}
  const read = fractionOf(parts) ?? numberOf(parts)
  const value = sign?.startsWith('-') === true ? negated(read.value) : read.value
  return value === null ? null : { value, isPercent: percent !== undefined, notation: read.notation }
}

type Parts = Readonly<Record<string, string | undefined>>
type Read = Pick<Quantity, 'notation'> & { readonly value: Rational | null }

function fractionOf({ ones, count = ones, top, over = top, bottom, under = bottom }: Parts): Read | null {
  if (over === undefined || under === undefined) return null
  const [above, below] = [decimal(over.replace(' ', '')), decimal(under.replace(' ', ''))]
  const part = above === null || below === null ? null : divide(above, below)
  if (part === null || below === null) return { notation: 'fraction', value: null }
  const isReduced = part.denominator !== 1n && part.denominator === abs(below.numerator)
  const notation = isReduced ? 'fraction' : 'unreduced-fraction'
  if (count === undefined) return { notation, value: part }
  // `2 21/2` is no mixed number but two numbers side by side, or a product.
  const isProper = part.numerator >= 0n && part.numerator < part.denominator
  const wholes = decimal(count)
  return { notation, value: isProper && wholes !== null ? add(wholes, part) : null }
}

function numberOf({ decimal: digits = '', exponent, power = exponent, barePower = power }: Parts): Read {
  return { notation: 'number', value: decimal(barePower === undefined ? digits : `${digits}e${barePower}`) }
}

/** Takes off brackets, braces and type commands that hold all of a number. */
function unwrapped(plain: string): string {
  const styled = /^(?:\\(?:text|math)[a-z]{0,8} ?|\\mbox ?)?\{([^{}]*\d[^{}]*)\}$/.exec(plain)?.[1]
  const bracketed = /^\(([^(),]*)\)$/.exec(plain)?.[1]
  return (styled ?? bracketed ?? plain).trim()
}

function negated(value: Rational | null): Rational | null {
  return value === null ? null : rational(-value.numerator, value.denominator)
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}
