/**
 * Adjusts p-values of several comparisons made at once (Holm 1979): each stays in its place, and calling those below alpha
 * different is wrong for even one of them with probability at most alpha.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((a, b) => (ps[a] ?? 0) - (ps[b] ?? 0))
  const adjusted = new Array<number>(ps.length)
  let largest = 0
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps[index] ?? 0) * (ps.length - rank)))
    adjusted[index] = largest
  }
  return adjusted
}
