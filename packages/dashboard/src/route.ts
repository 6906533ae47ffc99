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

/** Reads the part of an address after `#`; nothing is the list of runs. */
export function routeOf(hash: string): Route {
  const [first = '', second, third, fourth] = hash.replace(/^#\/?/, '').split('/').map(decoded)
  if (first === '') return { view: 'runs' }
  if (first === 'runs') {
    if (second === undefined) return { view: 'runs' }
    if (third === 'samples') return { view: 'samples', run: second, step: Number(fourth) || 0 }
    return third === 'rows' ? { view: 'row', run: second, row: Number(fourth) || 0 } : { view: 'run', run: second }
  }
  if (first === 'evals') return second === undefined ? { view: 'evals' } : { view: 'eval', evalId: second }
  if (first === 'compare') return { view: 'compare', evalIds: idsIn(second) }
  if (first === 'compare-runs') return { view: 'compare-runs', runs: idsIn(second) }
  if (first === 'chat' && second !== undefined) return { view: 'chat', deploymentIds: idsIn(second).slice(0, 2) }
  return first === 'deployments' ? { view: 'deployments' } : { view: 'nowhere' }
}

/** Decodes a part of an address; one that was broken on its way stays as it is, and is then not found. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function idsIn(part = ''): string[] {
  return part.split(',').filter((id) => id !== '')
}
