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
