import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import type { Reward } from '../trip.js'
import { lastBoxed, lastNumber, statedAnswer } from './answer-in-text.js'
import { type AnswerOptions, answerSchema, tolerance } from './answer-options.js'
import { nameScorer } from './name-scorer.js'
import { referenceTexts } from './reference-of.js'
import { isSameMath } from './same-math.js'

/** Longer answers are not compared: they are prose, or an attack on the time limit. */
const maxLength = 2000

/**
 * Makes a scorer that gives 1 when the mathematical answer of the response is the right one, else 0.
 *
 * The answer is what the last `\boxed{}` holds, else the last number of the text; that of the reference what stands behind
 * `####` in its last line, else in its last box, else all of it. Two answers are equal when they are the same number (exact
 * fractions: `\frac{1}{2}` is 0.5), the same list of such (`(1, \frac12)` is `(1, 0.5)`, `\{2, 1\}` is `\{1, 2\}`), or the
 * same LaTeX with spacing and style taken off. Only the reference may be arithmetic: a response `17 \times 23` is not 391.
 * Units are dropped behind a number when they are set upright (`5\text{ cm}`) or well known (`5 cm`), letters never. It is
 * no computer algebra: `2\sqrt{3}` and `\sqrt{12}` differ. Details: `found`, `boxed`.
 *
 * @example
 * mathAnswer({ column: 'solution' })
 */
export function mathAnswer(options: AnswerOptions = {}): Reward {
  const checked = parseOptions(z.strictObject(answerSchema), options, 'mathAnswer()')
  const allowed = tolerance(checked)
  return nameScorer('mathAnswer', ({ response, row }) => {
    const references = referenceTexts(row, checked.column).map(statedAnswer)
    const boxed = lastBoxed(response)
    const answer = boxed ?? lastNumber(response, 'named')
    if (answer === undefined || answer === '') return { score: 0, found: false, boxed: boxed !== undefined }
    const isRight = answer.length <= maxLength && references.some((one) => isSameMath(answer, one, allowed))
    return { score: isRight ? 1 : 0, found: true, boxed: boxed !== undefined }
  })
}
