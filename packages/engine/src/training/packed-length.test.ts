import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import { loadRuntime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { Trainer } from './trainer.js'

it('trains groups that are longer together than the positions of the model, and refuses a longer response', async () => {
  const folder = fileURLToPath(new URL('../../fixtures/qwen3-tied', import.meta.url))
  const config = await readModelConfig(folder)
  const weights = await loadWeights(folder, config, layoutParameters(config).layout)
  const trainer = new Trainer({ runtime: await loadRuntime(), config, threads: 2, weights })
  const tokenIds = Array.from({ length: 50 }, (_, t) => 3 + t)
  const response = { tokenIds, oldLogprobs: tokenIds.map(() => -5), advantage: 0 }
  const group = { promptTokenIds: [5, 6, 7], responses: [response, response, response, response] }
  expect(4 * tokenIds.length).toBeGreaterThan(config.maxPositions)
  const scored = await trainer.logprobs([group], 1, weights)
  const alone = await trainer.logprobs([{ ...group, responses: [response] }], 1, weights)
  scored[0]?.forEach((logprobs) => {
    logprobs.forEach((logprob, t) => {
      expect(logprob).toBeCloseTo(alone[0]?.[0]?.[t] as number, 4)
    })
  })
  const long = { tokenIds: [...tokenIds, ...tokenIds, ...tokenIds], oldLogprobs: [], advantage: 0 }
  await expect(trainer.logprobs([{ ...group, responses: [response, long] }], 1, weights)).rejects.toThrow(
    `take 152 positions, but the model has ${config.maxPositions}`,
  )
  await trainer.release()
})
