import { describe, expect, it } from 'vitest'
import { meanAtK, passAtK, passAtKOf } from './at-k.js'
import { bootstrapInterval } from './bootstrap-interval.js'

const sample = (rowIndex: number, score: number | null, promptKey = `p${rowIndex}`) => ({ rowIndex, score, promptKey })

/** Counts, over every choice of k of n samples of which the first c pass, how many choices hold a pass. */
function byEnumeration(n: number, c: number, k: number): number {
  let hits = 0
  let all = 0
  for (let mask = 0; mask < 2 ** n; mask += 1) {
    const chosen = Array.from({ length: n }, (_, i) => (mask >> i) & 1)
    if (chosen.reduce((sum, bit) => sum + bit, 0) !== k) continue
    all += 1
    if (chosen.some((bit, i) => bit === 1 && i < c)) hits += 1
  }
  return hits / all
}

describe('pass@k', () => {
  it('is the share of all choices of k samples that hold a pass', () => {
    for (let n = 1; n <= 9; n += 1) {
      for (let c = 0; c <= n; c += 1) {
        for (let k = 1; k <= n; k += 1) expect(passAtKOf(n, c, k)).toBeCloseTo(byEnumeration(n, c, k), 12)
      }
    }
  })

  it('stays a chance for numbers whose binomials overflow', () => {
    const chance = passAtKOf(10_000, 3, 5_000)
    expect(chance).toBeGreaterThan(0.87)
    expect(chance).toBeLessThan(0.88)
    expect(() => passAtKOf(2, 1, 3)).toThrow('needs 1 <= k <= n')
  })

  it('is given for 1, 2, 4, ... and n, over the rows that have so many scored samples', () => {
    const samples = [
      ...[1, 0, 0, 0, 0].map((score) => sample(0, score)),
      ...[1, 1, null, 0, 0].map((score) => sample(1, score)),
      ...[0, 0, 0, 0, 0].map((score) => sample(2, score)),
    ]
    const found = passAtK(samples, { nSamples: 5, passThreshold: 1, seed: 1 })
    expect(found.map(({ k, nRows }) => [k, nRows])).toEqual([
      [1, 3],
      [2, 3],
      [4, 3],
      [5, 2],
    ])
    expect(found[0]?.mean).toBeCloseTo((0.2 + 0.5 + 0) / 3, 12)
    expect(found[3]?.mean).toBe(0.5)
  })

  it('keeps its intervals between none and all', () => {
    const samples = [0, 1, 1, 1, 1, 1, 1].flatMap((score, row) => [
      sample(row, score),
      sample(row, 0),
      sample(row, score),
    ])
    const found = passAtK(samples, { nSamples: 3, passThreshold: 1, seed: 0 })
    expect(found.map(({ ci }) => ci[1])).toEqual([expect.any(Number), 1, 1])
    for (const { ci } of found) expect(Math.min(...ci)).toBeGreaterThanOrEqual(0)
  })

  it('resamples prompts, not rows: rows that repeat a prompt narrow nothing', () => {
    const once = [0, 1, 1, 0, 1, 0, 0, 1, 1, 1].map((score, row) => sample(row, score))
    const twice = once.flatMap((one) => [one, { ...one, rowIndex: one.rowIndex + 100 }])
    const options = { nSamples: 1, passThreshold: 1, seed: 5 }
    const [a, b] = [passAtK(once, options)[0], passAtK(twice, options)[0]]
    expect(b?.nRows).toBe(20)
    expect(b?.ci[0]).toBeCloseTo(a?.ci[0] ?? Number.NaN, 9)
    expect(b?.ci[1]).toBeCloseTo(a?.ci[1] ?? Number.NaN, 9)
  })
})

describe('mean@k', () => {
  it('gives every row the same weight, however many of its samples were scored', () => {
    const samples = [
      { rowIndex: 0, promptKey: 'a', score: 1 },
      { rowIndex: 0, promptKey: 'a', score: 3 },
      { rowIndex: 1, promptKey: 'b', score: 10 },
      { rowIndex: 1, promptKey: 'b', score: null },
    ]
    const { k, mean, nRows, ci } = meanAtK(samples, { k: 2, seed: 0 })
    expect({ k, mean, nRows }).toEqual({ k: 2, mean: 6, nRows: 2 })
    expect(ci[0]).toBeLessThan(6)
    expect(ci[1]).toBeGreaterThan(6)
  })

  it('has the interval of the mean over samples, where every row has the same number of them', () => {
    const rows = [
      [1, 4],
      [2, 2],
      [3, 1],
      [2, 5],
    ]
    const samples = rows.flatMap((scores, row) => scores.map((score) => sample(row, score)))
    const whole = bootstrapInterval(rows, { seed: 5 })
    const { mean, ci } = meanAtK(samples, { k: 2, seed: 5 })
    expect(mean).toBeCloseTo(whole.mean, 12)
    expect(ci[0]).toBeCloseTo(whole.ci[0], 9)
    expect(ci[1]).toBeCloseTo(whole.ci[1], 9)
  })

  it.each([
    [
      'never beyond what passes and fails can be',
      [
        [1, 1, 1, 0],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
      ],
    ],
    ['also where all rows pass half of the time', Array.from({ length: 10 }, () => [1, 0])],
    [
      'also where a row has the mean of a pass but scores are points',
      [
        [2, 0],
        [0, 0],
        [1, 1],
      ],
    ],
  ])('has that interval %s', (_, rows) => {
    const samples = rows.flatMap((scores, row) => scores.map((score) => sample(row, score)))
    const whole = bootstrapInterval(rows, { seed: 0 })
    const { mean, ci } = meanAtK(samples, { k: rows[0]!.length, seed: 0 })
    expect(mean).toBeCloseTo(whole.mean, 12)
    for (const end of [0, 1] as const) expect(ci[end]).toBeCloseTo(whole.ci[end], 9)
    if (rows.flat().every((score) => score < 2)) expect(ci[1]).toBeLessThanOrEqual(1)
    expect(ci[1]).toBeGreaterThan(ci[0])
  })
})
