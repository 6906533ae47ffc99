import { describe, expect, it } from 'vitest'
import { type DrawOptions, firstDraws, refillDraws } from './draw-prompts.js'

const options: DrawOptions = { rowCount: 10, rolloutId: 3, seed: 5, rolloutBatchSize: 4, nSamplesPerPrompt: 2 }
const rowsOf = (draws: readonly { readonly rowIndex: number }[]) => draws.map(({ rowIndex }) => rowIndex)

describe('prompts of a rollout', () => {
  it('are refilled by rows that the rollout has not used, each once, until there are no more', () => {
    const first = firstDraws(options)
    const second = refillDraws(options, 0, 4, 0)
    const third = refillDraws(options, 1, 4, 4)
    expect(second).toHaveLength(4)
    expect(third).toHaveLength(2)
    const all = [...first, ...second, ...third]
    expect(rowsOf(all).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(refillDraws(options, 2, 4, 6)).toEqual([])
    expect(new Set(all.flatMap(({ seeds }) => seeds)).size).toBe(20)
  })

  it('depend on seed, rollout and round alone', () => {
    expect(refillDraws(options, 1, 2, 4)).toEqual(refillDraws(options, 1, 2, 4))
    expect(refillDraws(options, 1, 2, 4)).not.toEqual(refillDraws({ ...options, rolloutId: 4 }, 1, 2, 4))
    expect(refillDraws(options, 1, 2, 4)).not.toEqual(refillDraws({ ...options, seed: 6 }, 1, 2, 4))
    const seeds = (round: number) => refillDraws(options, round, 2, 4).flatMap((draw) => draw.seeds)
    expect(seeds(1)).not.toEqual(seeds(2))
  })
})
