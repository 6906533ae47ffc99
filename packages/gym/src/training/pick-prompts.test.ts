import { describe, expect, it } from 'vitest'
import { pickPrompts } from './pick-prompts.js'

const rollouts = (count: number, rows: number, batch: number, seed = 1) =>
  Array.from({ length: count }, (_, i) => pickPrompts(rows, batch, i, seed))

describe('pickPrompts', () => {
  it('meets every row once an epoch, across rollouts', () => {
    const firstEpoch = rollouts(5, 20, 4).flat()
    expect([...firstEpoch].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(firstEpoch).not.toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  it('shuffles each epoch differently', () => {
    const [first, second] = rollouts(2, 20, 20)
    expect(second).not.toEqual(first)
  })

  it('repeats rows when a rollout asks for more than there are', () => {
    const [picked] = rollouts(1, 3, 7)
    for (const row of [0, 1, 2]) expect(picked?.filter((r) => r === row).length).toBeGreaterThanOrEqual(2)
  })

  it('depends on the seed and the rollout alone', () => {
    expect(pickPrompts(50, 8, 3, 9)).toEqual(pickPrompts(50, 8, 3, 9))
    expect(pickPrompts(50, 8, 3, 9)).not.toEqual(pickPrompts(50, 8, 3, 10))
  })
})
