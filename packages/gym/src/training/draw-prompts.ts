import { deriveSeed } from '../random/seeded-random.js'
import { pickPrompts, pickRefills } from './pick-prompts.js'

/** A prompt to sample: which row, and one seed a sample. */
export interface PromptDraw {
  readonly rowIndex: number
  readonly seeds: readonly number[]
}

export interface DrawOptions {
  readonly rowCount: number
  readonly rolloutId: number
  readonly seed: number
  readonly rolloutBatchSize: number
  readonly nSamplesPerPrompt: number
}

/** Draws the prompts that every rollout begins with. */
export function firstDraws(options: DrawOptions): PromptDraw[] {
  const { rowCount, rolloutBatchSize, rolloutId, seed } = options
  return pickPrompts(rowCount, rolloutBatchSize, rolloutId, seed).map((rowIndex, place) => ({
    rowIndex,
    seeds: sampleSeeds(options, (sample) => deriveSeed(seed, 'sample', rolloutId, place, sample)),
  }))
}

/**
 * Draws further prompts for the same rollout: rows it has not used yet, `used` refills after its first ones. They come
 * from an order of their own, so that the prompts of later rollouts stay where they are. Fewer when rows run out.
 */
export function refillDraws(options: DrawOptions, round: number, count: number, used: number): PromptDraw[] {
  const { rolloutId, seed } = options
  return pickRefills({ ...options, from: used, count }).map((rowIndex, place) => ({
    rowIndex,
    seeds: sampleSeeds(options, (sample) => deriveSeed(seed, 'refill-sample', rolloutId, round, place, sample)),
  }))
}

function sampleSeeds({ nSamplesPerPrompt }: DrawOptions, seedOf: (sample: number) => number): number[] {
  return Array.from({ length: nSamplesPerPrompt }, (_, sample) => seedOf(sample))
}
