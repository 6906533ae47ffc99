import type { Reward, RewardSample } from '../trip.js'
import { exactMatch as makeExactMatch } from './exact-match.js'
import { mathAnswer as makeMathAnswer } from './math-answer.js'
import { numericAnswer as makeNumericAnswer } from './numeric-answer.js'
import { unitTests } from './unit-tests.js'

/*
 * The scorers that need nothing but the row, as functions at the top level of a file: so they can be sent to a trainer
 * elsewhere, where a function that another one made could not.
 */

/** The right answer is the row's output, else what it has in a column of that name, where a plain .jsonl file has it. */
function byAnswer(make: (options: { readonly column?: string }) => Reward): Reward {
  const [ofOutput, ofColumn] = [make({}), make({ column: 'output' })]
  return (sample) => (sample.row.output === undefined ? ofColumn(sample) : ofOutput(sample))
}

const scoreExactly = byAnswer(makeExactMatch)
const scoreNumber = byAnswer(makeNumericAnswer)
const scoreMath = byAnswer(makeMathAnswer)
const testJavascript = unitTests({ language: 'javascript' })
const testPython = unitTests({ language: 'python' })

/** Scores 1 for the right answer to the letter, spaces around it apart. The reward "exact-match". */
export function exactMatch(sample: RewardSample) {
  return scoreExactly(sample)
}

/** Scores 1 for the right number, boxed or the last of the text. The reward "numeric-answer". */
export function numericAnswer(sample: RewardSample) {
  return scoreNumber(sample)
}

/** Scores 1 for the right mathematical answer, boxed or the last number of the text. The reward "math-answer". */
export function mathAnswer(sample: RewardSample) {
  return scoreMath(sample)
}

/** Scores the share of the row's `tests` that JavaScript code passes. The reward "javascript-tests". */
export function javascriptTests(sample: RewardSample) {
  return testJavascript(sample)
}

/** Scores the share of the row's `tests` that Python code passes. The reward "python-tests". */
export function pythonTests(sample: RewardSample) {
  return testPython(sample)
}
