import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadChatTokenizer } from '../checkpoint/chat-tokenizer.js'
import { readModelConfig } from '../checkpoint/model-config.js'
import type { GenerateRequest } from '../engine-api.js'
import { EngineError } from '../errors.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { Trainer } from '../training/trainer.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { floatWeights } from './float-weights.js'
import { GenerationSessions } from './generation-sessions.js'
import { HostTokens } from './host-tokens.js'
import { Scheduler } from './scheduler.js'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))

let runtime: Runtime
beforeAll(async () => {
  runtime = await loadRuntime()
})

async function openFolder(folder: string, { isTrainable = false, maxBatch = 16 } = {}) {
  const config = await readModelConfig(folder)
  const weights = await loadWeights(folder, config, layoutParameters(config).layout)
  const sessions = await GenerationSessions.compile({
    runtime,
    config,
    threads: 2,
    weights: floatWeights(config, weights, isTrainable),
    servesRollouts: isTrainable,
  })
  return {
    config,
    weights,
    sessions,
    scheduler: new Scheduler(config, new HostTokens(config, sessions), maxBatch, () => loadChatTokenizer(folder)),
  }
}

const promptOf = (length: number, start = 5) => Array.from({ length }, (_, i) => 3 + ((start + i * 7) % 200))
const request = (length: number, seeds: number[], maxNewTokens = 12, sampling = {}): GenerateRequest => ({
  promptTokenIds: promptOf(length),
  seeds,
  sampling: { maxNewTokens, stopTokenIds: [], ...sampling },
})

describe('Scheduler', () => {
  it.each([
    ['qwen3-tied', true],
    ['qwen3-tied', false],
    ['qwen3-untied', true],
    ['qwen3-untied', false],
    ['qwen2-tied', true],
    ['llama3-untied', false],
  ])('decodes %s greedily to the tokens of the reference (weights fed: %s)', async (model, isTrainable) => {
    const { scheduler } = await openFolder(`${fixtures}${model}`, { isTrainable })
    const { greedy } = JSON.parse(readFileSync(`${fixtures}${model}/expected.json`, 'utf8'))
    for (const expected of greedy) {
      const maxNewTokens = 24
      const sampling = { temperature: 0, maxNewTokens, stopTokenIds: [2] }
      const [sample] = await scheduler.generate({ promptTokenIds: expected.promptTokenIds, seeds: [1], sampling })
      expect(sample?.tokenIds).toEqual(expected.tokenIds)
      sample?.logprobs.forEach((logprob, i) => {
        expect(Math.abs(logprob - expected.logprobs[i])).toBeLessThan(1e-4)
      })
    }
  })

  it('reports the log-probabilities that the trainer computes for the same tokens', async () => {
    const { scheduler, config, weights } = await openFolder(tinyPoet, { isTrainable: true, maxBatch: 8 })
    const trainer = new Trainer({ runtime, config, threads: 2, weights })
    for (const temperature of [1, 0.7]) {
      const requests = [30, 41, 12].map((length, i) =>
        request(length, [i, i + 10, i + 20, i + 30], 20, { temperature }),
      )
      const groups = await Promise.all(
        requests.map(async (r) => ({
          promptTokenIds: r.promptTokenIds,
          responses: (await scheduler.generate(r)).map((sample) => ({
            tokenIds: sample.tokenIds,
            oldLogprobs: sample.logprobs,
            advantage: 0,
          })),
        })),
      )
      const scored = await trainer.logprobs(groups, temperature, weights)
      groups.forEach((group, g) => {
        group.responses.forEach((response, r) => {
          response.oldLogprobs.forEach((logprob, t) => {
            expect(Math.abs(logprob - (scored[g]?.[r]?.[t] as number))).toBeLessThan(1e-4)
          })
        })
      })
    }
  })

  it('draws the same sample alone, beside others, and after waiting for a slot', async () => {
    const { scheduler } = await openFolder(tinyPoet, { maxBatch: 3 })
    const alone = await scheduler.generate(request(20, [7]))
    const crowd = await Promise.all([
      scheduler.generate(request(33, [1, 2, 3, 4])),
      scheduler.generate(request(20, [9, 7])),
      scheduler.generate(request(11, [5])),
    ])
    expect(crowd[1]?.[1]?.tokenIds).toEqual(alone[0]?.tokenIds)
  })

  it('computes prompts once at most between two steps, and few of them while others are being decoded', async () => {
    const { config, sessions } = await openFolder(tinyPoet)
    const calls: string[] = []
    const watched = Object.assign(Object.create(sessions), {
      prefill: (...given: Parameters<GenerationSessions['prefill']>) => {
        const [prompts] = given
        calls.push(`prefill ${prompts.flat().length}`)
        return sessions.prefill(...given)
      },
      begin: () => sessions.begin(),
      prepare: (...given: Parameters<GenerationSessions['prepare']>) => sessions.prepare(...given),
      decode: (...given: Parameters<GenerationSessions['decode']>) => {
        calls.push('decode')
        return sessions.decode(...given)
      },
    })
    const scheduler = new Scheduler(config, new HostTokens(config, watched), 64, () => loadChatTokenizer(tinyPoet))
    let late: Promise<unknown> | null = null
    const onToken = () => {
      late ??= Promise.all([300, ...Array(12).fill(100)].map((length) => scheduler.generate(request(length, [1], 2))))
    }
    await scheduler.generate(request(20, [1], 30), { onToken })
    await late
    const [first, ...others] = calls.filter((call) => call !== 'decode')
    expect(first).toBe('prefill 20')
    expect(others).toEqual(['prefill 500', 'prefill 500', 'prefill 500'])
    calls.forEach((call, i) => {
      if (call !== 'decode') expect(calls[i + 1]).toBe('decode')
    })
  })

  it('fills the slots of a rollout before the first step, and serves the requests of one moment in one step', async () => {
    for (const isTrainable of [true, false]) {
      const { config, sessions } = await openFolder(`${fixtures}qwen3-tied`, { isTrainable })
      const sizes: number[] = []
      const watched = Object.assign(Object.create(sessions), {
        prefill: (...given: Parameters<GenerationSessions['prefill']>) => sessions.prefill(...given),
        begin: () => sessions.begin(),
        prepare: (...given: Parameters<GenerationSessions['prepare']>) => sessions.prepare(...given),
        decode: (...given: Parameters<GenerationSessions['decode']>) => {
          sizes.push(given[0].tokens.length)
          return sessions.decode(...given)
        },
      })
      const scheduler = new Scheduler(config, new HostTokens(config, watched), 64, () => loadChatTokenizer(tinyPoet))
      await Promise.all(Array.from({ length: 24 }, (_, i) => scheduler.generate(request(100, [i, i + 50], 3))))
      // Twenty prompts of 100 tokens are computed at once at most: 40 samples.
      expect(sizes).toEqual(isTrainable ? [48, 48] : [40, 48, 8])
    }
  })

  it('draws the very bits that a fresh one draws, whatever weights were packed for samples before', async () => {
    const few = ({ scheduler }: Awaited<ReturnType<typeof openFolder>>) =>
      Promise.all([scheduler.generate(request(20, [1], 20)), scheduler.generate(request(24, [2, 3], 20))])
    const [fresh, used] = await Promise.all([0, 1].map(() => openFolder(tinyPoet, { isTrainable: true })))
    await used!.scheduler.generate(request(30, [4, 5, 6, 7, 8, 9], 20))
    expect(await few(used!)).toEqual(await few(fresh!))
  })

  it('refuses to draw from what is not finite, beside a request that goes on, and keeps nothing of it', async () => {
    const { scheduler, config, weights } = await openFolder(`${fixtures}qwen3-untied`, { isTrainable: true })
    const [bad, good] = [request(20, [1, 2]), request(9, [3])]
    const drawn = async () => [await scheduler.generate(bad), await scheduler.generate(good)]
    const before = await drawn()
    // A token whose vector is broken breaks the text that comes to it, and no other.
    const others = new Set([...bad.promptTokenIds, ...good.promptTokenIds, ...before[1]!.flatMap((s) => s.tokenIds)])
    const brokenId = before[0]![0]!.tokenIds.slice(2, -1).find((id) => !others.has(id))!
    const { embedding } = layoutParameters(config).structure
    const vector = weights.subarray(
      embedding.offset + brokenId * config.hidden,
      embedding.offset + (brokenId + 1) * config.hidden,
    )
    const kept = vector.slice()
    vector.fill(Number.NaN)
    const [failed, went] = await Promise.allSettled([scheduler.generate(bad), scheduler.generate(good)])
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'numerics' } })
    expect(went).toMatchObject({ value: before[1]!.map(({ tokenIds }) => ({ tokenIds })) })
    const alone = scheduler.generate({ ...bad, seeds: [1] })
    await expect(alone).rejects.toMatchObject({ code: 'numerics' })
    const inPrompt = { ...good, promptTokenIds: [...good.promptTokenIds, brokenId] }
    for (const sampling of [{}, { topK: 3 }, { temperature: 0 }]) {
      const attempt = scheduler.generate({ ...inPrompt, sampling: { ...good.sampling, ...sampling } })
      await expect(attempt).rejects.toMatchObject({ code: 'numerics' })
    }
    vector.set(kept)
    expect(await drawn()).toEqual(before)
  })

  it('decodes on after a step that failed', async () => {
    const { config, sessions } = await openFolder(tinyPoet, { isTrainable: true })
    let fails = true
    const watched = Object.assign(Object.create(sessions), {
      prefill: (...given: Parameters<GenerationSessions['prefill']>) => sessions.prefill(...given),
      begin: () => sessions.begin(),
      prepare: (...given: Parameters<GenerationSessions['prepare']>) => sessions.prepare(...given),
      decode: async (...given: Parameters<GenerationSessions['decode']>) => {
        if (fails) throw new Error('out of memory')
        return sessions.decode(...given)
      },
    })
    const scheduler = new Scheduler(config, new HostTokens(config, watched), 8, () => loadChatTokenizer(tinyPoet))
    await expect(scheduler.generate(request(20, [1, 2]))).rejects.toThrow('out of memory')
    fails = false
    expect(await scheduler.generate(request(20, [7]))).toHaveLength(1)
  })

  it('takes the likeliest token at a temperature that a float32 cannot divide by', async () => {
    const { scheduler } = await openFolder(tinyPoet)
    const [greedy] = await scheduler.generate(request(20, [1], 12, { temperature: 0 }))
    const penalties = { presencePenalty: -2, frequencyPenalty: 2 }
    const [cold] = await scheduler.generate(request(20, [1], 12, { temperature: 1e-300 }))
    expect(cold?.tokenIds).toEqual(greedy?.tokenIds)
    const [penalised] = await scheduler.generate(request(20, [1], 12, { temperature: 1e-300, ...penalties }))
    for (const logprob of [...(cold?.logprobs ?? []), ...(penalised?.logprobs ?? [])])
      expect(logprob).toBeLessThan(1e-6)
  })

  it('ends a sample at a stop token, which it keeps, or at the limit', async () => {
    const { scheduler } = await openFolder(tinyPoet)
    const [free] = await scheduler.generate(request(20, [3]))
    const stop = free?.tokenIds[4] as number
    const [stopped] = await scheduler.generate(request(20, [3], 12, { stopTokenIds: [stop] }))
    expect(stopped?.tokenIds).toEqual(free?.tokenIds.slice(0, (free?.tokenIds.indexOf(stop) ?? 0) + 1))
    expect(stopped?.finishReason).toBe('stop')
    expect(free?.finishReason).toBe('length')
    expect(free?.tokenIds).toHaveLength(12)
  })

  it('streams every token with its alternatives, in order', async () => {
    const { scheduler } = await openFolder(tinyPoet)
    const events: number[] = []
    const [sample] = await scheduler.generate(request(9, [3], 6, { topLogprobs: 3 }), {
      onToken: (event) => {
        events.push(event.tokenId)
        expect(event.alternatives).toHaveLength(3)
      },
    })
    expect(events).toEqual(sample?.tokenIds)
    expect(sample?.alternatives).toHaveLength(6)
  })

  it('frees the slots of an aborted request and goes on with the others', async () => {
    const { scheduler } = await openFolder(tinyPoet, { maxBatch: 2 })
    const abort = new AbortController()
    const options = { signal: abort.signal, onToken: () => abort.abort() }
    const aborted = scheduler.generate(request(9, [1, 2], 400), options)
    const other = scheduler.generate(request(9, [3], 5))
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
    expect((await other)[0]?.tokenIds).toHaveLength(5)
  })

  it.each([
    [{ topK: 2.5 }, 'topK is 2.5; give a whole number'],
    [{ topK: -1 }, 'topK is -1'],
    [{ topP: 1.5 }, 'topP is 1.5; give a number from 0 to 1'],
    [{ minP: Number.NaN }, 'minP is NaN'],
    [{ temperature: Number.POSITIVE_INFINITY }, 'temperature is Infinity'],
    [{ presencePenalty: Number.NaN }, 'presencePenalty is NaN; give a finite number'],
    [{ frequencyPenalty: Number.NEGATIVE_INFINITY }, 'frequencyPenalty is -Infinity'],
    [{ topLogprobs: 21 }, 'topLogprobs is 21; give a whole number from 0 to 20'],
  ])('refuses sampling with %o and goes on with a request beside it', async (sampling, message) => {
    const { scheduler } = await openFolder(`${fixtures}qwen3-tied`)
    const [refused, drawn] = await Promise.allSettled([
      scheduler.generate(request(9, [1], 3, sampling)),
      scheduler.generate(request(9, [2], 3)),
    ])
    expect(refused).toMatchObject({ reason: { code: 'bad-request', message: expect.stringContaining(message) } })
    expect(drawn.status).toBe('fulfilled')
  })

  it.each([
    ['an empty prompt', { promptTokenIds: [], seeds: [1], sampling: { maxNewTokens: 1 } }, /prompt has no tokens/],
    [
      'a strange id',
      { promptTokenIds: [4096], seeds: [1], sampling: { maxNewTokens: 1 } },
      /4096 is not in the vocabulary/,
    ],
    ['too long a text', { promptTokenIds: [1], seeds: [1], sampling: { maxNewTokens: 600 } }, /need 601 positions/],
    ['no samples', { promptTokenIds: [1], seeds: [], sampling: { maxNewTokens: 1 } }, /no samples/],
    [
      'a negative temperature',
      { promptTokenIds: [1], seeds: [1], sampling: { maxNewTokens: 1, temperature: -1 } },
      /temperature is -1/,
    ],
  ])('refuses %s', async (_name, bad, message) => {
    const { scheduler } = await openFolder(tinyPoet)
    const attempt = async () => scheduler.generate(bad as GenerateRequest)
    await expect(attempt()).rejects.toThrow(message)
    await expect(attempt()).rejects.toBeInstanceOf(EngineError)
  })
})
