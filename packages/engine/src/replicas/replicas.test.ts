import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Engine } from '../engine.js'
import type { LossOptions, TokenEvent, TrainGroup, TrainStepRequest, TrainStepResult } from '../engine-api.js'
import { EngineWorkerLink } from '../engine-worker-link.js'
import { EngineError } from '../errors.js'

const modelPath = fileURLToPath(new URL('../../fixtures/qwen3-tied', import.meta.url))
const loss: LossOptions = {
  kind: 'grpo',
  epsClip: 0.2,
  epsClipHigh: 0.28,
  klCoef: 0.1,
  klType: 'k3',
  entropyCoef: 0.01,
}
const optimizer = { lr: 1e-3, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1, clipGrad: 1 }
const prompts = Array.from({ length: 6 }, (_, i) => [1, 40, 41 + (i % 3), 50 + i])

// A thread each: one has one replica, the others two and four.
const open = (threads: number) => Engine.open({ modelPath, threads, isTrainable: true, maxBatch: 16 })
/** Several passes make a step, so that another could come between two of them. */
const openInPasses = (threads: number) =>
  Engine.open({ modelPath, threads, isTrainable: true, maxTokensPerMicroBatch: 16 })

let one: Engine
let two: Engine

beforeEach(async () => {
  ;[one, two] = await Promise.all([open(1), open(2)])
})

afterEach(async () => {
  await Promise.all([one.close(), two.close()])
})

/** Three samples of every prompt, with a length each of their own. */
function sample(engine: Engine) {
  const seedsOf = (i: number) => [1, 2, 3].map((seed) => 10 * i + seed)
  return Promise.all(
    prompts.map((promptTokenIds, i) =>
      engine.generate({ promptTokenIds, seeds: seedsOf(i), sampling: { maxNewTokens: 4 + i, stopTokenIds: [] } }),
    ),
  )
}

async function groupsFrom(engine: Engine): Promise<TrainGroup[]> {
  const drawn = await sample(engine)
  return drawn.map((samples, i) => ({
    promptTokenIds: prompts[i] as number[],
    responses: samples.map(({ tokenIds, logprobs }, s) => ({
      tokenIds,
      oldLogprobs: logprobs,
      refLogprobs: logprobs.map((logprob) => logprob - 0.1),
      advantage: s - 0.5,
    })),
  }))
}

const requestOf = (groups: readonly TrainGroup[]): TrainStepRequest => ({
  groups,
  loss,
  optimizer,
  temperature: 1,
  denominator: 100,
})

function expectSame(result: TrainStepResult, expected: TrainStepResult): void {
  for (const name of [
    'loss',
    'gradNorm',
    'entropy',
    'clipShare',
    'ratioMean',
    'maxLogprobGap',
    'meanLogprobGap',
    'kl',
  ] as const)
    expect(result[name], name).toBeCloseTo(expected[name] as number, 5)
  expect(result.usefulTokens).toBe(expected.usefulTokens)
}

describe('replicas', () => {
  it('take the steps that one takes, and all hold its weights afterwards', async () => {
    const groups = await groupsFrom(one)
    // The second step has one response: all replicas but one have nothing to add, after a step in which they had.
    const few = [{ ...(groups[5] as TrainGroup), responses: groups[5]?.responses.slice(0, 1) ?? [] }]
    for (const request of [requestOf(groups), requestOf(few), requestOf(groups)]) {
      expectSame(await two.trainStep(request), await one.trainStep(request))
      const [expected, scored] = await Promise.all(
        [one, two].map((engine) => engine.logprobs(groups, { temperature: 1, policy: 'current' })),
      )
      expect(scored?.map((group) => group.map(({ length }) => length))).toEqual(
        groups.map(({ responses }) => responses.map(({ tokenIds }) => tokenIds.length)),
      )
      for (const [i, value] of (scored ?? []).flat(2).entries())
        expect(value).toBeCloseTo(expected?.flat(2)[i] as number, 4)
    }
  })

  it('draw what one draws: each prompt, many samples of one, each token under its own sample', async () => {
    expect((await sample(two)).flat().map(({ tokenIds }) => tokenIds)).toEqual(
      (await sample(one)).flat().map(({ tokenIds }) => tokenIds),
    )
    const request = {
      promptTokenIds: [1, 40],
      seeds: Array.from({ length: 21 }, (_, i) => i),
      sampling: { maxNewTokens: 5 },
    }
    const told: number[][] = request.seeds.map(() => [])
    const onToken = ({ sampleIndex, tokenId }: TokenEvent) => told[sampleIndex]?.push(tokenId)
    const drawn = (await two.generate(request, { onToken })).map(({ tokenIds }) => tokenIds)
    expect(drawn).toEqual((await one.generate(request)).map(({ tokenIds }) => tokenIds))
    expect(told).toEqual(drawn)
    expect(await two.load()).toEqual({ slotsInUse: 0, slots: 16, waiting: 0 })
  })

  it('measure against one reference, and stop all parts of a call', async () => {
    const groups = await groupsFrom(one)
    await two.keepReference()
    await two.trainStep(requestOf(groups))
    const reference = await two.logprobs(groups, { temperature: 1, policy: 'reference' })
    const drawn = groups.flatMap(({ responses }) => responses.flatMap(({ oldLogprobs }) => oldLogprobs))
    for (const [i, value] of reference.flat(2).entries()) expect(value).toBeCloseTo(drawn[i] as number, 4)
    const stop = new AbortController()
    const request = {
      promptTokenIds: [1],
      seeds: Array.from({ length: 16 }, (_, i) => i),
      sampling: { maxNewTokens: 60, stopTokenIds: [] },
    }
    const call = two.generate(request, { signal: stop.signal, onToken: () => stop.abort() })
    await expect(call).rejects.toMatchObject({ code: 'aborted' })
    await expect(two.generate({ ...request, seeds: [] })).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('go on from a saved state with the very bits of a run that was never stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'replicas-'))
    const groups = await groupsFrom(two)
    await two.trainStep(requestOf(groups))
    await two.saveCheckpoint(join(folder, 'checkpoint'))
    await two.saveTrainingState(join(folder, 'state.safetensors'))
    await using resumed = await open(2)
    await resumed.restore(join(folder, 'checkpoint'), join(folder, 'state.safetensors'))
    const [left, right] = await Promise.all(
      [two, resumed].map(async (engine) => {
        const { seconds: _, ...result } = await engine.trainStep(requestOf(groups))
        return { result, scored: await engine.logprobs(groups, { temperature: 1, policy: 'current' }) }
      }),
    )
    expect(right).toEqual(left)
    await rm(folder, { recursive: true })
  })

  it('take steps one after the other, each with a gradient of its own, also after one that failed', async () => {
    const groups = await groupsFrom(one)
    const failsAtOnce = () => {
      const failure = new EngineError('internal', 'out of memory')
      vi.spyOn(EngineWorkerLink.prototype, 'call').mockRejectedValueOnce(failure)
    }
    for (const threads of [1, 2]) {
      await using fresh = await openInPasses(threads)
      const expected = [await fresh.trainStep(requestOf(groups)), await fresh.trainStep(requestOf(groups))]
      await using engine = await openInPasses(threads)
      failsAtOnce()
      await expect(engine.trainStep(requestOf(groups))).rejects.toThrow('out of memory')
      const results = await Promise.all([engine.trainStep(requestOf(groups)), engine.trainStep(requestOf(groups))])
      const untimed = ({ seconds: _, ...result }: TrainStepResult) => result
      expect(results.map(untimed)).toEqual(expected.map(untimed))
    }
    vi.restoreAllMocks()
  })

  it('refuse a step on an id that is no token, before any of them computes', async () => {
    const bad = [{ promptTokenIds: [1, 40], responses: [{ tokenIds: [-1], oldLogprobs: [-1], advantage: 1 }] }]
    const refused = {
      code: 'bad-request',
      message: expect.stringContaining('response 0 of group 0: tokenIds[0] is -1'),
    }
    await expect(two.trainStep(requestOf(bad))).rejects.toMatchObject(refused)
    await expect(two.logprobs(bad, { temperature: 1, policy: 'current' })).rejects.toMatchObject(refused)
  })

  it('end together when one of them dies', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage')
    await using engine = await open(2)
    const workers = new Set(post.mock.contexts as Worker[])
    post.mockRestore()
    expect(workers.size).toBe(2)
    // Of eight samples, which one replica draws, and so long that none is drawn before the end of the other is noticed.
    const seeds = Array.from({ length: 8 }, (_, i) => i)
    const calls = prompts.map((promptTokenIds) =>
      engine.generate({ promptTokenIds, seeds, sampling: { maxNewTokens: 120, stopTokenIds: [] } }),
    )
    const outcomes = Promise.allSettled(calls)
    void [...workers][1]?.terminate()
    expect(await engine.closed).toMatchObject({ code: 'internal', message: expect.stringContaining('worker ended') })
    expect(new Set((await outcomes).map(({ status }) => status))).toEqual(new Set(['rejected']))
    for (const worker of workers) expect(worker.threadId).toBe(-1)
    await expect(engine.logits([[1]])).rejects.toMatchObject({ code: 'internal' })
  })
})
