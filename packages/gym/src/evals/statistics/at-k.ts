import { deriveSeed } from '../../random/seeded-random.js'
import { type BootstrapOptions, bootstrapInterval, type MeanInterval } from './bootstrap-interval.js'
import { arePassesAndFails } from './equal-scores.js'

/** A mean over rows of something measured on k samples of each, with its 95 % interval by resampling prompts. */
export interface AtK extends MeanInterval {
  readonly k: number
  /** Rows with k scored samples or more; the others are left out. */
  readonly nRows: number
}

/** The chance that at least one of k samples passes. */
export interface PassAtK extends AtK {
  readonly passThreshold: number
}

/** What is needed of a scored response. */
export interface ScoredSample {
  readonly promptKey: string
  readonly rowIndex: number
  readonly score: number | null
}

/**
 * Estimates the chance that at least one of k samples passes, from n samples of which c passed, without bias:
 * 1 - C(n - c, k) / C(n, k) (Chen et al. 2021, arXiv 2107.03374, equation 1), as a product so that it cannot overflow.
 */
export function passAtKOf(n: number, c: number, k: number): number {
  if (!(k >= 1 && k <= n && c >= 0 && c <= n))
    throw new RangeError(`passAtKOf(${n}, ${c}, ${k}): needs 1 <= k <= n, 0 <= c <= n`)
  if (n - c < k) return 1
  let allFail = 1
  for (let i = n - c + 1; i <= n; i += 1) allFail *= 1 - k / i
  return 1 - allFail
}

/** Estimates pass@k for k = 1, 2, 4, ... and `nSamples`; a sample passes with a score of at least `passThreshold`. */
export function passAtK(
  samples: readonly ScoredSample[],
  {
    nSamples,
    passThreshold,
    seed,
  }: { readonly nSamples: number; readonly passThreshold: number; readonly seed: number },
): PassAtK[] {
  return stepsTo(nSamples).flatMap((k) => {
    const chance = (scores: readonly number[]) =>
      passAtKOf(scores.length, scores.filter((score) => score >= passThreshold).length, k)
    const found = overRows(samples, k, { seed: deriveSeed(seed, 'pass-at-k', k), range: [0, 1] }, chance)
    return found === null ? [] : [{ ...found, passThreshold }]
  })
}

/**
 * Averages over rows the mean score of each; a row counts as soon as one of its `k` samples was scored. Drawn with the seed of
 * the mean over samples, so that the same figure has the same interval.
 */
export function meanAtK(
  samples: readonly ScoredSample[],
  { k, seed }: { readonly k: number; readonly seed: number },
): AtK {
  const mean = (scores: readonly number[]) => scores.reduce((sum, score) => sum + score, 0) / scores.length
  // Means of rows can be shares: whether scores are passes and fails, only the samples tell.
  const scores = samples.flatMap(({ score }) => (score === null ? [] : [score]))
  const range = arePassesAndFails(scores) ? ([0, 1] as const) : 'unknown'
  const found = overRows(samples, 1, { seed, range }, mean)
  if (found === null) throw new RangeError('meanAtK needs at least one score')
  return { ...found, k }
}

function overRows(
  samples: readonly ScoredSample[],
  k: number,
  options: BootstrapOptions,
  measure: (scores: readonly number[]) => number,
): AtK | null {
  const byPrompt = new Map<string, Map<number, number[]>>()
  for (const { promptKey, rowIndex, score } of samples) {
    if (score === null) continue
    // Rows may share a prompt and yet have other answers: a row passes or fails, the prompt is what is resampled.
    const rows = byPrompt.get(promptKey) ?? new Map<number, number[]>()
    byPrompt.set(promptKey, rows)
    const scores = rows.get(rowIndex)
    if (scores === undefined) rows.set(rowIndex, [score])
    else scores.push(score)
  }
  const groups = [...byPrompt.values()]
    .map((rows) => [...rows.values()].filter((scores) => scores.length >= k).map(measure))
    .filter((group) => group.length > 0)
  if (groups.length === 0) return null
  return { k, ...bootstrapInterval(groups, options), nRows: groups.flat().length }
}

function stepsTo(nSamples: number): number[] {
  const steps: number[] = []
  for (let k = 1; k < nSamples; k *= 2) steps.push(k)
  return [...steps, nSamples]
}
