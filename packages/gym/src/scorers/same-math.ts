import type { Tolerance } from './answer-options.js'
import { parseQuantity } from './parse-quantity.js'
import { isSameQuantity } from './same-quantity.js'

/** Tells whether two answers in LaTeX or plain text are equal as numbers, as lists of numbers, or as written. */
export function isSameMath(answer: string, reference: string, allowed: Tolerance): boolean {
  const [a, b] = [parseQuantity(answer), parseQuantity(reference)]
  if (a !== null && b !== null) return isSameQuantity(a, b, allowed)
  const [left, right] = [plainLatex(answer), plainLatex(reference)]
  if (left === right) return left !== ''
  const [one, other] = [listIn(left), listIn(right)]
  if (one === null || other === null || one.brackets !== other.brackets) return false
  return one.brackets === '{}'
    ? isSameSet(one.parts, other.parts, allowed)
    : isSameList(one.parts, other.parts, allowed)
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

/** Takes off what only sets the type: sizes, spaces, text commands, a leading `x =`, a final period. */
function plainLatex(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\\(?:left|right|displaystyle|big|Big)(?![a-zA-Z])/g, '')
    .replace(/\\[,;:! ]|~/g, '')
    .replace(/\\[dt]frac/g, '\\frac')
    .replace(/\\(?:text|mathrm|textbf|mathbf|mbox)\s*\{([^{}]*)\}/g, '$1')
    .replace(/\\[()[\]]|\$/g, '')
    .replace(/\s+/g, '')
    .replace(/^[a-zA-Z]=/, '')
    .replace(/\.+$/, '')
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
