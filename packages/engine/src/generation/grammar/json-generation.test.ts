import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ChatTokenizer, loadChatTokenizer } from '../../checkpoint/chat-tokenizer.js'
import { readModelConfig } from '../../checkpoint/model-config.js'
import { loadRuntime } from '../../graph/session.js'
import { loadWeights } from '../../transformer/load-weights.js'
import { layoutParameters } from '../../transformer/parameters.js'
import { floatWeights } from '../float-weights.js'
import { GenerationSessions } from '../generation-sessions.js'
import { HostTokens } from '../host-tokens.js'
import { Scheduler } from '../scheduler.js'
import { schemas, violation } from './schemas.test.support.js'

const folder = fileURLToPath(new URL('../../../../../models/tiny-poet', import.meta.url))

let tokenizer: ChatTokenizer
let scheduler: Scheduler
beforeAll(async () => {
  const config = await readModelConfig(folder)
  const weights = await loadWeights(folder, config, layoutParameters(config).layout)
  const runtime = await loadRuntime()
  const sessions = await GenerationSessions.compile({
    runtime,
    config,
    threads: 2,
    weights: floatWeights(config, weights, false),
    servesRollouts: false,
  })
  tokenizer = await loadChatTokenizer(folder)
  scheduler = new Scheduler(config, new HostTokens(config, sessions), 32, async () => tokenizer)
})

const prompt = () => tokenizer.encodeChat([{ role: 'user', content: 'A poem as JSON.' }], { addGenerationPrompt: true })

describe('JSON from a model that has never seen any', () => {
  it('is complete, parses and satisfies its schema, whatever the schema, at temperature 1', async () => {
    let drawn = 0
    const property = fc.asyncProperty(schemas(), fc.nat(), async (schema, seed) => {
      const seeds = [seed, seed + 1, seed + 2, seed + 3]
      const sampling = { maxNewTokens: 300, temperature: 1, json: { kind: 'schema', schema } as const }
      for (const sample of await scheduler.generate({ promptTokenIds: prompt(), seeds, sampling })) {
        const text = tokenizer.decode(sample.tokenIds, { skipSpecialTokens: true })
        expect([text, sample.finishReason]).toEqual([text, 'stop'])
        expect([text, violation(JSON.parse(text), schema)]).toEqual([text, null])
        for (const logprob of sample.logprobs) expect(logprob).toBeLessThanOrEqual(1e-5)
        drawn++
      }
    })
    await fc.assert(property, { numRuns: 15, seed: 4 })
    expect(drawn).toBe(60)
  })

  it.each([0, 1, 1.5])('is an object without a schema, within the limit (temperature %d)', async (temperature) => {
    const sampling = { maxNewTokens: 60, temperature, topK: 50, json: { kind: 'object' } as const }
    const samples = await scheduler.generate({ promptTokenIds: prompt(), seeds: [1, 2, 3, 4, 5, 6], sampling })
    for (const sample of samples) {
      const value = JSON.parse(tokenizer.decode(sample.tokenIds, { skipSpecialTokens: true }))
      expect([Array.isArray(value), typeof value]).toEqual([false, 'object'])
      expect(sample.finishReason).toBe('stop')
    }
  })

  it('draws from the model’s own distribution where it has a choice: log-probabilities of what is allowed sum to 1', async () => {
    const sampling = {
      maxNewTokens: 20,
      topLogprobs: 20,
      json: { kind: 'schema', schema: { enum: ['rain', 'snow'] } } as const,
    }
    const [sample] = await scheduler.generate({ promptTokenIds: prompt(), seeds: [3], sampling })
    for (const [at, alternatives] of (sample?.alternatives ?? []).entries()) {
      const total = alternatives.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)
      expect(Math.abs(total - 1)).toBeLessThan(1e-4)
      const chosen = alternatives.find(({ tokenId }) => tokenId === sample?.tokenIds[at])
      expect(chosen?.logprob).toBe(sample?.logprobs[at])
    }
  })

  it('is one call of one of the tools when a call is asked for', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string', maxLength: 12 } }, required: ['city'] }
    const tools = [{ name: 'weather', parameters }, { name: 'time' }]
    const sampling = { maxNewTokens: 120, json: { kind: 'tool-call', tools } as const }
    const samples = await scheduler.generate({ promptTokenIds: prompt(), seeds: [1, 2, 3, 4, 5, 6], sampling })
    for (const sample of samples) {
      const text = tokenizer.decode(sample.tokenIds, { skipSpecialTokens: true })
      const call = JSON.parse(/^<tool_call>\n(.*)\n<\/tool_call>$/.exec(text)?.[1] ?? 'null')
      const isWeather = call?.name === 'weather'
      expect(call).toEqual({
        name: isWeather ? 'weather' : 'time',
        arguments: isWeather ? { city: expect.any(String) } : {},
      })
    }
  })

  it('fails alone when its schema cannot be followed', async () => {
    const sampling = { maxNewTokens: 9, json: { kind: 'schema', schema: { type: 'string', pattern: 'a' } } as const }
    const bad = scheduler.generate({ promptTokenIds: prompt(), seeds: [1], sampling })
    const good = scheduler.generate({ promptTokenIds: prompt(), seeds: [1], sampling: { maxNewTokens: 9 } })
    await expect(bad).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('"pattern"') })
    expect(await good).toHaveLength(1)
  })
})
