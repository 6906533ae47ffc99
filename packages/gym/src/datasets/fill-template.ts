import { GymError } from '../errors.js'
import { didYouMean } from '../options/did-you-mean.js'
import { shownValue } from '../options/shown-value.js'

/** A template split into what stands there and what is filled in. */
type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'placeholder'; readonly name: string }

/**
 * Fills `{name}` placeholders; `{{` and `}}` stand for braces, as in Python's `str.format`. A name is everything between
 * the braces: format specifications and attribute look-ups are not covered.
 *
 * Throws a GymError ('config') for an unknown name (with the one that was likely meant) or a brace without its partner.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  return parseTemplate(template)
    .map((part) => (part.kind === 'text' ? part.text : valueText(part.name, values, template)))
    .join('')
}

/** Lists the placeholder names of a template; throws as `fillTemplate` does for a brace without its partner. */
export function placeholdersOf(template: string): string[] {
  return parseTemplate(template).flatMap((part) => (part.kind === 'placeholder' ? [part.name] : []))
}

function parseTemplate(template: string): Part[] {
  const parts: Part[] = []
  for (const [token, name] of template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g)) {
    if (name !== undefined) parts.push({ kind: 'placeholder', name: name.trim() })
    else if (token === '{' || token === '}') throw loneBrace(template, token)
    else parts.push({ kind: 'text', text: token === '{{' || token === '}}' ? token.charAt(0) : token })
  }
  return parts
}

function loneBrace(template: string, brace: string): GymError {
  const message = `promptTemplate ${shownValue(template)} has a "${brace}" without its partner; write "${brace}${brace}" for a brace`
  return new GymError('config', 'bad-template', message)
}

function valueText(name: string, values: Readonly<Record<string, unknown>>, template: string): string {
  if (!Object.hasOwn(values, name)) throw unknownPlaceholder(name, Object.keys(values), template)
  const value = values[name]
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function unknownPlaceholder(name: string, known: readonly string[], template: string): GymError {
  const near = didYouMean(name, known)
  const next =
    near === undefined ? `; the row has ${known.map((one) => `{${one}}`).join(', ')}` : `; did you mean {${near}}?`
  const message = `promptTemplate ${shownValue(template)} names {${name}}, which the row does not have${next}`
  return new GymError('config', 'unknown-placeholder', message)
}
