import { parseNumber, type Quantity } from './parse-number.js'
import { plainNotation } from './plain-notation.js'
import { isMathematical } from './units.js'

/** Words, or a `\text{}` of them, that may stand in front of a number, as in `about 42`. */
const introduction = /^(?:\\(?:text|math)[a-z]{0,8} ?\{[^{}\d]*\}|\p{L}{2,}(?![\p{L}\d])|[ :.])*/u

/** Reads the number of a box: all of it, or what stands behind its last `=` or `≈`, words in front left out. */
export function numberInBox(box: string): Quantity | null {
  const plain = plainNotation(box.slice(0, 2000))
  const stated = plain.slice(Math.max(plain.lastIndexOf('='), plain.lastIndexOf('≈')) + 1).trim()
  const words = introduction.exec(stated)?.[0] ?? ''
  const hasFunction = (words.match(/\p{L}+/gu) ?? []).some(isMathematical)
  return parseNumber(stated, 'any') ?? (hasFunction ? null : parseNumber(stated.slice(words.length), 'any'))
}
