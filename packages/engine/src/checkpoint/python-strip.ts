import { isJsonObject } from './read-json-object.js'

/**
 * Python's `str.strip`, `lstrip` and `rstrip` with a set of characters, under names that no template can spell.
 * To be declared in the environment of a program that `usePythonStrip` has seen.
 */
export const pythonStrip: Readonly<Record<string, (text: unknown, characters: unknown) => string>> = {
  'str.strip': (text, characters) => strip(text, characters, true, true),
  'str.lstrip': (text, characters) => strip(text, characters, true, false),
  'str.rstrip': (text, characters) => strip(text, characters, false, true),
}

/**
 * Redirects `text.strip(characters)` and its siblings in a parsed template to `pythonStrip`. The Jinja library ignores
 * the argument and strips all white space, which would turn Qwen3's `content.lstrip('\n')` into lost indentation.
 * Changes the program in place.
 */
export function usePythonStrip(node: unknown): void {
  if (Array.isArray(node)) {
    node.forEach(usePythonStrip)
    return
  }
  if (node instanceof Map) {
    node.forEach(usePythonStrip)
    return
  }
  if (!isJsonObject(node)) return
  Object.values(node).forEach(usePythonStrip)
  const { type, callee, args } = node
  if (type !== 'CallExpression' || !isJsonObject(callee) || !Array.isArray(args) || args.length !== 1) return
  if (callee.type !== 'MemberExpression' || callee.computed || !isJsonObject(callee.property)) return
  const name = `str.${callee.property.value}`
  if (!Object.hasOwn(pythonStrip, name)) return
  Object.assign(node, { callee: { type: 'Identifier', value: name }, args: [callee.object, ...args] })
}

function strip(text: unknown, characters: unknown, atStart: boolean, atEnd: boolean): string {
  if (typeof text !== 'string') throw new Error(`strip() was called on ${text === null ? 'none' : typeof text}`)
  if (characters == null) return atStart ? (atEnd ? text.trim() : text.trimStart()) : text.trimEnd()
  const stripped = new Set(String(characters))
  const points = [...text]
  let [start, end] = [0, points.length]
  while (atStart && start < end && stripped.has(points[start] ?? '')) start++
  while (atEnd && end > start && stripped.has(points[end - 1] ?? '')) end--
  return points.slice(start, end).join('')
}
