import { describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import type { RunRecord } from '../store/records.js'
import { GrpoRecipe, type GrpoRecipeOptions } from './grpo-recipe.js'
import { requireSameConfig, runConfig } from './run-config.js'
import { SftRecipe } from './sft-recipe.js'
import { SlimeRecipe } from './slime-recipe.js'

type Recipe = Parameters<typeof runConfig>[0]

const dataset = new InMemoryDataset({ rows: [{ input: 'rain' }, { input: 'moon' }] })
const configOf = async (recipe: Recipe) => runConfig(recipe, dataset, await dataset.load())
const grpo = (options: GrpoRecipeOptions = {}) => configOf(new GrpoRecipe(options))

/** A run's record as the store gives it back, its recipe without some options. */
function recordOf(config: Record<string, unknown>, without: readonly string[] = []): RunRecord {
  const { recipe, ...rest } = JSON.parse(JSON.stringify(config)) as { recipe: Record<string, unknown> }
  const kept = Object.fromEntries(Object.entries(recipe).filter(([key]) => !without.includes(key)))
  return {
    trainingRunId: 'run-1',
    state: 'interrupted',
    model: 'tiny-poet',
    startPath: '/weights',
    recipe: String(recipe.kind),
    config: { ...rest, recipe: kept },
    seed: 0,
    numRollout: 10,
    rolloutsDone: 2,
    pid: null,
    createdAt: 0,
    finishedAt: null,
    error: null,
  }
}

describe('requireSameConfig', () => {
  it('takes an option that an older record leaves out for its default, whichever it is', async () => {
    for (const recipe of [new GrpoRecipe(), new SftRecipe()]) {
      const config = await configOf(recipe)
      const options = Object.keys(config.recipe as object).filter((key) => key !== 'kind')
      expect(options.length).toBeGreaterThan(10)
      expect(() => requireSameConfig(recordOf(config, options), config)).not.toThrow()
    }
  })

  it('still refuses another value than the default of an option that the record leaves out, by name', async () => {
    const record = recordOf(await grpo(), ['policyLoss', 'overSamplingMaxRounds'])
    const now = await grpo({ policyLoss: 'cispo' })
    expect(() => requireSameConfig(record, now)).toThrow(
      'run run-1 had recipe policyLoss "grpo" (the default; its record leaves it out), now it is "cispo"; ' +
        'resume with the same recipe, or start a new run from its checkpoint',
    )
  })

  it('compares a stored value as it was stored, also where today it would be left out', async () => {
    const record = recordOf(await grpo({ loraRank: 8, lr: 0.5 }))
    expect(() => requireSameConfig(record, recordOf(record.config).config)).not.toThrow()
    const now = await grpo({ lr: 0.5 })
    expect(() => requireSameConfig(record, now)).toThrow('had recipe loraRank 8, now it is not set;')
    const back = await grpo({ loraRank: 8 })
    expect(() => requireSameConfig(record, back)).toThrow('had recipe lr 0.5, now it is 0.000125;')
  })

  it('names the kind of recipe first, and other rows', async () => {
    const record = recordOf(await grpo())
    const sft = await configOf(new SftRecipe())
    expect(() => requireSameConfig(record, sft)).toThrow('had recipe kind "grpo", now it is "sft"')
    const other = new InMemoryDataset({ rows: [{ input: 'rain' }, { input: 'snow' }] })
    const moved = runConfig(new GrpoRecipe(), other, await other.load())
    expect(() => requireSameConfig(record, moved)).toThrow(/had dataset sha256 "[0-9a-f]{16}", now it is/)
  })

  it('adds nothing to what a SlimeRecipe was given', async () => {
    const record = recordOf(await configOf(new SlimeRecipe({ numRollout: 3 })))
    const now = await configOf(new SlimeRecipe({ numRollout: 3, lr: 1e-6 }))
    expect(() => requireSameConfig(record, now)).toThrow('had recipe lr not set, now it is 0.000001;')
  })

  it('lets options change that do not alter what is computed', async () => {
    const record = recordOf(await grpo({ saveInterval: 2, keepLast: 1 }), ['rewardConcurrency'])
    const now = await grpo({ saveInterval: 9, rewardConcurrency: 2, recomputeActivations: true })
    expect(() => requireSameConfig(record, now)).not.toThrow()
  })
})
