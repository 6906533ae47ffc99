import type { Tolerance } from './answer-options.js'
import { parseNumber } from './parse-number.js'
import { parseQuantity } from './parse-quantity.js'
import { plainNotation } from './plain-notation.js'
import { isSameQuantity } from './same-quantity.js'

/** Tells whether two answers in LaTeX or plain text are equal as numbers, as lists of numbers, or as written. */
export function isSameMath(answer: string, reference: string, allowed: Tolerance): boolean {
  const [given, right] = [namedValue(answer), namedValue(reference)]
  // `y = 5` is not `x = 5`; a name on one side alone says nothing.
  if (given.name !== '' && right.name !== '' && given.name !== right.name) return false
  const [left, wanted] = [plainLatex(given.value), plainLatex(right.value)]
  if (left === wanted) return left !== ''
  const [one, other] = [listIn(left), listIn(wanted)]
  if (one !== null && other !== null && one.brackets === other.brackets) {
    return one.brackets === '{}'
      ? isSameSet(one.parts, other.parts, allowed)
      : isSameList(one.parts, other.parts, allowed)
  }
  // The point (1,234) is not the number 1,234.
  if (one !== null || other !== null) return false
  const [number, expected] = [parseNumber(given.value, 'named'), parseQuantity(right.value, 'named')]
  return number !== null && expected !== null && isSameQuantity(number, expected, allowed)
}

function isSameList(parts: readonly string[], others: readonly string[], allowed: Tolerance): boolean {
  return parts.length === others.length && parts.every((part, place) => isSameMath(part, others[place] ?? '', allowed))
}

function isSameSet(parts: readonly string[], others: readonly string[], allowed: Tolerance): boolean {
  const left = [...others]
  return (
    parts.length === others.length &&
    parts.every((part) => {
      const place = left.findIndex((other) => isSameMath(part, other, allowed))
      if (place >= 0) left.splice(place, 1)
      return place >= 0
    })
  )
}

interface NamedValue {
  /** The letter of a leading `x =`, else empty. */
  readonly name: string
  readonly value: string
}

function namedValue(text: string): NamedValue {
  const plain = plainNotation(text).replaceAll('\n', ' ').trim()
  const name = /^([a-zA-Z]) ?=/.exec(plain)
  return { name: name?.[1] ?? '', value: plain.slice(name?.[0].length ?? 0).trim() }
}

/** Takes off what only sets the type: text commands, braces around one sign, a final period, spaces but those between digits. */
function plainLatex(plain: string): string {
  return plain
    .replace(/\\(?:text(?:bf|rm|it)?|math(?:rm|bf)|mbox) ?\{([^{}]*)\}/g, '$1')
    .replace(/([\^_]) ?\{ ?(\w) ?\}/g, '$1$2')
    .replace(/(?<!\d) +| +(?!\d)/g, '')
    .replace(/(?<!\.)\.+$/, '')
}

interface AnswerList {
  readonly brackets: string
  readonly parts: readonly string[]
}

/** Splits `(a,b)`, `[a,b)` or `\{a,b\}` at its outer commas; null for anything else. */
function listIn(text: string): AnswerList | null {
  const [, open = '', inner = '', close = ''] = /^(\\\{|[([])(.*)(\\\}|[)\]])$/s.exec(text) ?? []
  if (open === '') return null
  const parts = ['']
  let depth = 0
  for (const sign of inner) {
    if ('([{'.includes(sign)) depth++
    else if (')]}'.includes(sign)) depth--
    if (sign === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += sign
  }
  return parts.length < 2 ? null : { brackets: (open + close).replaceAll('\\', ''), parts }
}
