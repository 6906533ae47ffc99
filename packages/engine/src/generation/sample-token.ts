import type { SamplingOptions, TokenAlternative } from '../engine-api.js'

/**
 * Below it a distribution is greedy to the last bit, and logits divided by it would leave the range of a float32: a
 * lower temperature counts as this one.
 */
export const smallestTemperature = 1e-6

export interface SampledToken {
  readonly tokenId: number
  /** Natural log of the token's probability in the distribution that was sampled. */
  readonly logprob: number
}

/** Tells whether the distribution that begins there is none: one logit that is not finite makes NaN of all of a softmax. */
export function isBroken(probabilities: Float32Array, from = 0): boolean {
  return Number.isNaN(probabilities[from])
}

/**
 * Draws a token from probabilities that already carry the temperature. `uniform` is in [0, 1). With top-k, top-p or
 * min-p the kept tokens are renormalised and the log-probability is that of the renormalised distribution.
 * Temperature 0 takes the likeliest token, with its log-probability at temperature 1.
 */
export function sampleToken(probabilities: Float32Array, sampling: SamplingOptions, uniform: number): SampledToken {
  if (drawsFromAll(sampling)) return drawFromAll(probabilities, uniform)
  if (sampling.temperature === 0) {
    const tokenId = likeliest(probabilities)
    return { tokenId, logprob: Math.log(probabilities[tokenId] as number) }
  }
  if (!leavesOut(sampling, probabilities.length)) return drawFromAll(probabilities, uniform)
  return drawFromKept(keptTokens(probabilities, sampling), uniform)
}

/** True where every token has its chance: temperature above 0, no top-k, top-p or min-p. */
export function drawsFromAll({ temperature = 1, topK = 0, topP = 1, minP = 0 }: SamplingOptions): boolean {
  return temperature !== 0 && topK <= 0 && topP >= 1 && minP <= 0
}

/** True where top-k, top-p or min-p may leave tokens out. */
function leavesOut({ temperature = 1, topK = 0, topP = 1, minP = 0 }: SamplingOptions, vocab: number): boolean {
  return temperature !== 0 && ((topK > 0 && topK < vocab) || topP < 1 || minP > 0)
}

function drawFromAll(probabilities: Float32Array, uniform: number): SampledToken {
  let rest = uniform
  let tokenId = -1
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] as number
    if (p <= 0) continue
    tokenId = i
    rest -= p
    if (rest < 0) break
  }
  // Rounding may leave a rest after the last token; it then goes to the last one that had a chance.
  if (tokenId < 0) tokenId = likeliest(probabilities)
  return { tokenId, logprob: Math.log(probabilities[tokenId] as number) }
}

function drawFromKept(kept: readonly TokenAlternative[], uniform: number): SampledToken {
  const total = totalOf(kept)
  let rest = uniform * total
  let chosen = kept[kept.length - 1] as TokenAlternative
  for (const token of kept) {
    rest -= Math.exp(token.logprob)
    if (rest < 0) {
      chosen = token
      break
    }
  }
  return renormalised(chosen, total)
}

function totalOf(kept: readonly TokenAlternative[]): number {
  return kept.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)
}

function renormalised({ tokenId, logprob }: TokenAlternative, total: number): TokenAlternative {
  return { tokenId, logprob: logprob - Math.log(total) }
}

/** Applies top-k, then top-p, then min-p, likeliest first; always keeps at least one token. */
function keptTokens(
  probabilities: Float32Array,
  { topK = 0, topP = 1, minP = 0 }: SamplingOptions,
): TokenAlternative[] {
  const floor = minP * (probabilities[likeliest(probabilities)] as number)
  const order: number[] = []
  for (let i = 0; i < probabilities.length; i++) if ((probabilities[i] as number) > 0) order.push(i)
  order.sort((a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b)
  if (topK > 0) order.length = Math.min(order.length, topK)
  const total = topP < 1 ? order.reduce((sum, i) => sum + (probabilities[i] as number), 0) : 1
  const kept: TokenAlternative[] = []
  let mass = 0
  for (const tokenId of order) {
    const p = probabilities[tokenId] as number
    if (kept.length > 0 && (p < floor || mass >= topP * total)) break
    kept.push({ tokenId, logprob: Math.log(p) })
    mass += p
  }
  return kept
}

/**
 * Lists the likeliest tokens of the distribution that `sampleToken` draws from, most likely first, as it reports them: fewer
 * than `count` where fewer can be drawn.
 */
export function topAlternatives(
  probabilities: Float32Array,
  sampling: SamplingOptions,
  count: number,
): TokenAlternative[] {
  if (!leavesOut(sampling, probabilities.length)) return likeliestOf(probabilities, count)
  const kept = keptTokens(probabilities, sampling)
  const total = totalOf(kept)
  return kept.slice(0, count).map((token) => renormalised(token, total))
}

function likeliestOf(probabilities: Float32Array, count: number): TokenAlternative[] {
  const best: number[] = []
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] as number
    if (p <= 0) continue
    if (best.length === count && p <= (probabilities[best[count - 1] as number] as number)) continue
    let at = best.length
    while (at > 0 && (probabilities[best[at - 1] as number] as number) < p) at--
    best.splice(at, 0, i)
    if (best.length > count) best.pop()
  }
  return best.map((tokenId) => ({ tokenId, logprob: Math.log(probabilities[tokenId] as number) }))
}

/**
 * Applies presence and frequency penalties in place. A logit lowered by `penalty` at temperature T multiplies the
 * probability by exp(-penalty / T); the rest is renormalisation.
 */
export function penalise(probabilities: Float32Array, sampled: readonly number[], sampling: SamplingOptions): void {
  const { presencePenalty = 0, frequencyPenalty = 0, temperature = 1 } = sampling
  if ((presencePenalty === 0 && frequencyPenalty === 0) || sampled.length === 0) return
  const counts = new Map<number, number>()
  for (const id of sampled) counts.set(id, (counts.get(id) ?? 0) + 1)
  const divisor = temperature === 0 ? 1 : Math.max(temperature, smallestTemperature)
  const logs = new Map<number, number>()
  for (const [id, count] of counts) {
    const penalty = presencePenalty + frequencyPenalty * count
    logs.set(id, Math.log(probabilities[id] as number) - penalty / divisor)
  }
  // Scaled so that the largest becomes 1: at a low temperature the factor itself leaves the range of a double.
  let others = 0
  for (let id = 0; id < probabilities.length; id++) {
    if (!logs.has(id)) others = Math.max(others, probabilities[id] as number)
  }
  const largest = Math.max(Math.log(others), ...logs.values())
  const scale = others > 0 ? Math.exp(-largest) : 1
  for (let i = 0; i < probabilities.length; i++) probabilities[i] = (probabilities[i] as number) * scale
  for (const [id, log] of logs) probabilities[id] = Math.exp(log - largest)
  let total = 0
  for (const p of probabilities) total += p
  for (let i = 0; i < probabilities.length; i++) probabilities[i] = (probabilities[i] as number) / total
}

function likeliest(probabilities: Float32Array): number {
  let best = 0
  for (let i = 1; i < probabilities.length; i++) {
    if ((probabilities[i] as number) > (probabilities[best] as number)) best = i
  }
  return best
}
