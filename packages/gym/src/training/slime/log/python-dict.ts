/** A value of a metric, as slime prints it. */
export type MetricValue = number | string | boolean | null

// A key in quotes, then a number or word, perhaps wrapped as np.float64(...) or tensor(...).
const entry =
  /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*:\s*(?:(?:np|numpy|torch)\.\w+\(([^()]*)\)|tensor\(([^()]*)\)|'((?:[^'\\]|\\.)*)'|([^,'"{}[\]()]+))\s*(,|$)/y

/**
 * Reads the inside of a flat Python dict of numbers. What cannot be read ends it: entries before are kept, and `isWhole`
 * is false.
 */
export function parsePythonDict(body: string): {
  readonly values: Record<string, MetricValue>
  readonly isWhole: boolean
} {
  const values: [string, MetricValue][] = []
  entry.lastIndex = 0
  let at = 0
  while (body.slice(at).trim() !== '') {
    entry.lastIndex = at
    const found = entry.exec(body)
    if (found === null) return { values: Object.fromEntries(values), isWhole: false }
    const [, single, double, wrapped, tensor, text, bare] = found
    const key = unescaped(single ?? double ?? '')
    values.push([key, text === undefined ? readValue(wrapped ?? tensor ?? bare ?? '') : unescaped(text)])
    at = entry.lastIndex
  }
  return { values: Object.fromEntries(values), isWhole: true }
}

function readValue(text: string): MetricValue {
  // tensor(0.5, device='cuda:0') has more than its value.
  const word = (text.split(',')[0] ?? '').trim()
  switch (word) {
    case 'nan':
      return Number.NaN
    case 'inf':
      return Number.POSITIVE_INFINITY
    case '-inf':
      return Number.NEGATIVE_INFINITY
    case 'True':
      return true
    case 'False':
      return false
    case 'None':
      return null
    default:
      return word === '' || Number.isNaN(Number(word)) ? word : Number(word)
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1')
}
