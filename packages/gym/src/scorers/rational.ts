/** An exact fraction in lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** More digits than this are no answer to anything, and would only cost time. */
const maxDigits = 1000

/** Makes a fraction in lowest terms; null when the denominator is zero or a part has more than 1,000 digits. */
export function rational(numerator: bigint, denominator = 1n): Rational | null {
  if (denominator === 0n || isHuge(numerator) || isHuge(denominator)) return null
  const sign = denominator < 0n ? -1n : 1n
  const divisor = gcd(abs(numerator), abs(denominator)) * sign
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

/** Reads a decimal such as `-1,234.50`, `.5` or `6.02e23`; null for anything else. */
export function decimal(text: string): Rational | null {
  if (text.length > maxDigits) return null
  const form = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text)
  if (form === null) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = form
  const digits = whole.replaceAll(',', '') + fraction
  const shift = Number(exponent) - fraction.length
  if (digits === '' || Math.abs(shift) > maxDigits) return null
  const value = BigInt(digits) * (sign === '-' ? -1n : 1n)
  return shift >= 0 ? rational(value * 10n ** BigInt(shift)) : rational(value, 10n ** BigInt(-shift))
}

export function add(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
}

export function subtract(a: Rational, b: Rational): Rational | null {
  return add(a, { numerator: -b.numerator, denominator: b.denominator })
}

export function multiply(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator)
}

export function divide(a: Rational, b: Rational): Rational | null {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator)
}

/** Raises to a whole power; null when the exponent is none, or the result would have more than 1,000 digits. */
export function power(base: Rational, exponent: Rational): Rational | null {
  if (exponent.denominator !== 1n || abs(exponent.numerator) > BigInt(maxDigits)) return null
  const times = abs(exponent.numerator)
  const digits = Math.max(String(base.numerator).length, String(base.denominator).length)
  if ((digits - 1) * Number(times) > maxDigits) return null
  const raised = [base.numerator ** times, base.denominator ** times] as const
  return exponent.numerator < 0n ? rational(raised[1], raised[0]) : rational(...raised)
}

/** Tells whether two fractions differ by at most `absolute + relative * |b|`. */
export function isNear(a: Rational, b: Rational, absolute: Rational, relative: Rational): boolean {
  const [difference, scaled] = [subtract(a, b), multiply(relative, { ...b, numerator: abs(b.numerator) })]
  const allowed = scaled === null ? null : add(absolute, scaled)
  if (difference === null || allowed === null) return false
  return abs(difference.numerator) * allowed.denominator <= allowed.numerator * difference.denominator
}

function isHuge(value: bigint): boolean {
  return abs(value) >= 10n ** BigInt(maxDigits)
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}
