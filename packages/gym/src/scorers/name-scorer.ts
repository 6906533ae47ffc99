/** Gives a scorer the name that messages and tables show. */
export function nameScorer<Scorer extends (...args: never[]) => unknown>(name: string, scorer: Scorer): Scorer {
  return Object.defineProperty(scorer, 'name', { value: name, configurable: true })
}
