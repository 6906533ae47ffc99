/** Renders any value for a message: strings in quotes, objects as JSON, at most `maxLength` characters. Never throws. */
export function shownValue(value: unknown, maxLength = 60): string {
  const text = rendered(value)
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}

function rendered(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'bigint':
      return `${value}n`
    case 'function':
      return value.name === '' ? 'a function' : `the function ${value.name}`
    case 'symbol':
      return value.toString()
    case 'object':
      return value === null ? 'null' : renderedObject(value)
    default:
      return String(value)
  }
}

function renderedObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return `an instance of ${value.constructor?.name || 'an unnamed class'}`
  }
  try {
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'function' ? rendered(item) : item))
  } catch {
    // Circular structures and big integers cannot be written as JSON.
    return Array.isArray(value) ? `an array of ${value.length}` : 'an object'
  }
}
