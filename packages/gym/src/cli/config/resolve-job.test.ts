import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { local, modal, ray } from '../../compute/compute.js'
import type { RunRecord } from '../../store/records.js'
import { changeRecipe } from './change-recipe.js'
import { rewardNamed } from './named-parts.js'
import { resolveJob } from './resolve-job.js'
import { resumeJob } from './resume-job.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-job-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const config = `import { GrpoRecipe, InMemoryDataset } from 'training-gym'
export default {
  model: 'tiny-poet',
  dataset: new InMemoryDataset({ rows: [{ input: 'a' }, { input: 'b' }, { input: 'c' }] }),
  evalDataset: 'haiku-topics',
  reward: ({ response }) => response.length,
  recipe: new GrpoRecipe({ numRollout: 3, lr: 0.5 }),
  seed: 4,
}
`

describe('job', () => {
  it('needs only a model without a config file: topics to train on, others to evaluate on, the haiku reward', async () => {
    const train = await resolveJob({ model: 'tiny-poet' }, folder, 'train')
    const evaluation = await resolveJob({ model: 'tiny-poet', nRows: 5 }, folder, 'eval')
    expect([train.dataset.name, evaluation.dataset.name]).toEqual(['haiku-topics:train', 'haiku-topics:eval'])
    expect(await evaluation.dataset.load()).toHaveLength(5)
    const [row] = await evaluation.dataset.load()
    const response = `an old silent pond\na frog jumps into the pond\n${row!.input} silence again`
    const sample = { row: row!, messages: [], response, finishReason: 'stop', sampleIndex: 0 } as const
    expect(await train.reward!(sample)).toMatchObject({ topic: true })
  })

  it('takes the config file, and a flag wins over it', async () => {
    await writeFile(join(folder, 'gym.config.ts'), config)
    const train = await resolveJob({}, folder, 'train')
    expect(train).toMatchObject({ model: 'tiny-poet', seed: 4, recipe: { options: { numRollout: 3 } } })
    expect(await train.dataset.load()).toHaveLength(3)
    const flagged = await resolveJob({ model: './other', seed: 9, nRows: 2, checkpoint: './c' }, folder, 'train')
    expect(flagged).toMatchObject({ model: './other', seed: 9, checkpoint: './c' })
    expect((await flagged.dataset.load()).map(({ input }) => input)).toEqual(['a', 'b'])
    expect((await resolveJob({}, folder, 'eval')).dataset.name).toBe('haiku-topics:eval')
  })

  it("takes the config's checkpoint for the config's model only: a model that a flag names has its own weights", async () => {
    await writeFile(join(folder, 'gym.config.ts'), config.replace('seed: 4', "checkpoint: './start'"))
    expect(await resolveJob({}, folder, 'eval')).toMatchObject({ model: 'tiny-poet', checkpoint: './start' })
    const trained = await resolveJob({ model: './trained' }, folder, 'eval')
    expect(trained.model).toBe('./trained')
    expect(trained).not.toHaveProperty('checkpoint')
    expect(await resolveJob({ model: './a', checkpoint: './b' }, folder, 'eval')).toMatchObject({ checkpoint: './b' })
  })

  it('takes the held-out rows along to a training that can be evaluated on the way', async () => {
    for (const recipe of ['GrpoRecipe', 'SlimeRecipe']) {
      const evaluated = config.replaceAll('GrpoRecipe', recipe).replace('lr: 0.5', 'evalInterval: 1')
      await writeFile(join(folder, 'gym.config.ts'), evaluated)
      expect((await resolveJob({}, folder, 'train')).evalDataset?.name).toBe('haiku-topics:eval')
      expect(await resolveJob({}, folder, 'eval')).not.toHaveProperty('evalDataset')
    }
    await writeFile(join(folder, 'gym.config.ts'), config.replaceAll('GrpoRecipe', 'SftRecipe'))
    expect(await resolveJob({}, folder, 'train')).not.toHaveProperty('evalDataset')
  })

  it('takes a reward by its name, from a flag or the config file', async () => {
    const sample = (output: string, response: string) =>
      ({
        row: { index: 0, input: 'a', output, columns: {} },
        messages: [],
        response,
        finishReason: 'stop',
        sampleIndex: 0,
      }) as const
    const flagged = await resolveJob({ model: 'm', dataset: 'rows.jsonl', reward: 'exact-match' }, folder, 'train')
    expect([flagged.reward!(sample('Rome', ' Rome')), flagged.reward!(sample('Rome', 'Paris'))]).toEqual([1, 0])
    await writeFile(join(folder, 'gym.config.ts'), config.replace(/reward:.*/, "reward: 'math-answer',"))
    const configured = await resolveJob({}, folder, 'eval')
    expect(configured.reward!(sample('0.5', '\\boxed{\\frac12}'))).toMatchObject({ score: 1, boxed: true })
    await writeFile(join(folder, 'gym.config.ts'), config.replace(/reward:.*/, "reward: 'math-anser',"))
    await expect(resolveJob({}, folder, 'eval')).rejects.toThrow(
      'there is no reward "math-anser"; did you mean "math-answer"?',
    )
  })

  it("takes the recipe's own reward, needs none for supervised fine-tuning, and asks for one otherwise", async () => {
    const write = (recipe: string) =>
      writeFile(
        join(folder, 'gym.config.ts'),
        `import { GrpoRecipe, SftRecipe, SlimeRecipe } from 'training-gym'
         export default { model: 'tiny-poet', dataset: 'haiku-topics', recipe: ${recipe} }`,
      )
    await write('new GrpoRecipe({ customRmFunction: () => 7 })')
    const { reward } = await resolveJob({}, folder, 'eval')
    const row = { index: 0, input: 'a', columns: {} }
    expect(reward!({ row, messages: [], response: '', finishReason: 'stop', sampleIndex: 0 })).toBe(7)
    await write('new SftRecipe()')
    expect((await resolveJob({}, folder, 'train')).reward).toBe(undefined)
    await expect(resolveJob({}, folder, 'eval')).rejects.toThrow('the config file has no reward; add reward:')
    await write('new SlimeRecipe({ customGenerateFunction: () => 1 })')
    expect((await resolveJob({}, folder, 'train')).reward).toBe(undefined)
    await expect(resolveJob({}, folder, 'eval')).rejects.toThrow('the config file has no reward; add reward:')
    await write('new GrpoRecipe()')
    await expect(resolveJob({}, folder, 'train')).rejects.toThrow('the config file has no reward')
  })

  it('lets --reward take the place of the reward that a recipe carries', async () => {
    const carried = config.replace('lr: 0.5', 'lr: 0.5, customRmFunction: () => 7').replace(/reward:.*/, '')
    await writeFile(join(folder, 'gym.config.ts'), carried)
    const { reward, recipe } = await resolveJob({ reward: 'haiku' }, folder, 'train')
    expect(reward).toBe(await rewardNamed('haiku'))
    expect(recipe).toMatchObject({ options: { numRollout: 3, lr: 0.5, customRmFunction: reward } })
    expect((await resolveJob({}, folder, 'train')).recipe).not.toMatchObject({ options: { customRmFunction: reward } })
  })

  it('refuses two rewards, of which training would use one and evaluation the other', async () => {
    const two = config.replace('lr: 0.5', 'lr: 0.5, customRmFunction: () => 7')
    await writeFile(join(folder, 'gym.config.ts'), two)
    for (const purpose of ['train', 'eval'] as const) {
      await expect(resolveJob({}, folder, purpose)).rejects.toMatchObject({ boundary: 'config', code: 'two-rewards' })
    }
    expect((await resolveJob({ reward: 'haiku' }, folder, 'eval')).reward).toBe(await rewardNamed('haiku'))
    const once = `const same = () => 7\n${two}`.replace(/reward:.*/, 'reward: same,')
    await writeFile(
      join(folder, 'gym.config.ts'),
      once.replace('customRmFunction: () => 7', 'customRmFunction: same').replace(/^(const .*)\n(import .*)/, '$2\n$1'),
    )
    expect((await resolveJob({}, folder, 'train')).reward?.name).toBe('same')
  })

  it("lets --compute take the place of the config's, whose settings stay where the place is the same", async () => {
    const elsewhere = config
      .replace('seed: 4', 'compute: modal({ maxCostUsd: 5 })')
      .replace('import {', 'import { modal,')
    await writeFile(join(folder, 'gym.config.ts'), elsewhere)
    const compute = async (flags: object) => (await resolveJob(flags, folder, 'train')).compute
    expect(await compute({})).toEqual({ kind: 'modal', maxCostUsd: 5 })
    expect(await compute({ compute: 'modal' })).toEqual({ kind: 'modal', maxCostUsd: 5 })
    expect(await compute({ compute: 'local' })).toEqual({ kind: 'local' })
    await writeFile(join(folder, 'gym.config.ts'), config)
    expect(await compute({ compute: 'modal' })).toEqual({ kind: 'modal' })
    expect(await compute({})).toBeUndefined()
  })

  it('says what is missing or unknown, with what was meant', async () => {
    await expect(resolveJob({}, folder, 'train')).rejects.toThrow(
      `there is no gym.config.ts in ${folder} and no --model; try: training-gym train --model tiny-poet`,
    )
    await expect(resolveJob({ model: 'm', dataset: 'haiku-topic' }, folder, 'train')).rejects.toThrow(
      'there is no dataset "haiku-topic"; did you mean "haiku-topics"?',
    )
    await expect(rewardNamed('sonnet')).rejects.toThrow(
      'there is no reward "sonnet"; give haiku, exact-match, numeric-answer, math-answer, javascript-tests, python-tests, or a function in a config file',
    )
    await expect(rewardNamed('exactmach')).rejects.toThrow(
      'there is no reward "exactmach"; did you mean "exact-match"?',
    )
    await expect(resolveJob({ model: 'm', dataset: 'rows.jsonl' }, folder, 'eval')).rejects.toThrow(
      'nothing says how to score rows.jsonl; give --reward (haiku, exact-match, ',
    )
  })
})

describe('changing a recipe', () => {
  it('keeps what is not changed and refuses unknown options', async () => {
    await writeFile(join(folder, 'gym.config.ts'), config)
    const { recipe } = await resolveJob({}, folder, 'train')
    expect(changeRecipe(recipe, {})).toBe(recipe)
    expect(changeRecipe(recipe, { lr: 0.25 })).toMatchObject({ kind: 'grpo', options: { numRollout: 3, lr: 0.25 } })
    expect(changeRecipe(undefined, { numRollout: 2 })).toMatchObject({ kind: 'grpo', options: { numRollout: 2 } })
    expect(() => changeRecipe(recipe, { learningRate: 1 })).toThrow('did you mean "lr"?')
  })

  it('begins where there is none with the one that trains on the compute', () => {
    const kinds = [undefined, local(), modal(), ray({ address: 'http://127.0.0.1:8265' })].map(
      (compute) => changeRecipe(undefined, { numRollout: 2 }, compute).kind,
    )
    expect(kinds).toEqual(['grpo', 'grpo', 'slime', 'slime'])
  })
})

describe('resuming a run', () => {
  const run: RunRecord = {
    trainingRunId: 'run-1',
    state: 'interrupted',
    model: 'tiny-poet',
    startPath: '/weights',
    recipe: 'grpo',
    config: {
      recipe: { kind: 'grpo', numRollout: 7, lr: 0.125 },
      dataset: { name: 'haiku-topics:train', rows: 12, sha256: 'x' },
    },
    seed: 5,
    numRollout: 7,
    rolloutsDone: 2,
    pid: null,
    createdAt: 0,
    finishedAt: null,
    error: null,
  }

  it('takes recipe, start, seed and number of rows from the record', async () => {
    const job = await resumeJob(run, {}, folder)
    expect(job).toMatchObject({ model: 'tiny-poet', checkpoint: '/weights', seed: 5 })
    expect(job.recipe).toMatchObject({ kind: 'grpo', options: { numRollout: 7, lr: 0.125, rolloutBatchSize: 16 } })
    expect(await job.dataset.load()).toHaveLength(12)
  })

  it.each([
    [{ seed: 6 }, 'had seed 5, now it is 6; leave out --seed to resume it, or start a new run'],
    [{ seed: 0 }, 'had seed 5, now it is 0;'],
    [{ model: 'qwen3-0.6b' }, 'had model "tiny-poet", now it is "qwen3-0.6b"; leave out --model'],
    [{ model: './tiny-poet' }, 'had model "/weights", now it is "./tiny-poet"; leave out --model'],
    [{ compute: 'modal' as const }, 'had compute "local", now it is "modal"; leave out --compute'],
    [{ checkpoint: 'weights' }, 'had weights from "/weights", now it is "weights"; leave out --checkpoint'],
  ])('refuses %o, which the run did not start with', async (flags, message) => {
    const refusal = { boundary: 'config', code: 'resume-differs', message: expect.stringContaining(`run-1 ${message}`) }
    await expect(resumeJob(run, flags, folder)).rejects.toMatchObject(refusal)
  })

  it('takes flags that say what the record says', async () => {
    const flags = { seed: 5, model: 'TinyPoet', checkpoint: '../weights' }
    expect(await resumeJob(run, flags, '/home')).toMatchObject({ checkpoint: '/weights', seed: 5 })
    const ofFolder = { ...run, model: 'weights' }
    expect(await resumeJob(ofFolder, { model: '../weights' }, '/home')).toMatchObject({ checkpoint: '/weights' })
  })

  it('takes held-out rows along where the run had them, whatever its recipe says of them, and else none', async () => {
    const evaluated = {
      ...run,
      config: { ...run.config, evalDataset: { name: 'haiku-topics:eval', rows: 4, sha256: 'y' } },
    }
    expect(await (await resumeJob(evaluated, {}, folder)).evalDataset?.load()).toHaveLength(4)
    expect(await resumeJob(run, {}, folder)).not.toHaveProperty('evalDataset')
    await writeFile(join(folder, 'gym.config.ts'), config)
    expect((await resumeJob(evaluated, {}, folder)).evalDataset?.name).toBe('haiku-topics:eval')
    expect(await resumeJob(run, {}, folder)).not.toHaveProperty('evalDataset')
  })

  it('ends on this machine what the built-in engine began, wherever the config file would train now', async () => {
    const elsewhere = config.replace('seed: 4', 'compute: modal()').replace('import {', 'import { modal,')
    await writeFile(join(folder, 'gym.config.ts'), elsewhere)
    expect(await resumeJob(run, {}, folder)).not.toHaveProperty('compute')
  })

  it('takes dataset and reward from the config file where there is one', async () => {
    await writeFile(join(folder, 'gym.config.ts'), config)
    const job = await resumeJob(run, {}, folder)
    expect(await job.dataset.load()).toHaveLength(3)
    expect(job.recipe).toMatchObject({ options: { numRollout: 7, lr: 0.125 } })
    const row = { index: 0, input: 'a', columns: {} }
    expect(job.reward!({ row, messages: [], response: 'four', finishReason: 'stop', sampleIndex: 0 })).toBe(4)
  })
})
