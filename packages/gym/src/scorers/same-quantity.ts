import type { Tolerance } from './answer-options.js'
import type { Quantity } from './parse-quantity.js'
import { isNear, rational } from './rational.js'

/** Tells whether two quantities are equal within a tolerance; a percent sign on one side alone may mean hundredths or nothing. */
export function isSameQuantity(answer: Quantity, reference: Quantity, { absolute, relative }: Tolerance): boolean {
  const near = (a: Quantity['value'] | null, b: Quantity['value'] | null) =>
    a !== null && b !== null && isNear(a, b, absolute, relative)
  if (near(answer.value, reference.value)) return true
  if (answer.isPercent === reference.isPercent) return false
  return near(asShare(answer), asShare(reference))
}

function asShare({ value, isPercent }: Quantity): Quantity['value'] | null {
  return isPercent ? rational(value.numerator, value.denominator * 100n) : value
}
