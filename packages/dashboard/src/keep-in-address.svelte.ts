import { withAsked } from './route.js'

/**
 * Keeps in the address what a reader asked of a view, so that Back, a reload and a copied address show the same; reads
 * `asked` again when anything reactive that it used changes.
 */
export function keepInAddress(asked: () => Readonly<Record<string, string | number>>): void {
  $effect(() => {
    const hash = withAsked(location.hash, asked())
    // In place of the entry that is there: each letter would be a step back otherwise.
    if (hash !== location.hash && (location.hash !== '' || hash !== '#/')) history.replaceState(null, '', hash)
  })
}
