import { z } from 'zod'
import { GymError } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import { shownValue } from '../options/shown-value.js'
import type { Reward } from '../trip.js'
import { lastBoxed, lastNumber, statedAnswer } from './answer-in-text.js'
import { type AnswerOptions, answerSchema, tolerance } from './answer-options.js'
import { nameScorer } from './name-scorer.js'
import { numberInBox } from './number-in-box.js'
import { parseNumber, type Quantity } from './parse-number.js'
import { parseQuantity } from './parse-quantity.js'
import { referenceTexts } from './reference-of.js'
import { isSameQuantity } from './same-quantity.js'

/** Words, or a result: `5!` has neither, and its 5 is not what it states. */
const isWorkedOut = /\p{L}{2}|=/u

/**
 * Makes a scorer that gives 1 when the number of the response equals the right one, else 0.
 *
 * The number is what the last `\boxed{}` holds, else the last number of the text. Numbers are exact fractions: 0.1 + 0.2
 * would equal 0.3. Thousands separators, currency signs and units are dropped, units never converted; 45 % equals both 45
 * and 0.45, whichever the reference has. A response is not calculated: `3 + 4` is no number, and 84/7 is not 12. A reference
 * may be arithmetic, or a worked solution with its answer behind `####`, in a box, or as its last number. Detail: `found`,
 * whether the response had a number at all.
 *
 * @example
 * numericAnswer({ column: 'answer', relativeTolerance: 0.01 })
 */
export function numericAnswer(options: AnswerOptions = {}): Reward {
  const checked = parseOptions(z.strictObject(answerSchema), options, 'numericAnswer()')
  const allowed = tolerance(checked)
  return nameScorer('numericAnswer', ({ response, row }) => {
    const references = referenceTexts(row, checked.column).map((text) => {
      const stated = statedAnswer(text)
      const quantity = parseQuantity(stated, 'any') ?? (isWorkedOut.test(stated) ? lastQuantity(stated) : null)
      if (quantity !== null) return quantity
      const message = `the reference answer ${shownValue(text)} of row ${row.index} is no number; correct the row, or use mathAnswer()`
      throw new GymError('data', 'bad-reference', message)
    })
    const boxed = lastBoxed(response) ?? ''
    const quantity = boxed === '' ? lastQuantity(response) : numberInBox(boxed)
    if (quantity === null) return { score: 0, found: false }
    return { score: references.some((one) => isSameQuantity(quantity, one, allowed)) ? 1 : 0, found: true }
  })
}

function lastQuantity(text: string): Quantity | null {
  return parseNumber(lastNumber(text, 'any') ?? '', 'any')
}
