import { describe, expect, it } from 'vitest'
import { deriveSeed, seededRandom } from './seeded-random.js'

describe('seededRandom', () => {
  it('gives the same stream for the same seed and another for another seed', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed)
      return Array.from({ length: 50 }, () => random.uint32())
    }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('keeps its stream from version to version', () => {
    const random = seededRandom(42)
    expect([random.uint32(), random.uint32(), random.next(), random.int(100)]).toMatchInlineSnapshot(`
      [
        3050303777,
        2716406840,
        0.69519768879196,
        13,
      ]
    `)
    expect(deriveSeed(42, 'rollout', 3, 1, 7)).toMatchInlineSnapshot(`3695718423`)
  })

  it('is uniform in [0, 1): mean, variance and neighbours as they should be', () => {
    const random = seededRandom(1)
    const n = 200_000
    let sum = 0
    let squares = 0
    let neighbours = 0
    let previous = 0.5
    let outside = 0
    for (let i = 0; i < n; i += 1) {
      const value = random.next()
      if (value < 0 || value >= 1) outside += 1
      sum += value
      squares += value * value
      neighbours += (value - 0.5) * (previous - 0.5)
      previous = value
    }
    // Five standard errors: sd of a uniform is 0.2887, of its square 0.298, of a product of two centred ones 1/12.
    expect(outside).toBe(0)
    expect(Math.abs(sum / n - 0.5)).toBeLessThan((5 * 0.2887) / Math.sqrt(n))
    expect(Math.abs(squares / n - 1 / 3)).toBeLessThan((5 * 0.298) / Math.sqrt(n))
    expect(Math.abs(neighbours / n)).toBeLessThan(5 / 12 / Math.sqrt(n))
  })

  it('draws integers without favouring any, and refuses a bound that is not one', () => {
    const random = seededRandom(3)
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < 70_000; i += 1) {
      const value = random.int(7)
      counts[value] = counts[value]! + 1
    }
    // Chi-square with 6 degrees of freedom: 22.46 is the 99.9 % point.
    expect(counts.reduce((total, count) => total + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.46)
    const large = 3_000_000_000
    const drawn = Array.from({ length: 20_000 }, () => random.int(large))
    const below = drawn.filter((value) => value < large / 2).length
    expect(drawn.every((value) => Number.isInteger(value) && value >= 0 && value < large)).toBe(true)
    expect(Math.abs(below - 10_000)).toBeLessThan(5 * Math.sqrt(5_000))
    for (const bad of [0, -1, 1.5, Number.NaN, 2 ** 33]) expect(() => random.int(bad)).toThrow(RangeError)
  })

  it.each([1, 7, 10_000, 2_000_000, 3_000_000_000])('fills with what single draws below %d would give', (n) => {
    const one = seededRandom(11)
    const many = seededRandom(11)
    const into = new Uint32Array(500)
    for (let round = 0; round < 2; round += 1) {
      many.ints(n, into)
      expect([...into]).toEqual(Array.from(into, () => one.int(n)))
      expect(many.uint32()).toBe(one.uint32())
    }
    expect(() => many.ints(0, into)).toThrow(RangeError)
  })

  it('shuffles into a permutation, each place equally likely, and leaves its input alone', () => {
    const random = seededRandom(5)
    const items = ['a', 'b', 'c', 'd']
    const firsts: Record<string, number> = {}
    for (let i = 0; i < 8_000; i += 1) {
      const shuffled = random.shuffle(items)
      expect(shuffled.toSorted()).toEqual(items)
      firsts[shuffled[0]!] = (firsts[shuffled[0]!] ?? 0) + 1
    }
    expect(items).toEqual(['a', 'b', 'c', 'd'])
    for (const item of items) expect(Math.abs(firsts[item]! - 2_000)).toBeLessThan(200)
  })
})

describe('deriveSeed', () => {
  it('tells apart order, type, grouping and size of its parts', () => {
    const seeds = [
      deriveSeed(1),
      deriveSeed(1, 0),
      deriveSeed(1, 1, 2),
      deriveSeed(1, 2, 1),
      deriveSeed(1, '1', 2),
      deriveSeed(1, 'ab', 'c'),
      deriveSeed(1, 'a', 'bc'),
      deriveSeed(1, 2 ** 32 + 1),
      deriveSeed(1, -1),
      deriveSeed(1, 0.5),
      deriveSeed(2),
    ]
    expect(new Set(seeds).size).toBe(seeds.length)
    expect(deriveSeed(1, 0)).toBe(deriveSeed(1, -0))
  })

  it('spreads a grid of (step, prompt, sample) over 32 bits as chance would', () => {
    const seeds = new Set<number>()
    for (let step = 0; step < 40; step += 1) {
      for (let prompt = 0; prompt < 50; prompt += 1) {
        for (let sample = 0; sample < 16; sample += 1) seeds.add(deriveSeed(9, step, prompt, sample))
      }
    }
    // 32,000 draws from 2^32: 0.12 collisions expected; more than 4 would not be chance.
    expect(seeds.size).toBeGreaterThanOrEqual(32_000 - 4)
    const lowBits = [...seeds].filter((seed) => seed % 2 === 0).length
    expect(Math.abs(lowBits - seeds.size / 2)).toBeLessThan(5 * Math.sqrt(32_000 / 4))
  })

  it('starts streams that do not resemble each other', () => {
    const first = seededRandom(deriveSeed(1, 0))
    const second = seededRandom(deriveSeed(1, 1))
    let product = 0
    for (let i = 0; i < 50_000; i += 1) product += (first.next() - 0.5) * (second.next() - 0.5)
    expect(Math.abs(product / 50_000)).toBeLessThan(5 / 12 / Math.sqrt(50_000))
  })
})
