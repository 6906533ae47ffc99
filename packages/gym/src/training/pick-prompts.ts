import { deriveSeed, seededRandom } from '../random/seeded-random.js'

/**
 * Picks the rows of one rollout. Each epoch is a seeded shuffle of all rows and rollouts take consecutive slices of the
 * epochs, so every row is met equally often, and a resumed run picks what the first one would have.
 */
export function pickPrompts(rowCount: number, batchSize: number, rolloutId: number, seed: number): number[] {
  const orders = new Map<number, readonly number[]>()
  const orderOf = (epoch: number) => {
    const known = orders.get(epoch)
    if (known !== undefined) return known
    const rows = Array.from({ length: rowCount }, (_, i) => i)
    const order = seededRandom(deriveSeed(seed, 'epoch', epoch)).shuffle(rows)
    orders.set(epoch, order)
    return order
  }
  return Array.from({ length: batchSize }, (_, i) => {
    const place = rolloutId * batchSize + i
    return orderOf(Math.floor(place / rowCount))[place % rowCount] as number
  })
}

/**
 * Picks further rows for one rollout, places `from` to `from + count - 1` of a seeded shuffle of the rows that
 * `pickPrompts` did not give it; fewer when there are no more.
 */
export function pickRefills(options: {
  readonly rowCount: number
  readonly rolloutBatchSize: number
  readonly rolloutId: number
  readonly seed: number
  readonly from: number
  readonly count: number
}): number[] {
  const { rowCount, rolloutBatchSize, rolloutId, seed, from, count } = options
  const first = new Set(pickPrompts(rowCount, rolloutBatchSize, rolloutId, seed))
  const others = Array.from({ length: rowCount }, (_, row) => row).filter((row) => !first.has(row))
  return seededRandom(deriveSeed(seed, 'refill', rolloutId))
    .shuffle(others)
    .slice(from, from + count)
}
