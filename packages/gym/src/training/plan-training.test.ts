import { describe, expect, it } from 'vitest'
import { local, modal, ray } from '../compute/compute.js'
import { HuggingFaceDataset } from '../datasets/hugging-face-dataset.js'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { Qwen3_4B } from '../models/catalogue.js'
import { GrpoRecipe } from './grpo-recipe.js'
import { SlimeRecipe } from './slime-recipe.js'
import { TrainConfig } from './train-config.js'

const base = {
  model: new Qwen3_4B(),
  dataset: new InMemoryDataset({ rows: [{ input: 'moon' }] }),
  recipe: new SlimeRecipe({ numRollout: 3 }),
  reward: () => 1,
}

describe('train({ dryRun: true })', () => {
  it('plans a run on Modal and starts nothing', async () => {
    const plan = await new TrainConfig({ ...base, compute: modal({ gpu: 'H100:4' }), seed: 6 }).train({ dryRun: true })
    expect(plan).toMatchObject({ gpu: 'H100:4', costPerHour: 15.8, shape: { numRollout: 3 } })
    expect(plan.args.join(' ')).toMatch(/--hf-checkpoint \/models\/Qwen3-4B .*--rollout-seed 6 --seed 7/)
    expect(plan.files).toHaveProperty(['/data/dry-run/train.jsonl', 'content'])
  })

  it('starts from a checkpoint by its place in the training machine', async () => {
    const checkpoint = '/checkpoints/run-1/iter_0000009_hf'
    const plan = await new TrainConfig({ ...base, checkpoint, compute: modal() }).train({ dryRun: true })
    expect(plan.paths.hfCheckpoint).toBe(checkpoint)
  })

  it('counts no cost on a cluster that is yours', async () => {
    const plan = await new TrainConfig({ ...base, compute: ray({ address: 'http://127.0.0.1:1' }) }).train({
      dryRun: true,
    })
    expect(plan.costPerHour).toBeNull()
  })

  it('names the rows it could not read, and why', async () => {
    const dataset = new HuggingFaceDataset({
      hfRepo: 'some/rows',
      inputColumn: 'x',
      hubUrl: 'http://127.0.0.1:1',
      cacheDir: '/nonexistent/gym-datasets',
    })
    const plan = await new TrainConfig({ ...base, dataset, compute: modal() }).train({ dryRun: true })
    expect(plan.files['/data/dry-run/train.jsonl']).toEqual({
      source: 'the rows of some/rows[train], one JSON object a line',
    })
    expect(plan.notices.at(-1)).toMatch(/^the rows of some\/rows\[train\] are not part of this plan: /)
  })

  it('refuses what it cannot plan', async () => {
    await expect(new TrainConfig({ ...base, compute: local() }).train({ dryRun: true })).rejects.toThrow(
      'train({ dryRun: true }) plans runs of SlimeRecipe on modal() or ray(), not compute local(); leave dryRun out',
    )
    await expect(
      new TrainConfig({ ...base, recipe: new GrpoRecipe(), compute: modal() }).train({ dryRun: true }),
    ).rejects.toThrow(/not recipe "grpo"/)
    await expect(
      new TrainConfig({ ...base, reward: undefined, compute: modal() }).train({ dryRun: true }),
    ).rejects.toThrow(/^SlimeRecipe needs a reward/)
  })
})
