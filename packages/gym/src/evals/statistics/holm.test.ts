import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holm } from './holm.js'

describe('holm', () => {
  it('gives the textbook values in the given order', () => {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(holm([])).toEqual([])
    expect(holm([0.2])).toEqual([0.2])
  })

  it('never lowers a p, never passes 1, keeps the order, and is no stricter than Bonferroni', () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })
    fc.assert(
      fc.property(ps, (values) => {
        const adjusted = holm(values)
        values.forEach((p, i) => {
          expect(adjusted[i]!).toBeGreaterThanOrEqual(p)
          expect(adjusted[i]!).toBeLessThanOrEqual(Math.min(1, p * values.length))
          values.forEach((q, j) => {
            if (p <= q) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!)
          })
        })
      }),
    )
  })
})
