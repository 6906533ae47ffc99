/**
 * Draws a uniform number in [0, 1) for one token of one sample. Counter-based: it depends on the sample's seed and the
 * token's index alone, so neither batching nor the order of requests changes what is sampled.
 */
export function uniformAt(seed: number, index: number): number {
  const high = mix(mix(seed >>> 0) ^ (index * 2 + 1))
  const low = mix(high ^ 0x9e3779b9 ^ (seed >>> 0))
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992
}

/** A bijective 32-bit finaliser with full avalanche (the constants are those of the "lowbias32" search by C. Wellons). */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}
