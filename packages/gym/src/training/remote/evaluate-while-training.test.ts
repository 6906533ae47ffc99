import { spawnSync } from 'node:child_process'
import { loadChatTokenizer } from '@training-gym/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { modal } from '../../compute/compute.js'
import { gymVolumes } from '../../compute/gym-volumes.js'
import { openHost } from '../../compute/open-host.js'
import { createColors } from '../../console/colors.js'
import { renderTrainingSummary } from '../../console/training-summary.js'
import { InMemoryDataset } from '../../datasets/in-memory-dataset.js'
import { compareEvals } from '../../evals/compare-evals.js'
import { type EvalResult, evalResultFromStore } from '../../evals/eval-result.js'
import type { ProgressEvent } from '../../progress.js'
import { createColumnsReader } from '../../server/dashboard/step-columns.js'
import { stripEndOfTurn } from '../../server/rewards/strip-end-of-turn.js'
import { openStore } from '../../store/open-store.js'
import { SlimeRecipe } from '../slime-recipe.js'
import { TrainConfig, type TrainConfigOptions } from '../train-config.js'
import type { TrainResult } from '../train-result.js'
import { attachRun } from './attach-run.js'
import {
  lengthReward,
  type RemoteWorld,
  startRemoteWorld,
  timeless,
  tinyDataset,
  tinyModel,
  tinyRecipe,
} from './remote-runs.test.support.js'

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('skipped: samples with tokens, and responses of evaluations, come through python3')

const heldOut = new InMemoryDataset({ rows: [{ input: 'snow' }, { input: 'a crow' }], name: 'held-out' })
const options = { ...tinyRecipe, evalInterval: 1, nSamplesPerEvalPrompt: 2, sampleTokensKept: 40 }
const config: TrainConfigOptions = {
  model: tinyModel,
  dataset: tinyDataset,
  evalDataset: heldOut,
  recipe: new SlimeRecipe(options),
  reward: lengthReward,
  compute: modal(),
}

/** Breaks on the rows that are held out only. */
function noSnow({ row }: { readonly row: { readonly input: string } }) {
  if (row.input === 'snow') throw new Error('no snow')
  return 1
}

let world: RemoteWorld
let result: TrainResult
const told: ProgressEvent[] = []
beforeAll(async () => {
  world = await startRemoteWorld()
  for (const [name, value] of Object.entries(world.modal.env)) vi.stubEnv(name, value)
  result = await new TrainConfig(config).train({ home: world.home, onProgress: (event) => told.push(event) })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world[Symbol.asyncDispose]()
})

describe('an evaluation while training elsewhere', () => {
  it('scores rows held out before training and after each interval, and keeps what it found with the steps', async () => {
    const { metrics } = result
    const scores = [metrics[0]?.evaluationBefore, ...metrics.map(({ evaluation }) => evaluation)]
    expect(scores.map((one) => Object.keys(one ?? {}))).toEqual([
      ['held-out'],
      ['held-out'],
      ['held-out'],
      ['held-out'],
    ])
    expect(metrics.slice(1).every(({ evaluationBefore }) => evaluationBefore === undefined)).toBe(true)

    // All that was scored, in order: 4 held out, then 6 of a rollout and 4 held out, three times.
    await using host = await openHost(modal(), { home: world.home })
    const volume = host.volume(gymVolumes.checkpoints.mount.name)
    const log = await volume.readText(`${result.trainingRunId}/rewards.jsonl`, new AbortController().signal)
    const scored = log
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { score: number })
    const means = [0, 10, 20, 30].map((from) =>
      scored.slice(from, from + 4).reduce((sum, { score }) => sum + score / 4, 0),
    )
    expect(scores.map((one) => one?.['held-out']?.score)).toEqual(means.map((mean) => expect.closeTo(mean, 6)))
    expect(metrics[2]?.evaluation?.['held-out']).toMatchObject({
      responseLength: expect.closeTo(12, -1),
      truncatedShare: expect.any(Number),
    })
  })

  it('tells each evaluation, sums them up at the end, and draws them', async () => {
    const notices = told.flatMap((event) => (event.kind === 'notice' ? [event.message] : []))
    const evaluations = notices.filter((message) => message.startsWith('evaluation '))
    expect(evaluations.map((message) => message.replace(/-?[\d.]+( \(-?[\d.]+ to -?[\d.]+\))?$/, 'N'))).toEqual([
      'evaluation before training: held-out N',
      'evaluation after rollout 1: held-out N',
      'evaluation after rollout 2: held-out N',
      'evaluation after rollout 3: held-out N',
    ])
    expect(renderTrainingSummary(result.metrics, 1, createColors(false)).join('\n')).toMatch(
      /held out, held-out: mean score -[\d.]+ \(-[\d.]+ to -?[\d.]+\) -> -[\d.]+ \(-[\d.]+ to -?[\d.]+\), evaluated 4 times/,
    )
    await using store = await openStore({ home: world.home })
    const { figures } = await createColumnsReader(store)(result)
    expect(figures.get('evaluation.held-out.score')).toEqual(
      result.metrics.map(({ evaluation }) => evaluation?.['held-out']?.score),
    )
    expect(figures.get('evaluationBefore.held-out.score')?.slice(1)).toEqual([Number.NaN, Number.NaN])
  })

  it('keeps the same when it is read again, and asks for the same rows when the run is resumed', async () => {
    const again = await attachRun(result.trainingRunId, { home: world.home, onProgress: () => undefined })
    expect(timeless(again.metrics)).toEqual(timeless(result.metrics))
    await using store = await openStore({ home: world.home })
    expect((await store.runs.get(result.trainingRunId))?.config.evalDataset).toMatchObject({
      name: 'held-out',
      rows: 2,
    })
    const recipe = new SlimeRecipe({ ...options, numRollout: 4 })
    const other = new TrainConfig({ ...config, recipe, evalDataset: tinyDataset })
    const resumed = other.train({ home: world.home, resume: result.trainingRunId, onProgress: () => undefined })
    await expect(resumed).rejects.toThrow(
      /had evalDataset name "held-out", now it is .*; resume with the same evalDataset/,
    )
  })

  it.skipIf(!hasPython)(
    'keeps samples apart from evaluations, the first with the tokens and log-probabilities they were trained on',
    async () => {
      await using store = await openStore({ home: world.home })
      const tokenizer = await loadChatTokenizer(await tinyModel.resolve({}))
      for (const { rolloutId, rewardMean, rewardStd } of result.metrics) {
        const samples = await store.runs.samples(result.trainingRunId, rolloutId)
        expect(samples.map(({ groupIndex, sampleIndex }) => `${groupIndex}.${sampleIndex}`)).toEqual(
          [0, 1].flatMap((group) => [0, 1, 2].map((sample) => `${group}.${sample}`)),
        )
        const scores = samples.map(({ score }) => score ?? Number.NaN)
        expect(scores.reduce((sum, score) => sum + score / 6, 0)).toBeCloseTo(rewardMean, 6)
        expect(rewardStd).toBeGreaterThan(0)
        const sizes = samples.map(({ tokenIds }) => tokenIds.length)
        expect(sizes[0]).toBeGreaterThan(0)
        expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(40)
        for (const { tokenIds, logprobs, response, input, details } of samples) {
          expect(['rain', 'the moon', 'a frog']).toContain(input)
          expect(details).toEqual({ isShort: response.length < 40 })
          expect(logprobs).toHaveLength(tokenIds.length)
          expect(logprobs.every((logprob) => logprob <= 0)).toBe(true)
          const text = stripEndOfTurn(tokenizer.decode(tokenIds, { skipSpecialTokens: false }))
          if (tokenIds.length > 0) expect(text).toBe(response)
        }
      }
    },
  )
})

describe.skipIf(!hasPython)('the responses of an evaluation while training elsewhere', () => {
  it('are kept as evaluations that can be compared, with intervals', async () => {
    await using store = await openStore({ home: world.home })
    const all = [result.metrics[0]?.evaluationBefore, ...result.metrics.map(({ evaluation }) => evaluation)]
    const kept = all.map((one) => one?.['held-out'])
    expect(new Set(kept.map((one) => one?.evalId)).size).toBe(4)
    const results = await Promise.all(kept.map(async (one) => await evalResultFromStore(store, one?.evalId ?? '')))
    for (const [place, { mean, ci, rows, total }] of results.entries()) {
      expect(mean).toBeCloseTo(kept[place]?.score ?? Number.NaN, 6)
      expect(ci).toEqual(kept[place]?.ci)
      expect(total).toBe(4)
      expect(rows.map(({ prompt, sampleIndex }) => `${prompt} ${sampleIndex}`)).toEqual([
        'snow 0',
        'snow 1',
        'a crow 0',
        'a crow 1',
      ])
      expect(rows.every(({ response, score }) => lengthReward({ response }).score === score)).toBe(true)
    }
    const [first, , , last] = results as [EvalResult, EvalResult, EvalResult, EvalResult]
    expect(first.name).toBe(`held-out, ${result.trainingRunId} before training`)
    expect(last.name).toBe(`held-out, ${result.trainingRunId} after rollout 3`)
    expect(compareEvals(first, last).nPrompts).toBe(2)
    expect(await store.evals.count()).toBe(4)
  })
})

describe('an evaluation dataset', () => {
  it('is in the plan of a dry run, as flags and as a file', async () => {
    const plan = await new TrainConfig(config).train({ dryRun: true })
    expect(plan.args.join(' ')).toContain(
      '--eval-interval 1 --eval-prompt-data held-out /data/dry-run/eval.jsonl --n-samples-per-eval-prompt 2 --eval-max-response-len 12',
    )
    const file = plan.files['/data/dry-run/eval.jsonl'] as { readonly content: string }
    expect(file.content.trimEnd().split('\n')).toHaveLength(2)
  })

  it('is tried with the reward before anything is started', async () => {
    const broken = new TrainConfig({ ...config, reward: noSnow }).train({
      home: world.home,
      onProgress: () => undefined,
    })
    await expect(broken).rejects.toThrow(
      /dry run on row 0 of held-out with an empty response: .*no snow.*nothing was started/,
    )
  })
})
