/** Which view the address names; `#/runs/ID/samples/3` and so on. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly run: string }
  | { readonly view: 'samples'; readonly run: string; readonly step: number }
  | { readonly view: 'row'; readonly run: string; readonly row: number }
  | { readonly view: 'compare-runs'; readonly runs: readonly string[] }
  | { readonly view: 'evals' }
  | { readonly view: 'eval'; readonly evalId: string }
  | { readonly view: 'compare'; readonly evalIds: readonly string[] }
  | { readonly view: 'deployments' }
  | { readonly view: 'chat'; readonly deploymentIds: readonly string[] }
  | { readonly view: 'nowhere' }

/** Fewer than two are no comparison. */
const fewestCompared = 2
/** Models that one chat asks side by side. */
const mostAsked = 2

/** Reads the part of an address after `#`, up to a `?`; nothing is the list of runs. */
export function routeOf(hash: string): Route {
  const [first = '', second, third, fourth] = placeIn(hash).replace(/^#\/?/, '').split('/').map(decoded)
  if (first === '') return { view: 'runs' }
  if (first === 'runs') return second === undefined ? { view: 'runs' } : routeOfRun(second, third, fourth)
  if (first === 'evals') return second === undefined ? { view: 'evals' } : { view: 'eval', evalId: second }
  const ids = idsIn(second)
  if (first === 'compare' && ids.length >= fewestCompared) return { view: 'compare', evalIds: ids }
  if (first === 'compare-runs' && ids.length >= fewestCompared) return { view: 'compare-runs', runs: ids }
  if (first === 'chat' && ids.length > 0) return { view: 'chat', deploymentIds: ids.slice(0, mostAsked) }
  return first === 'deployments' ? { view: 'deployments' } : { view: 'nowhere' }
}

/** Reads what an address asks of its view after a `?`, e.g. `#/runs?find=poet`. */
export function askedIn(hash: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(hash.slice(placeIn(hash).length)))
}

/** Writes an address that asks something of its view, in place of what it asked; what is '' or 0 is left out. */
export function withAsked(hash: string, asked: Readonly<Record<string, string | number>>): string {
  const given = Object.entries(asked).flatMap(([name, value]) => (value ? [[name, String(value)]] : []))
  const query = new URLSearchParams(given).toString()
  return `${placeIn(hash) || '#/'}${query === '' ? '' : `?${query}`}`
}

/** Reads where a page of a list begins; anything but the beginning of one is the first. */
export function offsetIn({ from = '' }: Readonly<Record<string, string>>, limit: number): number {
  const offset = /^\d{1,9}$/.test(from) ? Number(from) : 0
  return offset % limit === 0 ? offset : 0
}

function placeIn(hash: string): string {
  return hash.split('?', 1)[0] ?? ''
}

function routeOfRun(run: string, part: string | undefined, place = ''): Route {
  if (part !== 'samples' && part !== 'rows') return { view: 'run', run }
  if (!/^\d{0,15}$/.test(place)) return { view: 'nowhere' }
  return part === 'samples' ? { view: 'samples', run, step: Number(place) } : { view: 'row', run, row: Number(place) }
}

/** Decodes a part of an address; one that was broken on its way stays as it is, and is then not found. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Reads ids between commas, each once: what is named twice is shown once. */
function idsIn(part = ''): string[] {
  return [...new Set(part.split(',').filter((id) => id !== ''))]
}
