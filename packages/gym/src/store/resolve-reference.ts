import { GymError } from '../errors.js'
import { didYouMean } from '../options/did-you-mean.js'

/** A record that a person may mean. */
export interface Referable {
  readonly id: string
  /** What the person called it, where it has a name. */
  readonly name?: string
}

/**
 * Finds the id that a person means by an id, `latest`, a name (the newest of that name), or the beginning or the last
 * letters of one id. `records` come newest first. Throws GymError 'config' when it is none or several, and lists them.
 */
export function resolveReference(reference: string, noun: string, records: readonly Referable[]): string {
  if (records.length === 0) {
    throw new GymError('config', 'no-such-record', `no ${noun} "${reference}": there is no ${noun} yet`)
  }
  const exact = records.find((record) => record.id === reference)
  const newest = reference === 'latest' ? records[0] : records.find((record) => record.name === reference)
  const found = exact ?? newest
  if (found !== undefined) return found.id

  const matches = records.filter(({ id }) => isPartOf(reference, id))
  if (matches.length === 1 && matches[0] !== undefined) return matches[0].id
  if (matches.length > 1) {
    throw new GymError(
      'config',
      'ambiguous-record',
      `"${reference}" may be ${matches.length} ${noun}s: ${shortList(matches)}; give more of the id`,
    )
  }
  const names = records.flatMap(({ id, name }) => (name === undefined ? [id] : [name, id]))
  const near = didYouMean(reference, names)
  const hint = near === undefined ? `the newest are ${shortList(records)}` : `did you mean "${near}"?`
  throw new GymError('config', 'no-such-record', `no ${noun} "${reference}"; ${hint}`)
}

function isPartOf(reference: string, id: string): boolean {
  if (reference === '') return false
  const withoutKind = id.slice(id.indexOf('-') + 1)
  return id.startsWith(reference) || withoutKind.startsWith(reference) || id.endsWith(`-${reference}`)
}

function shortList(records: readonly Referable[]): string {
  const shown = records.slice(0, 5).map(({ id, name }) => (name === undefined ? id : `${id} (${name})`))
  return records.length > shown.length ? `${shown.join(', ')}, ...` : shown.join(', ')
}
