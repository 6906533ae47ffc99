import type { Tolerance } from './answer-options.js'
import type { Quantity } from './parse-number.js'
import { isNear, rational } from './rational.js'

/**
 * Tells whether two quantities are equal within a tolerance; a percent sign on one side alone may mean hundredths or nothing.
 * An answer 6/8 is 3/4, but 84/7 is not 12: against a whole number that is not itself written as a fraction, a fraction that
 * can be reduced is a division left undone, most often copied from the question.
 */
export function isSameQuantity(answer: Quantity, reference: Quantity, { absolute, relative }: Tolerance): boolean {
  const near = (a: Quantity['value'] | null, b: Quantity['value'] | null) =>
    a !== null && b !== null && isNear(a, b, absolute, relative)
  if (isUndone(answer, reference)) return false
  if (near(answer.value, reference.value)) return true
  if (answer.isPercent === reference.isPercent) return false
  return near(asShare(answer), asShare(reference))
}

function isUndone(answer: Quantity, reference: Quantity): boolean {
  const isWhole = reference.value.denominator === 1n && !reference.notation.endsWith('fraction')
  return isWhole && answer.notation === 'unreduced-fraction'
}

function asShare({ value, isPercent }: Quantity): Quantity['value'] | null {
  return isPercent ? rational(value.numerator, value.denominator * 100n) : value
}
