/** A reproducible stream of random numbers: the same seed gives the same stream on every machine. */
export interface SeededRandom {
  /** Draws a uniform 32-bit unsigned integer. */
  uint32(): number
  /** Draws a uniform double in [0, 1), 53 bits. */
  next(): number
  /** Draws a uniform integer in [0, n); `n` is a positive integer up to 2^32. */
  int(n: number): number
  /** Fills `into` with what as many calls of `int(n)` would give, several times as fast. */
  ints(n: number, into: Uint32Array): void
  /** Copies `items` in a random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[]
}

/** Largest n for which the product of a 32-bit draw and n is exact in a double. */
const largestExact = 2_097_152

/**
 * Starts a stream from `seed` (any finite number; give it a uint32 of `deriveSeed` for independent streams).
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, period of at least 2^32, typically near 2^127.
 */
export function seededRandom(seed: number): SeededRandom {
  let a = deriveSeed(seed, 0)
  let b = deriveSeed(seed, 1)
  let c = deriveSeed(seed, 2)
  let counter = 1

  const uint32 = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  // The author's recommendation for an arbitrary seed: let the state mix before the first draw.
  for (let i = 0; i < 15; i += 1) uint32()

  const int = (n: number): number => {
    checkBound(n)
    // Lemire 2019: the high word of draw * n, redrawn where that would favour some values; no division in most draws.
    // Above the bound n is so large that the plain way is not the slow part.
    if (n > largestExact) return remainder(n)
    let draw = uint32()
    let low = Math.imul(draw, n) >>> 0
    if (low < n) {
      const threshold = 4_294_967_296 % n
      while (low < threshold) {
        draw = uint32()
        low = Math.imul(draw, n) >>> 0
      }
    }
    return Math.floor((draw * n) / 4_294_967_296)
  }

  const remainder = (n: number): number => {
    const limit = 4_294_967_296 - (4_294_967_296 % n)
    let draw = uint32()
    while (draw >= limit) draw = uint32()
    return draw % n
  }

  const ints = (n: number, into: Uint32Array): void => {
    checkBound(n)
    if (n > largestExact) {
      for (let i = 0; i < into.length; i += 1) into[i] = remainder(n)
      return
    }
    // The state in variables of the loop, which stay in registers: those of the closure are written at every draw. `| 0`
    // tells V8 that they are integers; without it the loop takes twice as long.
    let x = a | 0
    let y = b | 0
    let z = c | 0
    let count = counter | 0
    const threshold = 4_294_967_296 % n
    for (let i = 0; i < into.length; ) {
      const sum = (x + y + count) | 0
      count = (count + 1) | 0
      x = y ^ (y >>> 9)
      y = (z + (z << 3)) | 0
      z = (((z << 21) | (z >>> 11)) + sum) | 0
      if (Math.imul(sum, n) >>> 0 < threshold) continue
      // Storing drops the fraction; Math.floor would take half of the whole time.
      into[i] = ((sum >>> 0) * n) / 4_294_967_296
      i += 1
    }
    a = x
    b = y
    c = z
    counter = count
  }

  return {
    uint32,
    next: () => ((uint32() >>> 5) * 67_108_864 + (uint32() >>> 6)) / 9_007_199_254_740_992,
    int,
    ints,
    shuffle: <T>(items: readonly T[]): T[] => {
      const shuffled = [...items]
      for (let i = shuffled.length - 1; i > 0; i -= 1) {
        const j = int(i + 1)
        const kept = shuffled[i] as T
        shuffled[i] = shuffled[j] as T
        shuffled[j] = kept
      }
      return shuffled
    },
  }
}

function checkBound(n: number): void {
  if (Number.isInteger(n) && n >= 1 && n <= 4_294_967_296) return
  throw new RangeError(`int(${n}): give a whole number from 1 to 2^32`)
}

/**
 * Derives a uint32 seed from a seed and the names of what it is for, e.g. `deriveSeed(seed, 'rollout', step, prompt, sample)`.
 * Every part changes the result and so does their order; `1` and `'1'` differ, `0` and `-0` do not (MurmurHash3, 32 bits).
 */
export function deriveSeed(seed: number, ...parts: readonly (number | string)[]): number {
  let hash = mixNumber(0x5bd1e995, seed)
  for (const part of parts) hash = typeof part === 'number' ? mixNumber(hash, part) : mixText(hash, part)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const double = new Float64Array(1)
/** The same eight bytes: making them anew costs more than the rest of a seed. */
const bits = new Uint32Array(double.buffer)

function mixNumber(hash: number, value: number): number {
  // The bits of the double, so that fractions, negatives and numbers past 2^32 all count.
  double[0] = value === 0 ? 0 : value
  return mixWord(mixWord(mixWord(hash, 1), bits[0] ?? 0), bits[1] ?? 0)
}

function mixText(hash: number, text: string): number {
  let mixed = mixWord(mixWord(hash, 2), text.length)
  for (let i = 0; i < text.length; i += 1) mixed = mixWord(mixed, text.charCodeAt(i))
  return mixed
}

function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  k = Math.imul(k, 0x1b873593)
  const mixed = hash ^ k
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}
