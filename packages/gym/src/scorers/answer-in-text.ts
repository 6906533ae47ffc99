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

/** A number with sign, separators, exponent; then perhaps `/` and a second one; then perhaps a percent sign. */
const numberPattern =
  /(?<![\w.])[-+\u2212]?\s?[$€£¥]?(?:\d{1,3}(?:,\d{3})+(?![\d,]*\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?:\s?\/\s?\d+(?!\.?\d))?(?:\s?\\?%)?|(?<![\w.])[-+\u2212]?\.\d+(?:\s?\\?%)?|\\[dt]?frac\{-?\d+\}\{-?\d+\}/g

/** Finds the last number of a text, as written; undefined when there is none. A minus between two numbers is a dash. */
export function lastNumber(text: string): string | undefined {
  // Answers stand at the end: of a huge text only the end is looked at.
  const found = text.slice(-20_000).match(numberPattern)?.at(-1)
  return found?.trim()
}
