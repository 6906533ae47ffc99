import { numberForm } from './parse-number.js'
import { plainNotation } from './plain-notation.js'
import { isUnit, isUnitWord, type Units } from './units.js'

/** Finds what stands in the last `\boxed{...}` of a text, braces balanced; undefined when there is none. */
export function lastBoxed(text: string): string | undefined {
  const start = Math.max(text.lastIndexOf('\\boxed'), text.lastIndexOf('\\fbox'))
  if (start < 0) return undefined
  const open = text.indexOf('{', start)
  if (open < 0 || !/^\\(?:boxed|fbox)\s*$/.test(text.slice(start, open))) return undefined
  let depth = 0
  for (let at = open; at < text.length; at++) {
    const sign = text[at]
    if (sign === '\\') at++
    else if (sign === '{') depth++
    else if (sign === '}' && --depth === 0) return text.slice(open + 1, at).trim()
  }
  return undefined
}

/** Finds what stands behind the `####` of a text whose last line begins with it, as in GSM8K; else undefined. */
export function markedAnswer(text: string): string | undefined {
  const lastLine = text.trim().split('\n').at(-1) ?? ''
  return lastLine.startsWith('####') ? lastLine.slice(4).trim() : undefined
}

/** Finds the answer that a reference states: behind a final `####`, else in its last box, else all of it. */
export function statedAnswer(reference: string): string {
  return markedAnswer(reference) ?? lastBoxed(reference) ?? reference
}

/** Answers stand at the end: of a huge text only the end is looked at. */
const tailLength = 20_000

/** A number that no letter, digit or point is glued to in front; one pass, each digit looked at a bounded number of times. */
const numbers = new RegExp(String.raw`(?<![\p{L}\d.])${numberForm}`, 'gu')

/** How much around a number is looked at. */
const nearby = 24

/**
 * Finds the last number of a text, in plain notation; undefined when there is none, or when the last one is only a part of
 * something, as in `2\sqrt{3}`, `x^2`, `17 × 23` or `1.2.3`.
 *
 * A sign belongs to it when it touches it, or stands behind one of `= ≈ ( {`, and when no number is in front: the minus of
 * `3 - 5` is a dash, that of a list `- 42` a bullet. Of digits that are no thousands, as `1,2,3`, the last part is taken.
 */
export function lastNumber(text: string, units: Units): string | undefined {
  const tail = text.length > tailLength ? text.slice(-tailLength).replace(/^[\d.,]+/, '') : text
  const plain = plainNotation(tail)
  let [previous, last]: (RegExpExecArray | undefined)[] = []
  for (const match of plain.matchAll(numbers)) [previous, last] = [last, match]
  if (last === undefined) return undefined
  // The 2 of `5 cm^2` belongs to the unit.
  if (previous !== undefined && isPowerOfUnit(plain.slice(endOf(previous), endOf(last)), units)) last = previous
  const [found] = last
  const before = plain.slice(Math.max(0, last.index - nearby), last.index)
  const after = plain.slice(endOf(last), endOf(last) + nearby)
  if (isOperand(before) || (last !== previous && goesOn(after, units))) return undefined
  const separated = /^\d+(?:,\d+)+/.exec(found)?.[0]
  if (separated !== undefined && !/^\d{1,3}(?:,\d{3})+$/.test(separated)) {
    return found.slice(separated.lastIndexOf(',') + 1)
  }
  return isNegative(before) ? `-${found}` : found
}

function endOf(match: RegExpExecArray): number {
  return match.index + match[0].length
}

/** Tells whether a text from behind one number to the end of the next is one unit and its power. */
function isPowerOfUnit(between: string, units: Units): boolean {
  const isShort = between.length <= nearby && !/[^{\s] [^ ]/.test(between)
  const power = /\^(\{?)-?\d$/.exec(between)
  return isShort && power !== null && isUnit(power[1] === '' ? between : `${between}}`, units)
}

/** In front of an operand: an operator behind a number or letter, a raised or lowered place, a function, the brace of a command. */
const operator =
  /(?:[\d)}](?:\*| \* | ?[×÷/] ?)|[\d)}] ?\+ ?|\p{L}(?:\+| \+ )|\^ ?|[\p{L}\d)}]_|\\(?:sqrt|log|ln|sin|cos|tan|exp|pm|mp|pi) ?)-?$/u
const argument = /(?:\\(?!text|math|mbox|boxed|fbox)[a-zA-Z]+|[}\]^_]) ?[{[] ?-?$/

function isOperand(before: string): boolean {
  return operator.test(before) || argument.test(before)
}

/** Tells whether what stands behind a number is part of the same thing: a variable, a root, a power, more digits. */
function goesOn(after: string, units: Units): boolean {
  if (/^(?:[.,]?\d| ?\/ ?\d|\^|_[\p{L}\d{]|(?: ?\+ ?|-)\p{L}(?!\p{L}))/u.test(after)) return true
  const command = /^ ?\\([a-zA-Z]+)/.exec(after)?.[1]
  if (command !== undefined) return /^(?:sqrt|pi|frac|binom|sin|cos|tan|ln|log|exp|alpha|beta|theta|i|e)$/.test(command)
  const [, space = '', word = ''] = /^( ?)(\p{L}+)/u.exec(after) ?? []
  if (word === '') return false
  // Behind a space, a single letter and most of these words are those of a sentence.
  return space === '' ? !isUnitWord(word, units) : /^(?:pi|π|sqrt|ln|log|sin|cos|tan|exp)$/.test(word)
}

function isNegative(before: string): boolean {
  if (before.endsWith('-')) return !/[\p{L}\d)}\]%] ?-$/u.test(before) || /\p{L} -$/u.test(before)
  return /[=≈({] ?- $/.test(before)
}
