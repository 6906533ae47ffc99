import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import type { TrainGroup } from '../engine-api.js'
import { loadRuntime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { Trainer } from './trainer.js'

const ids = (count: number, step: number) => Array.from({ length: count }, (_, i) => 3 + ((7 * i * step + step) % 100))
/** Prompts from one token on, and responses of one token, of equal and of very unequal lengths. */
const lengths = [
  { prompt: 1, responses: [3, 5] },
  { prompt: 4, responses: [1] },
  { prompt: 9, responses: [6, 6, 6, 6] },
  { prompt: 30, responses: [2, 60, 4, 1] },
]
const groups = groupsBehind([])
/** The same behind a system prompt, and behind nothing else where the prompt has one token. */
const withSystem = groupsBehind(ids(11, 5))

function groupsBehind(system: readonly number[]): TrainGroup[] {
  return lengths.map(({ prompt, responses }, g) => ({
    promptTokenIds: [...system, ...ids(prompt, g + 1)],
    responses: responses.map((length, r) => ({
      tokenIds: ids(length, 10 * g + r + 2),
      oldLogprobs: new Array(length).fill(-4.5),
      advantage: r - 0.4,
    })),
  }))
}

async function trainerFor(model: string, maxBatchTokens?: number) {
  const folder = fileURLToPath(new URL(`../../fixtures/${model}`, import.meta.url))
  const config = await readModelConfig(folder)
  const weights = await loadWeights(folder, config, layoutParameters(config).layout)
  const limits = maxBatchTokens === undefined ? {} : { maxBatchTokens }
  return new Trainer({ runtime: await loadRuntime(), config, threads: 2, weights, ...limits })
}

/** Natural log of the probability of `target` among logits. */
function logprobOf(logits: Float32Array, target: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b))
  const total = logits.reduce((sum, x) => sum + Math.exp(x - largest), 0)
  return (logits[target] as number) - largest - Math.log(total)
}

describe('groups that share a prompt', () => {
  it.each(['qwen3-tied', 'qwen2-tied', 'llama3-untied'])(
    'give each response the log-probabilities of its own whole sequence: %s',
    async (model) => {
      const trainer = await trainerFor(model)
      for (const [name, given] of Object.entries({ groups, withSystem })) {
        const scored = await trainer.logprobs(given, 1, trainer.weights)
        for (const [g, { promptTokenIds, responses }] of given.entries()) {
          const sequences = responses.map(({ tokenIds }) => [...promptTokenIds, ...tokenIds])
          const logits = await trainer.logits(sequences)
          responses.forEach(({ tokenIds }, r) => {
            const vocab = (logits[r]?.length as number) / (sequences[r]?.length as number)
            tokenIds.forEach((target, t) => {
              const start = (promptTokenIds.length - 1 + t) * vocab
              const alone = logprobOf(logits[r]?.subarray(start, start + vocab) as Float32Array, target)
              const gap = Math.abs((scored[g]?.[r]?.[t] as number) - alone)
              expect(gap, `${name} ${g}, response ${r}, token ${t}`).toBeLessThan(1e-5)
            })
          })
        }
      }
      await trainer.release()
    },
  )

  it.each(Object.entries({ 'prompts apart': groups, 'a system prompt in front': withSystem }))(
    'have the gradient of all responses apart, and share what they compute: %s',
    async (_, given) => {
      const loss = { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.28, klCoef: 0, klType: 'k2', entropyCoef: 0 } as const
      const request = { groups: given, loss, temperature: 1, denominator: 50 }
      const [together, apart] = [await trainerFor('qwen3-tied'), await trainerFor('qwen3-tied', 1)]
      const a = await together.computeGradient(request)
      const b = await apart.computeGradient(request)
      expect(a.computedTokens).toBe(a.usefulTokens)
      expect(b.usefulTokens).toBe(a.usefulTokens)
      expect(b.computedTokens).toBeGreaterThan(1.3 * a.computedTokens)
      expect(b.loss).toBeCloseTo(a.loss, 5)
      const [own, reference] = [await together.gradients(), await apart.gradients()]
      const largest = own.reduce((most, g) => Math.max(most, Math.abs(g)), 0)
      const gap = own.reduce((most, g, i) => Math.max(most, Math.abs(g - (reference[i] as number))), 0)
      expect(gap).toBeLessThan(1e-5 * largest)
      await together.release()
      await apart.release()
    },
  )
})
