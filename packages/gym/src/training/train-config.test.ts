import { getEventListeners } from 'node:events'
import { existsSync, renameSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modal } from '../compute/compute.js'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { GymError } from '../errors.js'
import type { ProgressEvent } from '../progress.js'
import { openStore } from '../store/open-store.js'
import type { Reward } from '../trip.js'
import { GrpoRecipe, type GrpoRecipeOptions } from './grpo-recipe.js'
import { listCheckpoints } from './list-checkpoints.js'
import { SftRecipe } from './sft-recipe.js'
import { SlimeRecipe } from './slime-recipe.js'
import { TrainConfig, type TrainConfigOptions, type TrainOptions } from './train-config.js'

const model = fileURLToPath(new URL('../../../engine/fixtures/qwen3-tied', import.meta.url))
const dataset = new InMemoryDataset({
  rows: [{ input: 'rain' }, { input: 'old pond' }, { input: 'moon' }],
  inputColumn: 'input',
})
const longer: Reward = ({ response }) => ({ score: response.length, isLong: response.length > 5 })

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-train-'))
})
afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

const small: GrpoRecipeOptions = {
  numRollout: 2,
  rolloutBatchSize: 2,
  nSamplesPerPrompt: 3,
  rolloutMaxResponseLen: 6,
  truncatedSamples: 'keep',
  saveInterval: 1,
  threads: 1,
}
const configWith = (recipe: GrpoRecipeOptions, more: Partial<TrainConfigOptions> = {}) =>
  new TrainConfig({ model, dataset, recipe: new GrpoRecipe({ ...small, ...recipe }), ...more })
const quiet = (more: TrainOptions = {}): TrainOptions => ({ home, onProgress: () => {}, ...more })

async function failureOf(work: Promise<unknown>): Promise<GymError> {
  try {
    await work
  } catch (error) {
    if (GymError.is(error)) return error
    throw error
  }
  throw new Error('nothing failed')
}

async function runs() {
  await using store = await openStore({ home })
  return await store.runs.list()
}

describe('TrainConfig', () => {
  it('trains, keeps metrics and samples of every rollout, and lists its checkpoints', async () => {
    const result = await configWith({ customRmFunction: longer }).train(quiet())
    expect(result.metrics.map(({ rolloutId }) => rolloutId)).toEqual([0, 1])
    expect(result.metrics[0]?.details.isLong).toBeGreaterThanOrEqual(0)
    expect(result.metrics[0]?.mismatch).toBeLessThan(1e-4)
    expect(Math.abs(result.metrics[0]?.kl as number)).toBeLessThan(1e-6)
    expect(result.metrics[1]?.kl).toBeGreaterThan(0)
    expect(await listCheckpoints(result.trainingRunId, { home })).toEqual(result.checkpoints)
    expect(result.checkpoints.map(({ name }) => name)).toEqual(['iter_0000000', 'iter_0000001'])
    await using store = await openStore({ home })
    const samples = await store.runs.samples(result.trainingRunId, 1)
    expect(samples).toHaveLength(6)
    for (const sample of samples) {
      expect(sample.response).not.toContain('<|im_end|>')
      expect(sample.tokenIds.length).toBe(sample.logprobs.length)
    }
    expect((await store.runs.get(result.trainingRunId))?.state).toBe('completed')
  })

  it('loads the tokenizer once, for measuring the rows and for the engine', async () => {
    const copy = join(home, 'model')
    await cp(model, copy, { recursive: true })
    const [tokenizer, aside] = [join(copy, 'tokenizer.json'), join(copy, 'aside.json')]
    const onProgress = ({ kind }: ProgressEvent) => {
      // The rows are measured by now, and the engine is about to be opened.
      if (kind === 'train-start') renameSync(tokenizer, aside)
      if (kind === 'rollout' && existsSync(aside)) renameSync(aside, tokenizer)
    }
    const config = configWith({ numRollout: 1, customRmFunction: longer }, { model: copy })
    expect((await config.train(quiet({ onProgress }))).metrics).toHaveLength(1)
  })

  it('draws and trains the same for the same seed, and differently for another', async () => {
    const weightsFor = async (seed: number) => {
      const { checkpoint } = await configWith({ customRmFunction: longer }, { seed }).train(quiet())
      return readFile(join(checkpoint.path, 'model.safetensors'))
    }
    const [a, b, c] = [await weightsFor(4), await weightsFor(4), await weightsFor(5)]
    expect(a.equals(b)).toBe(true)
    expect(a.equals(c)).toBe(false)
  })

  it('takes several steps a rollout with a smaller batch, and trains on from a checkpoint', async () => {
    const first = await configWith({ customRmFunction: longer, globalBatchSize: 3 }).train(quiet())
    expect(first.metrics[1]?.ratioMean).not.toBe(1)
    const second = await configWith({ customRmFunction: longer }, { checkpoint: first.checkpoint }).train(quiet())
    expect(second.trainingRunId).not.toBe(first.trainingRunId)
    // The reference is the checkpoint it started from, so its KL starts at zero again.
    expect(Math.abs(second.metrics[0]?.kl as number)).toBeLessThan(1e-6)
  })

  it('drops flat groups and unscorable samples, and says how many', async () => {
    const halfNull: Reward = ({ sampleIndex }) => (sampleIndex === 0 ? null : 1)
    const result = await configWith({ customRmFunction: halfNull }).train(quiet())
    expect(result.metrics[0]).toMatchObject({
      unscorable: 2,
      flatGroupShare: 1,
      trainedSamples: 0,
      gradNorm: 0,
      rewardMean: 1,
    })
  })

  it('keeps only the newest checkpoints when asked', async () => {
    const result = await configWith({ customRmFunction: longer, numRollout: 3, keepLast: 2 }).train(quiet())
    expect(result.checkpoints.map(({ name }) => name)).toEqual(['iter_0000001', 'iter_0000002'])
  })

  it.each<[string, Reward, string, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no dictionary')
      },
      'reward-threw',
      /no dictionary/,
    ],
    ['returns NaN', () => Number.NaN, 'reward-not-finite', /NaN/],
    ['returns a string', (() => 'good') as never, 'reward-bad-result', /"good"/],
    ['never returns', () => new Promise(() => {}), 'reward-timeout', /0\.2 s/],
    [
      'loops for ever',
      () => {
        for (;;);
      },
      'reward-timeout',
      /0\.2 s/,
    ],
    ['scores nothing', () => null, 'nothing-scored', /none of the 6 samples/],
    [
      'scores nothing and says why',
      () => ({ score: null, judgeError: 'no answer' }),
      'nothing-scored',
      /none of the 6 samples of rollout 0, and told of the first \{"judgeError":"no answer"\}; /,
    ],
  ])('stops at a reward that %s, says which sample, and can be resumed', async (_name, reward, code, message) => {
    const failure = await failureOf(configWith({ customRmFunction: reward, rewardTimeLimitMs: 200 }).train(quiet()))
    expect(failure).toMatchObject({ boundary: 'reward', code })
    expect(failure.message).toMatch(message)
    const [run] = await runs()
    expect(run).toMatchObject({ state: 'failed', rolloutsDone: 0 })
    expect(failure.message).toContain(`run ${run?.trainingRunId} can be continued`)
    const resumed = await configWith({ customRmFunction: longer }).train(
      quiet({ resume: run?.trainingRunId as string }),
    )
    expect(resumed.trainingRunId).toBe(run?.trainingRunId)
    expect(resumed.metrics).toHaveLength(2)
  })

  it('calls an endless reward once: the samples that wait for their turn are not scored any more', async () => {
    let calls = 0
    const endless: Reward = () => {
      calls += 1
      for (;;);
    }
    await failureOf(configWith({ customRmFunction: endless, rewardTimeLimitMs: 50 }).train(quiet()))
    expect(calls).toBe(1)
  })

  it('fails the reward whose details cannot be kept, and keeps what was trained before', async () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    let calls = 0
    const reward: Reward = ({ response }) => ({ score: response.length, ...(++calls > 6 && { circular }) })
    const failure = await failureOf(configWith({ customRmFunction: reward, saveInterval: 5 }).train(quiet()))
    expect(failure).toMatchObject({ boundary: 'reward', code: 'reward-bad-metadata' })
    const [run] = await runs()
    expect((await listCheckpoints(run?.trainingRunId as string, { home })).map(({ name }) => name)).toEqual([
      'iter_0000000',
    ])
  })

  it('goes on past a failing reward when told to drop such samples', async () => {
    const flaky: Reward = ({ sampleIndex, response }) => {
      if (sampleIndex === 1) throw new Error('flaky')
      return response.length
    }
    const result = await configWith({ customRmFunction: flaky, onRewardError: 'drop' }).train(quiet())
    expect(result.metrics.map(({ unscorable }) => unscorable)).toEqual([2, 2])
  })

  it('trains on the rows that the model has positions for, with a warning, and begins no run without any', async () => {
    const long = 'rain '.repeat(200)
    const trainOn = (inputs: string[], recipe: GrpoRecipeOptions, onProgress: (event: ProgressEvent) => void) => {
      const rows = new InMemoryDataset({ rows: inputs })
      return configWith({ customRmFunction: longer, ...recipe }, { dataset: rows }).train(quiet({ onProgress }))
    }
    const failure = await failureOf(trainOn([long, long], {}, () => {}))
    expect(failure).toMatchObject({ boundary: 'config', code: 'no-row-fits' })
    expect(await runs()).toEqual([])
    const warnings: string[] = []
    const result = await trainOn(['moon', long, 'pond'], { numRollout: 1, rolloutBatchSize: 3 }, (event) => {
      if (event.kind === 'notice' && event.isWarning) warnings.push(event.message)
    })
    expect(warnings).toEqual([expect.stringMatching(/^1 of 3 rows of in-memory are left out, too long for the model/)])
    await using store = await openStore({ home })
    const samples = await store.runs.samples(result.trainingRunId, 0)
    expect(new Set(samples.map(({ input }) => input))).toEqual(new Set(['moon', 'pond']))
  })

  it('keeps the finished rollouts when it is interrupted, and continues as if it had not been', async () => {
    const recipe = { customRmFunction: longer, numRollout: 4, saveInterval: 4 }
    const abort = new AbortController()
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'rollout' && event.rolloutId === 2 && event.phase === 'sample') abort.abort()
    }
    const failure = await failureOf(configWith(recipe).train({ home, onProgress, signal: abort.signal }))
    expect(failure.boundary).toBe('interrupted')
    const [run] = await runs()
    expect(run).toMatchObject({ state: 'interrupted', rolloutsDone: 2 })
    expect(await listCheckpoints(run?.trainingRunId as string, { home })).toHaveLength(1)
    const resumed = await configWith(recipe).train(quiet({ resume: 'latest' }))
    const whole = await configWith(recipe).train(quiet())
    const weights = (path: string) => readFile(join(path, 'model.safetensors'))
    expect((await weights(resumed.checkpoint.path)).equals(await weights(whole.checkpoint.path))).toBe(true)
  })

  it("hangs few listeners on the caller's signal, however many responses are scored at once", async () => {
    const { signal } = new AbortController()
    let most = 0
    const slow: Reward = async ({ response }) => {
      await new Promise((resolve) => setImmediate(resolve))
      most = Math.max(most, getEventListeners(signal, 'abort').length)
      return response.length
    }
    await configWith({ customRmFunction: slow, nSamplesPerPrompt: 8, numRollout: 1 }).train(quiet({ signal }))
    expect(most).toBeLessThanOrEqual(1)
  })

  it('refuses to resume with other options, naming the first that differs', async () => {
    const stopped = configWith({ customRmFunction: () => Number.NaN })
    await failureOf(stopped.train(quiet()))
    const failure = await failureOf(
      configWith({ customRmFunction: longer, lr: 5e-4 }).train(quiet({ resume: 'latest' })),
    )
    expect(failure.message).toMatch(/had recipe lr 0\.000125, now it is 0\.0005/)
  })

  it.each<[string, Partial<TrainConfigOptions>, RegExp]>([
    [
      'the built-in engine on Modal',
      { compute: modal() },
      /recipe "grpo" trains on the built-in engine.*use SlimeRecipe/,
    ],
    ['slime on this machine', { recipe: new SlimeRecipe() }, /use GrpoRecipe/],
    ['no reward', {}, /needs a reward/],
  ])('refuses %s in one sentence', async (_name, options, message) => {
    const recipe = options.recipe ?? new GrpoRecipe(small)
    const failure = await failureOf(new TrainConfig({ model, dataset, ...options, recipe }).train(quiet()))
    expect(failure).toMatchObject({ boundary: 'config' })
    expect(failure.message).toMatch(message)
  })

  it('takes no notice of a flag that is spread without a value', async () => {
    const config = configWith({ customRmFunction: longer, numRollout: 1 })
    expect((await config.train(quiet({ dryRun: undefined, resume: undefined }))).metrics).toHaveLength(1)
  })

  it('is not asked to stop by the signal of an earlier try', async () => {
    const first = new AbortController()
    await failureOf(configWith({ customRmFunction: () => Number.NaN }).train(quiet({ signal: first.signal })))
    const { trainingRunId } = (await runs())[0] as { trainingRunId: string }
    const mark = join(home, 'runs', trainingRunId, 'stop-asked')
    const isMarked: boolean[] = []
    const onProgress = ({ kind }: ProgressEvent) => {
      if (kind !== 'train-start') return
      first.abort()
      isMarked.push(existsSync(mark))
    }
    const again = configWith({ customRmFunction: () => Number.NaN })
    await failureOf(again.train(quiet({ resume: trainingRunId, onProgress })))
    expect(isMarked).toEqual([false])
  })

  it('goes on with a run of this process whose record could not be brought to its end', async () => {
    let held: Promise<unknown> = Promise.resolve()
    const reward: Reward = async (sample) => {
      await held
      return longer(sample)
    }
    const config = configWith({ customRmFunction: reward, numRollout: 1 })
    const file = join(home, 'runs')
    await writeFile(file, '')
    const failure = await failureOf(config.train(quiet()))
    expect(failure).toMatchObject({ boundary: 'store', code: 'not-writable' })
    const [run] = await runs()
    expect(run).toMatchObject({ state: 'failed', error: failure.message, pid: null })
    await rm(file)
    const trainingRunId = run?.trainingRunId ?? ''
    {
      // As where the disk was full when the end was to be recorded.
      await using store = await openStore({ home })
      await store.runs.update(trainingRunId, { state: 'running', pid: process.pid })
    }
    const onProgress = ({ kind }: ProgressEvent) => {
      if (kind === 'train-start') held = failureOf(config.train(quiet({ resume: trainingRunId })))
    }
    expect((await config.train(quiet({ resume: trainingRunId, onProgress }))).metrics).toHaveLength(1)
    expect(await held).toMatchObject({ code: 'not-resumable', message: expect.stringContaining('is running') })
  })

  it('names an unknown option, two rewards, and what train() cannot take', async () => {
    expect(() => new TrainConfig({ model, dataset, recipes: [] } as never)).toThrow(/"recipes".*did you mean "recipe"/)
    expect(() => configWith({ customRmFunction: () => 1 }, { reward: longer })).toThrow('give one of the two')
    expect(configWith({ customRmFunction: longer }, { reward: longer })).toBeInstanceOf(TrainConfig)
    for (const [options, message] of [
      [{ resumed: 'run-1' }, /unknown option "resumed" of train\(\); did you mean "resume"/],
      [
        { signal: new AbortController() },
        /option "signal" of train\(\).*AbortSignal.*got an instance of AbortController/,
      ],
      [{ onProgress: true }, /option "onProgress" of train\(\) must be a function, got true/],
      [null, /train\(\) takes an options object, got null/],
      ['x', /train\(\) takes an options object, got "x"/],
      [{ dryRun: false }, /option "dryRun" of train\(\) must be true, got false/],
    ] as const) {
      expect((await failureOf(configWith({ customRmFunction: longer }).train(options as never))).message).toMatch(
        message,
      )
    }
  })

  it('says what is wrong with a damaged model folder, and leaves the run as failed', async () => {
    const damaged = join(home, 'damaged')
    await cp(model, damaged, { recursive: true })
    await truncate(join(damaged, 'model.safetensors'), 5000)
    const failure = await failureOf(
      new TrainConfig({ model: damaged, dataset, recipe: new GrpoRecipe(small), reward: longer }).train(quiet()),
    )
    expect(failure).toMatchObject({ boundary: 'config', code: 'bad-checkpoint' })
    expect(failure.message).toContain('model.safetensors')
    expect((await runs())[0]?.state).toBe('failed')
    await writeFile(
      join(damaged, 'config.json'),
      JSON.stringify({ architectures: ['GPT2LMHeadModel'], model_type: 'gpt2' }),
    )
    const other = await failureOf(
      new TrainConfig({ model: damaged, dataset, recipe: new GrpoRecipe(small), reward: longer }).train(quiet()),
    )
    expect(other.message).toMatch(/gpt2|GPT2/)
  })

  it('fine-tunes on answers: the loss falls, on the assistant tokens only', async () => {
    const answers = new InMemoryDataset({
      rows: [
        { input: 'say rain', output: 'rain rain rain' },
        { input: 'say moon', output: 'moon moon' },
      ],
      inputColumn: 'input',
      outputColumn: 'output',
    })
    const recipe = new SftRecipe({ numEpoch: 12, globalBatchSize: 2, lr: 3e-3, saveInterval: 6, threads: 1 })
    const result = await new TrainConfig({ model, dataset: answers, recipe }).train(quiet())
    const losses = result.metrics.map(({ loss }) => loss)
    expect(losses).toHaveLength(12)
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) * 0.5)
    expect(result.metrics[0]?.rewardMean).toBeNaN()
  })

  it('asks for answers when fine-tuning rows have none', async () => {
    const failure = await failureOf(
      new TrainConfig({ model, dataset, recipe: new SftRecipe({ threads: 1 }) }).train(quiet()),
    )
    expect(failure).toMatchObject({ boundary: 'data' })
    expect(failure.message).toMatch(/row \d of .* has no answer to train on; give the dataset an outputColumn/)
  })
})
