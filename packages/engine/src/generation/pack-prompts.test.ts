import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import { loadRuntime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { floatWeights } from './float-weights.js'
import { GenerationSessions } from './generation-sessions.js'
import { packPrompts } from './pack-prompts.js'

const ids = (count: number, seed: number) => Array.from({ length: count }, (_, i) => 3 + ((7 * i * seed + seed) % 100))
const system = ids(30, 4)

const prompts = {
  'a system prompt in front': [
    [...system, 5],
    [...system, ...ids(9, 2)],
    [...system, ...ids(3, 3), 8],
  ],
  'nothing in common': [ids(12, 1), ids(2, 3), ids(40, 5)],
  'the same prompt twice': [ids(12, 1), ids(12, 1)],
  'one the beginning of another': [ids(12, 1), ids(5, 1)],
  'a single token': [[9], [9, 10, 11]],
  'one prompt': [ids(17, 6)],
}

const temperatures = [1, 0.7, 1.3]

async function open(model: string, servesRollouts: boolean) {
  const folder = fileURLToPath(new URL(`../../fixtures/${model}`, import.meta.url))
  const config = await readModelConfig(folder)
  const weights = floatWeights(config, await loadWeights(folder, config, layoutParameters(config).layout), false)
  return GenerationSessions.compile({
    runtime: await loadRuntime(),
    config,
    threads: 2,
    weights,
    servesRollouts,
  })
}

const largestGap = (a: Float32Array, b: Float32Array) => {
  expect(a).toHaveLength(b.length)
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0)
}

describe('packPrompts', () => {
  it('puts what all prompts begin with in front, once, and never the last token of one', () => {
    const { tokens, positions, promptTokens, rows } = packPrompts(
      [
        [1, 2, 3],
        [1, 2],
      ],
      true,
    )
    expect([...tokens]).toEqual([1, 2, 3, 2])
    expect([...positions]).toEqual([0, 1, 2, 1])
    expect(promptTokens).toBe(1)
    expect([...rows]).toEqual([2, 3])
  })

  it.each(['qwen3-tied', 'qwen2-tied', 'llama3-untied'])(
    'leaves each prompt the keys, values and next token that it has alone: %s',
    async (model) => {
      const sessions = await open(model, true)
      for (const [name, given] of Object.entries(prompts)) {
        const together = await sessions.prefill(given, temperatures.slice(0, given.length))
        for (const [i, prompt] of given.entries()) {
          const [alone] = await sessions.prefill([prompt], [temperatures[i] as number])
          const found = together[i]
          expect(found?.cache.time).toBe(prompt.length)
          expect(largestGap(found!.probabilities, alone!.probabilities), `${name}, prompt ${i}`).toBeLessThan(1e-5)
          for (const kind of ['keys', 'values'] as const) {
            found?.cache[kind].forEach((layer, l) => {
              expect(largestGap(layer, alone!.cache[kind][l]!), `${name}, ${kind} ${l} of ${i}`).toBeLessThan(1e-5)
            })
          }
        }
      }
      await sessions.release()
    },
  )

  it('gives answers that are read one by one the same bits whatever stands beside them', async () => {
    const sessions = await open('qwen3-tied', false)
    const all = Object.values(prompts).flat()
    const several = all.filter(({ length }) => length > 1)
    const bits = (values: Float32Array) => Buffer.from(values.slice().buffer).toString('hex')
    const alone = await Promise.all(several.map(async (prompt) => (await sessions.prefill([prompt], [1]))[0]!))
    for (const size of [2, 5, several.length]) {
      const asked = several.slice(0, size)
      const together = await sessions.prefill(asked, new Array(size).fill(1))
      together.forEach(({ cache, probabilities }, i) => {
        expect(bits(probabilities)).toBe(bits(alone[i]!.probabilities))
        for (const kind of ['keys', 'values'] as const) {
          expect(cache[kind].map(bits)).toEqual(alone[i]!.cache[kind].map(bits))
        }
      })
    }
    await sessions.release()
  })
})
