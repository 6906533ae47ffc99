import { didYouMean } from '../../options/did-you-mean.js'
import { shownValue } from '../../options/shown-value.js'
import type { FlagScalar, SlimeFlag } from './slime-flag.js'

/** Says how a value breaks the facts of its flag, as the end of a sentence that begins with its name; else undefined. */
export function flagValueProblem(flag: SlimeFlag, value: unknown): string | undefined {
  const { arity } = flag
  if (arity === 0) return typeof value === 'boolean' ? undefined : must('be true or false, as it is a switch', value)
  if (arity === 1) return scalarProblem(flag, value)
  if (!Array.isArray(value)) return must(`be an array of ${several[flag.type ?? 'str']}`, value)
  if (typeof arity === 'number' && value.length !== arity) return must(`have exactly ${arity} entries`, value)
  if (arity === '+' && value.length === 0) return must('have at least one entry', value)
  for (const [index, entry] of value.entries()) {
    const problem = scalarProblem(flag, entry)
    if (problem !== undefined) return `has an entry [${index}] that ${problem}`
  }
  return undefined
}

function scalarProblem(flag: SlimeFlag, value: unknown): string | undefined {
  const { choices } = flag
  if (choices !== undefined) {
    if (choices.includes(value as string | number)) return undefined
    const near = typeof value === 'string' ? didYouMean(value, choices.map(String)) : undefined
    const hint = near === undefined ? '' : `; did you mean ${shownValue(near)}?`
    return must(`be one of ${choices.map((choice) => shownValue(choice)).join(', ')}`, value) + hint
  }
  return isTyped(flag, value) ? undefined : must(`be ${one[flag.type ?? 'str']}`, value)
}

function isTyped({ type }: SlimeFlag, value: unknown): value is FlagScalar {
  switch (type) {
    case 'int':
      return Number.isSafeInteger(value)
    case 'float':
      return typeof value === 'number' && Number.isFinite(value)
    case 'str':
      return isText(value)
    case 'json':
      return typeof value === 'string' ? isJson(value) : isPlainObject(value)
    case undefined:
      return isText(value) || (typeof value === 'number' && Number.isFinite(value))
  }
}

const one = { int: 'a whole number', float: 'a number', str: 'a text', json: 'an object, or its JSON' } as const
const several = { int: 'whole numbers', float: 'numbers', str: 'texts', json: 'objects' } as const

function must(claim: string, value: unknown): string {
  return `must ${claim}, got ${shownValue(value)}`
}

/** A zero byte ends an argument of a program early. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
