import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { DecodeCache } from './decode-cache.js'
import { floatWeights } from './float-weights.js'
import { GenerationSessions } from './generation-sessions.js'

const folderOf = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
const threads = 2
const enoughTokens = 9 * threads

let runtime: Runtime
beforeAll(async () => {
  runtime = await loadRuntime()
})

/** Sessions over weights that a test may change, counted as they are compiled and released; tells which one ran last. */
async function open(name: string, isTrainable = true, bytes?: number) {
  const config = await readModelConfig(folderOf(name))
  const floats = await loadWeights(folderOf(name), config, layoutParameters(config).layout)
  let alive = 0
  let compiled = 0
  let lastRun = -1
  const create = async (...given: Parameters<Runtime['InferenceSession']['create']>) => {
    const session = await runtime.InferenceSession.create(...given)
    const release = session.release.bind(session)
    const place = compiled++
    const run = session.run.bind(session)
    session.run = (feeds: Parameters<typeof run>[0]) => {
      lastRun = place
      return run(feeds)
    }
    alive += 1
    session.release = async () => {
      alive -= 1
      await release()
    }
    return session
  }
  const watched = { ...runtime, InferenceSession: { create } } as Runtime
  const weights = floatWeights(config, floats, isTrainable, bytes)
  const sessions = await GenerationSessions.compile({
    runtime: watched,
    config,
    threads,
    weights,
    servesRollouts: isTrainable,
  })
  const prompt = [3, 4, 5, 6]
  const begin = async () => {
    const cache = new DecodeCache(config, sessions.servesRollouts)
    const [first] = await sessions.prefill([prompt], [1])
    for (let s = 0; s < 4; s++) cache.add(prompt, first!.cache)
    return () => sessions.decode({ cache, tokens: [7, 8, 9, 10], temperatures: [1, 1, 1, 1] })
  }
  const decode = async () => (await begin())()
  return { floats, sessions, begin, decode, alive: () => alive, lastRun: () => lastRun }
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0)
}

describe('DecodeSession', () => {
  it.each(['qwen3-tied', 'qwen3-untied', 'qwen2-tied'])('packs the weights of %s for long rollouts', async (name) => {
    const { sessions, decode, alive } = await open(name)
    const fed = await decode()
    await sessions.prepare(4, enoughTokens)
    expect(alive()).toBe(3)
    expect(largestDifference(await decode(), fed)).toBeLessThan(1e-6)
    await sessions.release()
    expect(alive()).toBe(0)
  })

  it('does not for few tokens, few samples, or weights too large for a copy or in the graph already', async () => {
    const { sessions, alive } = await open('qwen3-tied')
    await sessions.prepare(4, enoughTokens - 1)
    await sessions.prepare(3, 10 * enoughTokens)
    expect(alive()).toBe(2)
    for (const [isTrainable, bytes] of [[true, 2 ** 31] as const, [false] as const]) {
      const other = await open('qwen3-tied', isTrainable, bytes)
      await other.sessions.prepare(4, enoughTokens)
      expect(other.alive()).toBe(2)
    }
  })

  it('lets the packed copy go before the weights change, makes none meanwhile, and decodes with the new ones', async () => {
    const { floats, sessions, decode, alive } = await open('qwen3-tied')
    await sessions.prepare(4, enoughTokens)
    const old = await decode()
    await sessions.whileWeightsChange(async () => {
      expect(alive()).toBe(2)
      await sessions.prepare(4, enoughTokens)
      expect(alive()).toBe(2)
      for (let i = 0; i < floats.length; i++) floats[i] = floats[i]! * 0.9
    })
    const fed = await decode()
    expect(largestDifference(fed, old)).toBeGreaterThan(1e-4)
    await sessions.prepare(4, enoughTokens)
    expect(alive()).toBe(3)
    expect(largestDifference(await decode(), fed)).toBeLessThan(1e-6)
  })

  it('keeps the packed copy for those who come after, and uses it only where they repay it themselves', async () => {
    const { sessions, decode, alive, lastRun } = await open('qwen3-tied')
    const graphOfStep = async (samples: number, tokens: number) => {
      await sessions.prepare(samples, tokens)
      await decode()
      return lastRun()
    }
    const [fed, packed] = [await graphOfStep(1, 1), await graphOfStep(4, enoughTokens)]
    expect(packed).not.toBe(fed)
    expect(await graphOfStep(1, 1)).toBe(packed)
    sessions.begin()
    expect(await graphOfStep(4, enoughTokens - 1)).toBe(fed)
    expect(await graphOfStep(4, enoughTokens)).toBe(packed)
    expect(alive()).toBe(3)
  })

  it('waits for the step under way before it lets the packed copy go', async () => {
    const { sessions, begin, decode, alive } = await open('qwen3-tied')
    await sessions.prepare(4, enoughTokens)
    const expected = await decode()
    const next = await begin()
    const step = next()
    const changed = sessions.whileWeightsChange(async () => alive())
    expect(await changed).toBe(2)
    expect(largestDifference(await step, expected)).toBeLessThan(1e-6)
  })
})
