import { describe, expect, it } from 'vitest'
import { SmolLM2_135M } from '../models/catalogue.js'
import { calibrationSizes, extrapolate } from './calibrate-passes.js'
import { planTraining, shapeOfFacts } from './estimate-plan.js'
import { estimateTrainingTime } from './estimate-time.js'
import { GrpoRecipe, type GrpoRecipeOptions } from './grpo-recipe.js'
import { SftRecipe } from './sft-recipe.js'

const smol = shapeOfFacts(new SmolLM2_135M().facts)
const lengths = { promptTokens: 45 }
const plan = (options: GrpoRecipeOptions = {}) =>
  planTraining(smol, new GrpoRecipe({ rolloutBatchSize: 8, rolloutMaxResponseLen: 64, ...options }), lengths, 2)
const pieces = { gradient: 3, scoring: 1, update: 0.25, refresh: 0.5, prefill: 2, decode: 0.125 }

describe('estimating time', () => {
  it('runs each piece as often as the plan does', () => {
    // Groups of 44 + 8 x 64 positions are split in two; five of the eight responses fill a pass of 364.
    const some = plan({ maxTokensPerMicroBatch: 400, globalBatchSize: 32 })
    const passes = (8 * 2 * 44 + 8 * 8 * 64) / 364
    const { items, rolloutSeconds, runSeconds } = estimateTrainingTime(some, pieces)
    const seconds = Object.fromEntries(items.map((item) => [item.name, item.seconds]))
    expect(seconds.sample).toBeCloseTo(2 + 63 * 0.125)
    expect(seconds['score the start']).toBeCloseTo(passes / 4)
    expect(seconds.train).toBeCloseTo(3 * passes + 2 * 0.75)
    expect(rolloutSeconds).toBeCloseTo(items.reduce((sum, item) => sum + item.seconds, 0))
    expect(runSeconds).toBeCloseTo(10 * rolloutSeconds)
    expect(items.every(({ from }) => from.includes(' x '))).toBe(true)
  })

  it('decodes in turns what does not fit into the slots, and scores all where the loss needs it', () => {
    const seconds = (name: string, options: GrpoRecipeOptions) =>
      estimateTrainingTime(plan(options), pieces).items.find((item) => item.name === name)?.seconds ?? 0
    expect(seconds('sample', { rolloutBatchSize: 32 }) - seconds('sample', { rolloutBatchSize: 16 })).toBeCloseTo(
      63 * 0.125,
    )
    expect(seconds('score the start', { klLossCoef: 0.1 })).toBeCloseTo(4 * seconds('score the start', {}))
  })

  it('does not sample for fine-tuning', () => {
    const sft = planTraining(smol, new SftRecipe(), lengths, 2)
    expect(estimateTrainingTime(sft, pieces).items.map(({ name }) => name)).toEqual(['train'])
  })
})

describe('calibrating on smaller models', () => {
  const times = (layers: number, vocab: number) => {
    const seconds = 0.5 + 0.25 * layers + vocab / 2 ** 16
    return { gradient: seconds, scoring: seconds, update: seconds, refresh: seconds, prefill: seconds, decode: seconds }
  }
  const measured = ({ layers, vocab }: { layers: number; vocab: number }) => ({
    layers,
    vocab,
    seconds: times(layers, vocab),
  })

  it.each([
    [3, 4096],
    [30, 4096],
    [3, 49_152],
    [28, 151_936],
  ])('recovers what %i layers and %i rows cost from a few sizes', (layers, vocab) => {
    const sizes = calibrationSizes({ layers, vocab })
    expect(Math.max(...sizes.map((size) => size.layers))).toBeLessThanOrEqual(4)
    expect(Math.max(...sizes.map((size) => size.vocab))).toBeLessThanOrEqual(32_768)
    const { gradient, decode } = extrapolate(sizes.map(measured), { layers, vocab })
    expect(gradient).toBeCloseTo(times(layers, vocab).gradient, 10)
    expect(decode).toBe(gradient)
  })

  it('runs a small model as it is', () => {
    expect(calibrationSizes({ layers: 4, vocab: 4096 })).toEqual([{ layers: 4, vocab: 4096 }])
  })

  it('takes a larger model that seemed faster for noise', () => {
    const [one, four] = [measured({ layers: 1, vocab: 4096 }), measured({ layers: 4, vocab: 4096 })]
    const noisy = { ...four, seconds: { ...four.seconds, refresh: 0.1 } }
    expect(extrapolate([one, noisy], { layers: 30, vocab: 4096 }).refresh).toBe(one.seconds.refresh)
  })
})
