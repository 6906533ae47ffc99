import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uniformAt } from './random.js'
import { penalise, sampleToken, topAlternatives } from './sample-token.js'

const probabilities = Float32Array.of(0.1, 0.4, 0, 0.3, 0.2)
const maxNewTokens = 1

/** Draws often and returns the share of each token. */
function shares(sampling: Parameters<typeof sampleToken>[1], draws = 20_000): number[] {
  const counts = new Array<number>(probabilities.length).fill(0)
  for (let i = 0; i < draws; i++) {
    const { tokenId } = sampleToken(probabilities, sampling, uniformAt(7, i))
    counts[tokenId] = (counts[tokenId] as number) + 1
  }
  return counts.map((count) => count / draws)
}

describe('sampleToken', () => {
  it('draws tokens as often as their probability says', () => {
    shares({ maxNewTokens }).forEach((share, i) => {
      expect(Math.abs(share - (probabilities[i] as number))).toBeLessThan(0.015)
    })
  })

  it.each([
    ['top-k 2', { topK: 2 }, [0, 4 / 7, 0, 3 / 7, 0]],
    ['top-p 0.6', { topP: 0.6 }, [0, 4 / 7, 0, 3 / 7, 0]],
    ['min-p 0.5', { minP: 0.5 }, [0, 4 / 9, 0, 3 / 9, 2 / 9]],
    ['top-p below the likeliest', { topP: 0.01 }, [0, 1, 0, 0, 0]],
  ])('renormalises what %s keeps, and reports that log-probability', (_name, options, expected) => {
    shares({ ...options, maxNewTokens }).forEach((share, i) => {
      expect(Math.abs(share - (expected[i] as number))).toBeLessThan(0.015)
    })
    const { tokenId, logprob } = sampleToken(probabilities, { ...options, maxNewTokens }, 0.99)
    expect(logprob).toBeCloseTo(Math.log(expected[tokenId] as number), 5)
  })

  it('takes the likeliest token at temperature 0', () => {
    expect(sampleToken(probabilities, { temperature: 0, maxNewTokens }, 0.99)).toEqual({
      tokenId: 1,
      logprob: Math.log(probabilities[1] as number),
    })
  })

  it('never draws a token of probability 0, whatever the uniform number and the rounding', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (weights, u) => {
          const total = weights.reduce((a, b) => a + b, 0)
          fc.pre(total > 0)
          // A sum a little below 1, as float32 softmax gives.
          const p = Float32Array.from(weights, (w) => (w / total) * 0.9999)
          const { tokenId, logprob } = sampleToken(p, { maxNewTokens }, u)
          expect(p[tokenId]).toBeGreaterThan(0)
          expect(Number.isFinite(logprob)).toBe(true)
        },
      ),
    )
  })
})

describe('penalise', () => {
  it('equals subtracting from the logits before the softmax', () => {
    const p = probabilities.slice()
    penalise(p, [1, 1, 4], { presencePenalty: 0.5, frequencyPenalty: 0.25, temperature: 2, maxNewTokens })
    const factors = [1, Math.exp(-(0.5 + 0.5) / 2), 1, 1, Math.exp(-(0.5 + 0.25) / 2)]
    const raw = [...probabilities].map((value, i) => value * (factors[i] as number))
    const total = raw.reduce((a, b) => a + b, 0)
    raw.forEach((value, i) => {
      expect(p[i]).toBeCloseTo(value / total, 6)
    })
  })
})

describe('topAlternatives', () => {
  it('lists the likeliest tokens first, and none that cannot be drawn', () => {
    expect(topAlternatives(probabilities, { maxNewTokens }, 3).map(({ tokenId }) => tokenId)).toEqual([1, 3, 4])
    const all = topAlternatives(probabilities, { maxNewTokens }, 5)
    expect(all.map(({ tokenId }) => tokenId)).toEqual([1, 3, 4, 0])
    for (const { logprob } of all) expect(Number.isFinite(logprob)).toBe(true)
  })

  it.each([
    { topK: 1 },
    { topK: 2 },
    { topK: 9 },
    { topP: 0.6 },
    { minP: 0.5 },
    { temperature: 0, topK: 1 },
    { topK: 3, topP: 0.5, minP: 0.1 },
  ])('tells of %o what sampleToken reports of the token that it draws', (options) => {
    const sampling = { ...options, maxNewTokens }
    const alternatives = topAlternatives(probabilities, sampling, 5)
    for (let i = 0; i < 50; i++) {
      const drawn = sampleToken(probabilities, sampling, uniformAt(3, i))
      expect(alternatives).toContainEqual(drawn)
    }
    if (options.temperature === undefined) {
      expect(alternatives.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 6)
    }
  })
})

describe('uniformAt', () => {
  it('is uniform, and unrelated between neighbouring seeds and places', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => uniformAt(i % 100, Math.floor(i / 100)))
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01)
    const bins = new Array<number>(10).fill(0)
    for (const value of values) bins[Math.floor(value * 10)] = (bins[Math.floor(value * 10)] as number) + 1
    for (const count of bins) expect(Math.abs(count - 2000)).toBeLessThan(200)
    expect(new Set(values).size).toBe(values.length)
    const lagged = values.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * ((values[i] as number) - 0.5), 0)
    expect(Math.abs(lagged / values.length)).toBeLessThan(0.003)
  })
})
