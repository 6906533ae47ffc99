import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadChatTokenizer } from '../checkpoint/chat-tokenizer.js'
import { readModelConfig } from '../checkpoint/model-config.js'
import { type ProcessorAsCard, processorAsCard } from '../device/processor-as-card.test.support.js'
import type { GenerateRequest, SamplingOptions } from '../engine-api.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { DeviceTokens } from './device-tokens.js'
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

/** The same model sampled by the processor's code, and by that of a graphics card. */
async function openBoth(folder: string, maxBatch: number) {
  const config = await readModelConfig(folder)
  const { layout } = layoutParameters(config)
  const weights = await loadWeights(folder, config, layout)
  const sessions = await GenerationSessions.compile({
    runtime,
    config,
    threads: 1,
    weights: floatWeights(config, weights, true),
    servesRollouts: true,
  })
  const card: ProcessorAsCard = processorAsCard(runtime)
  const feeds = Object.fromEntries(
    layout.parameters.map(({ name, shape, offset, size }) => [
      name,
      new runtime.Tensor('float32', weights.subarray(offset, offset + size), shape),
    ]),
  )
  const device = new DeviceTokens({ runtime: card.runtime, config, weights: async () => feeds })
  const tokenizer = () => loadChatTokenizer(folder)
  return {
    card,
    device,
    onHost: new Scheduler(config, new HostTokens(config, sessions), maxBatch, tokenizer),
    onDevice: new Scheduler(config, device, maxBatch, tokenizer),
  }
}

const promptOf = (length: number, start: number) => Array.from({ length }, (_, i) => 3 + ((start + i * 7) % 90))
const request = (length: number, seeds: number[], sampling: Partial<SamplingOptions> = {}): GenerateRequest => ({
  promptTokenIds: promptOf(length, length),
  seeds,
  sampling: { maxNewTokens: 12, stopTokenIds: [2], ...sampling },
})
const seedsFrom = (first: number, count = 4) => Array.from({ length: count }, (_, i) => first + i)

async function expectSame(folder: string, requests: readonly GenerateRequest[], maxBatch = 64) {
  const { card, device, onHost, onDevice } = await openBoth(folder, maxBatch)
  const sample = (scheduler: Scheduler) => Promise.all(requests.map((r) => scheduler.generate(r)))
  const [expected, actual] = [await sample(onHost as Scheduler), await sample(onDevice as unknown as Scheduler)]
  expect(actual.map((samples) => samples.map(({ tokenIds }) => tokenIds))).toEqual(
    expected.map((samples) => samples.map(({ tokenIds }) => tokenIds)),
  )
  expected.flat().forEach(({ logprobs, finishReason }, i) => {
    const other = actual.flat()[i]
    expect(other?.finishReason).toBe(finishReason)
    logprobs.forEach((logprob, t) => {
      expect(Math.abs(logprob - (other?.logprobs[t] as number))).toBeLessThan(1e-4)
    })
  })
  expect(card.onCard()).toBe(0)
  await device.release()
}

describe('DeviceTokens', () => {
  it.each(['qwen3-tied', 'qwen3-untied', 'qwen2-tied', 'llama3-untied'])(
    'draws what the processor draws for %s, and leaves nothing on the card',
    async (model) => {
      await expectSame(
        `${fixtures}${model}`,
        [5, 11, 8].map((length) => request(length, seedsFrom(length * 10))),
      )
    },
  )

  it('lets samples come in where others have left', async () => {
    const lengths = [3, 9, 14, 6, 5]
    const requests = lengths.map((length, i) => request(length, seedsFrom(length, 5), { maxNewTokens: 3 + 4 * i }))
    await expectSame(`${fixtures}qwen3-tied`, requests, 6)
  })

  it('brings probabilities back where more than the token is asked for', async () => {
    const seeds = seedsFrom(1, 3)
    await expectSame(tinyPoet, [
      request(12, seeds, { temperature: 0 }),
      request(9, seeds, { temperature: 0.7, topP: 0.9 }),
      request(10, seeds, { topK: 5, presencePenalty: 0.5, topLogprobs: 2 }),
      request(7, seeds, { temperature: 1.3 }),
    ])
  })

  it('computes prompts of very different lengths in batches, and no more samples than fit', async () => {
    const requests = [300, 4, 290, 5, 6].map((length) => request(length, seedsFrom(length, 3), { maxNewTokens: 4 }))
    await expectSame(tinyPoet, requests)
    const { device } = await openBoth(tinyPoet, 4)
    // 2 x 6 layers x 2 heads x 64 numbers x 4 bytes a token, twice.
    expect(device.slotsFor(100)).toBe(Math.floor(4e9 / (2 * 6144 * 100)))
    expect(device.slotsFor(1e9)).toBe(1)
    await device.release()
  })

  it('frees what an aborted request and a failed step held', async () => {
    const { card, onDevice, device } = await openBoth(`${fixtures}qwen3-tied`, 4)
    const abort = new AbortController()
    const aborted = onDevice.generate(request(5, seedsFrom(1, 6), { stopTokenIds: [] }), {
      signal: abort.signal,
      onToken: () => abort.abort(),
    })
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
    await onDevice.generate(request(6, [1]))
    expect(card.onCard()).toBe(0)

    const { Tensor } = card.runtime
    Object.assign(card.runtime, {
      Tensor: class {
        constructor() {
          throw new Error('the card is gone')
        }
      },
    })
    await expect(onDevice.generate(request(5, [1]))).rejects.toThrow('the card is gone')
    Object.assign(card.runtime, { Tensor })
    await onDevice.generate(request(5, [1]))
    expect(card.onCard()).toBe(0)
    await device.release()
  })
})
