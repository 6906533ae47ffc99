/** What the colour of a token tells. */
export const colourings = ['none', 'probability', 'push'] as const
export type Colouring = (typeof colourings)[number]

/** One step of a scale: its style, and what it means. */
export interface Shade {
  readonly style: string
  readonly meaning: string
}

/** From sure to surprised. */
const surprises: readonly (Shade & { readonly above: number })[] = [
  { above: 0.9, style: 's0', meaning: 'over 90 %' },
  { above: 0.5, style: 's1', meaning: 'over 50 %' },
  { above: 0.2, style: 's2', meaning: 'over 20 %' },
  { above: 0.05, style: 's3', meaning: 'over 5 %' },
  { above: -1, style: 's4', meaning: 'less' },
]
const pushes = {
  strongUp: { style: 'u2', meaning: 'strongly up' },
  up: { style: 'u1', meaning: 'up' },
  down: { style: 'd1', meaning: 'down' },
  strongDown: { style: 'd2', meaning: 'strongly down' },
}
/** Below this push a token is as good as left alone. */
const faint = 0.02
const strong = 0.5

/** Lists the steps of a scale, for its key. */
export function shadesOf(colouring: Colouring): readonly Shade[] {
  if (colouring === 'none') return []
  return colouring === 'probability' ? surprises : Object.values(pushes)
}

/**
 * Tells how the loss pushes a token: its sample's advantage times one minus its probability, which is the gradient with
 * respect to its own logit. A token that was sure anyway is hardly moved.
 */
export function pushOf(advantage: number | null, logprob: number | null): number | null {
  return advantage === null || logprob === null ? null : advantage * (1 - Math.exp(logprob))
}

/** Picks the style of a token; '' for one that the scale says nothing about. */
export function styleOf(colouring: Colouring, logprob: number | null, advantage: number | null): string {
  if (colouring === 'probability') {
    return logprob === null ? '' : (surprises.find(({ above }) => Math.exp(logprob) > above)?.style ?? '')
  }
  const push = colouring === 'push' ? pushOf(advantage, logprob) : null
  if (push === null || Math.abs(push) < faint) return ''
  const { strongUp, up, down, strongDown } = pushes
  if (push > 0) return (push > strong ? strongUp : up).style
  return (push < -strong ? strongDown : down).style
}
