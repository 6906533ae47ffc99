import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { compareEvals } from '../evals/compare-evals.js'
import { evalResultFromStore } from '../evals/eval-result.js'
import type { ProgressEvent } from '../progress.js'
import { openStore } from '../store/open-store.js'
import type { StepMetrics, TrainingEvaluation } from '../store/records.js'
import type { Reward } from '../trip.js'
import { GrpoRecipe, type GrpoRecipeOptions } from './grpo-recipe.js'
import { SftRecipe } from './sft-recipe.js'
import { TrainConfig, type TrainConfigOptions } from './train-config.js'
import type { TrainResult } from './train-result.js'

const model = fileURLToPath(new URL('../../../engine/fixtures/qwen3-tied', import.meta.url))
const dataset = new InMemoryDataset({ rows: ['rain', 'old pond', 'moon'] })
const heldOut = new InMemoryDataset({ rows: ['snow', 'a crow', 'the sea'], name: 'held out' })
const vowels: Reward = ({ response }) => [...response].filter((letter) => 'aeiou'.includes(letter)).length

const small: GrpoRecipeOptions = {
  numRollout: 5,
  rolloutBatchSize: 2,
  nSamplesPerPrompt: 4,
  rolloutMaxResponseLen: 8,
  truncatedSamples: 'keep',
  lr: 3e-3,
  saveInterval: 2,
  nSamplesPerEvalPrompt: 2,
  threads: 1,
}
const configWith = (recipe: GrpoRecipeOptions = {}, more: Partial<TrainConfigOptions> = {}) =>
  new TrainConfig({
    model,
    dataset,
    evalDataset: heldOut,
    reward: vowels,
    recipe: new GrpoRecipe({ ...small, ...recipe }),
    ...more,
  })

let home: string
let told: ProgressEvent[]
const quiet = { onProgress: (event: ProgressEvent) => told.push(event) }
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-held-out-'))
  told = []
})
afterEach(() => rm(home, { recursive: true, force: true }))

const notices = () => told.flatMap((event) => (event.kind === 'notice' ? [event.message] : []))
const weights = ({ checkpoint }: TrainResult) => readFile(join(checkpoint.path, 'model.safetensors'))

/** All evaluations of a run in their order, by when they took place. */
function evaluationsOf(metrics: readonly StepMetrics[]): [number, TrainingEvaluation][] {
  return metrics
    .flatMap(({ rolloutId, evaluationBefore, evaluation }) =>
      Object.entries({ [rolloutId - 1]: evaluationBefore, [rolloutId]: evaluation }).flatMap(
        ([after, figures]): [number, TrainingEvaluation][] =>
          figures === undefined ? [] : [[Number(after), figures['held-out'] as TrainingEvaluation]],
      ),
    )
    .sort(([a], [b]) => a - b)
}

/** What was answered at each evaluation of a run, and how it was scored. */
async function answersOf(metrics: readonly StepMetrics[]) {
  await using store = await openStore({ home })
  const answers = []
  for (const [, { evalId }] of evaluationsOf(metrics)) {
    const rows = await store.evals.rows(evalId as string)
    answers.push(rows.map(({ rowIndex, sampleIndex, response, score }) => ({ rowIndex, sampleIndex, response, score })))
  }
  return answers
}

/** A step without what differs from run to run: times, and ids of records. */
function timeless({ seconds: _, tokensPerSecond: __, evaluation: ___, evaluationBefore: ____, ...step }: StepMetrics) {
  return step
}

describe('a run with an evalDataset', () => {
  it('is evaluated before training, every evalInterval rollouts and at the end, and each is an evaluation of its own', async () => {
    const { trainingRunId, metrics } = await configWith().train({ home, ...quiet })
    const evaluations = evaluationsOf(metrics)
    expect(evaluations.map(([after]) => after)).toEqual([-1, 1, 3, 4])
    await using store = await openStore({ home })
    for (const [after, { evalId, score, ci, responseLength, truncatedShare }] of evaluations) {
      const result = await evalResultFromStore(store, evalId as string)
      const when = after < 0 ? 'before training' : `after rollout ${after + 1}`
      expect(result.name).toBe(`held-out, ${trainingRunId} ${when}`)
      expect(result.rows.map(({ rowIndex, sampleIndex }) => `${rowIndex}.${sampleIndex}`)).toEqual([
        '0.0',
        '0.1',
        '1.0',
        '1.1',
        '2.0',
        '2.1',
      ])
      const scores = result.rows.map(({ response }) => vowels({ response } as never) as number)
      expect(score).toBeCloseTo(
        scores.reduce((sum, one) => sum + one / 6, 0),
        12,
      )
      expect(ci).toEqual(result.ci)
      const tokens = result.rows.map((row) => row.tokens as number)
      expect(responseLength).toBeCloseTo(
        tokens.reduce((sum, one) => sum + one / 6, 0),
        12,
      )
      expect(Math.max(...tokens)).toBeLessThanOrEqual(8)
      expect(truncatedShare).toBeCloseTo(result.rows.filter((row) => row.finishReason === 'length').length / 6, 12)
    }
    const [first, last] = [evaluations[0], evaluations.at(-1)].map((one) => one?.[1].evalId as string)
    const before = await evalResultFromStore(store, first as string)
    const after = await evalResultFromStore(store, last as string)
    expect(compareEvals(before, after)).toMatchObject({ nPrompts: 3, unpaired: 0 })
    expect((await store.runs.get(trainingRunId))?.config.evalDataset).toMatchObject({ name: 'held out', rows: 3 })
    expect(
      notices()
        .filter((message) => message.startsWith('evaluation '))
        .map((text) => text.replace(/[\d.]+ \((-?[\d.]+ to -?[\d.]+|all equal)\)$/, 'N (interval)')),
    ).toEqual([
      'evaluation before training: held-out N (interval)',
      'evaluation after rollout 2: held-out N (interval)',
      'evaluation after rollout 4: held-out N (interval)',
      'evaluation after rollout 5: held-out N (interval)',
    ])
    expect(notices()[0]).toBe(
      'each evaluation, before the first rollout, after every 2 rollouts and after the last, samples 6 responses (3 rows of held out, nSamplesPerEvalPrompt 2)',
    )
  })

  it('trains to the same bits as without, and answers with the same seeds at every evaluation', async () => {
    const evaluated = await configWith({ evalInterval: 1 }).train({ home, ...quiet })
    const plain = await configWith({}, { evalDataset: undefined }).train({ home, ...quiet })
    expect((await weights(evaluated)).equals(await weights(plain))).toBe(true)
    expect(evaluated.metrics.map(timeless)).toEqual(plain.metrics.map(timeless))
    expect(evaluationsOf(plain.metrics)).toEqual([])
    const still = await configWith({ evalInterval: 1, numRollout: 2, lr: 1e-30 }).train({ home, ...quiet })
    const [before, ...later] = await answersOf(still.metrics)
    expect(later).toEqual([before, before])
    expect(new Set(before?.map(({ response }) => response)).size).toBeGreaterThan(3)
    // Weights that move answer differently, so the answers above are no constant.
    expect((await answersOf(evaluated.metrics)).at(-1)).not.toEqual(before)
  })

  it('gives the same weights and the same evaluations when it was interrupted in the middle of one', async () => {
    const abort = new AbortController()
    const onProgress = (event: ProgressEvent) => {
      if (event.kind === 'rollout' && event.phase === 'evaluate' && event.rolloutId === 3) abort.abort()
    }
    const config = configWith()
    await expect(config.train({ home, onProgress, signal: abort.signal })).rejects.toMatchObject({
      boundary: 'interrupted',
    })
    await using store = await openStore({ home })
    const [run] = await store.runs.list()
    // The rollout whose evaluation was cut short is trained and kept.
    expect(run).toMatchObject({ state: 'interrupted', rolloutsDone: 4 })
    const resumed = await config.train({ home, ...quiet, resume: 'latest' })
    const whole = await config.train({ home, ...quiet })
    expect((await weights(resumed)).equals(await weights(whole))).toBe(true)
    expect(resumed.metrics.map(timeless)).toEqual(whole.metrics.map(timeless))
    expect(evaluationsOf(resumed.metrics).map(([after]) => after)).toEqual([-1, 1, 3, 4])
    expect(await answersOf(resumed.metrics)).toEqual(await answersOf(whole.metrics))
  })

  it('is resumed with the same rows only', async () => {
    const broken: Reward = ({ row }) => (row.input === 'snow' ? Number.NaN : 1)
    await expect(configWith({}, { reward: broken }).train({ home, ...quiet })).rejects.toMatchObject({
      boundary: 'reward',
      code: 'reward-not-finite',
    })
    const other = configWith({}, { evalDataset: dataset }).train({ home, ...quiet, resume: 'latest' })
    await expect(other).rejects.toThrow(
      /had evalDataset name "held out", now it is "in-memory"; resume with the same evalDataset/,
    )
    const none = configWith({}, { evalDataset: undefined }).train({ home, ...quiet, resume: 'latest' })
    await expect(none).rejects.toThrow(/had evalDataset name "held out", now it is not set/)
  })

  it('treats a reward that fails as in training, and stops where it scores nothing', async () => {
    const noSnow: Reward = ({ row }) => {
      if (row.input === 'snow') throw new Error('no snow')
      return row.input === 'a crow' ? null : 3
    }
    const { metrics } = await configWith({ onRewardError: 'drop', numRollout: 1 }, { reward: noSnow }).train({
      home,
      ...quiet,
    })
    await using store = await openStore({ home })
    const evaluation = metrics[0]?.evaluation?.['held-out']
    const rows = await store.evals.rows(evaluation?.evalId as string)
    expect(evaluation?.score).toBe(3)
    expect(rows.filter(({ sampleIndex }) => sampleIndex === 0)).toMatchObject([
      { score: null, failure: { boundary: 'reward', message: expect.stringContaining('no snow') } },
      { score: null, failure: null },
      { score: 3, failure: null },
    ])
    const nothing = configWith({}, { reward: () => null }).train({ home, ...quiet })
    await expect(nothing).rejects.toThrow('the reward scored none of the 6 samples of the evaluation on held out')
  })

  it('leaves out the rows that are too long, with a warning, and says when evaluating outweighs training', async () => {
    const rows = ['snow', 'rain '.repeat(200), 'a crow']
    const evalDataset = new InMemoryDataset({ rows, name: 'held-out' })
    const recipe = { numRollout: 1, evalInterval: 1, nSamplesPerEvalPrompt: 8 }
    const { metrics } = await configWith(recipe, { evalDataset }).train({ home, ...quiet })
    expect(notices()).toContainEqual(expect.stringMatching(/^1 of 3 rows of held-out are left out, too long/))
    expect(notices()).toContainEqual(
      expect.stringMatching(/samples 16 responses .*, more than the 8 that are trained on between two of them; /),
    )
    const [answers] = await answersOf(metrics)
    expect(new Set(answers?.map(({ rowIndex }) => rowIndex))).toEqual(new Set([0, 2]))
  })

  it('is refused where it could not be scored, and its interval where there are no rows', async () => {
    const tuned = new TrainConfig({ model, dataset, evalDataset: heldOut, recipe: new SftRecipe() })
    await expect(tuned.train({ home, ...quiet })).rejects.toThrow(
      'evalDataset held out is scored by a reward, and SftRecipe trains without one; leave it out and evaluate the checkpoints with EvalConfig',
    )
    const without = configWith({ evalInterval: 3 }, { evalDataset: undefined }).train({ home, ...quiet })
    await expect(without).rejects.toThrow(
      'evalInterval is 3 and there is nothing to evaluate on; give TrainConfig an evalDataset, or leave evalInterval out',
    )
    const repeated = Object.assign(Object.create(heldOut), {
      load: async () => (await heldOut.load()).map((row) => ({ ...row, index: 0 })),
    })
    await expect(configWith({}, { evalDataset: repeated }).train({ home, ...quiet })).rejects.toThrow(
      'evalDataset held out gives 3 rows but only 1 different row indexes; number them from 0',
    )
    await using store = await openStore({ home })
    expect(await store.runs.list()).toEqual([])
  })
})
