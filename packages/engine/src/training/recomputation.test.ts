import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import type { TrainGroup } from '../engine-api.js'
import { loadRuntime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { LoraPolicy } from './lora-policy.js'
import { Trainer } from './trainer.js'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const grpo = JSON.parse(readFileSync(`${fixtures}grpo.json`, 'utf8'))
const [{ loss, denominator }] = grpo.cases
const request = { groups: grpo.batches['two groups'], loss, temperature: 1, denominator }

it.each([
  ['qwen3-tied', false],
  ['qwen2-tied', false],
  ['llama3-untied', false],
  ['qwen3-untied', true],
])('gives %s the very gradient of the plain backward pass (adapters: %s)', async (model, hasAdapters) => {
  const runtime = await loadRuntime()
  const config = await readModelConfig(`${fixtures}${model}`)
  const { layout, structure } = layoutParameters(config)
  const weights = await loadWeights(`${fixtures}${model}`, config, layout)
  const lora = hasAdapters
    ? await LoraPolicy.open({ runtime, threads: 1, structure, weights, lora: { rank: 4 } })
    : null
  const options = { runtime, config, threads: 1, weights, lora }
  const plain = new Trainer(options)
  const recomputing = new Trainer({ ...options, recomputesLayers: true })
  const groups = request.groups as TrainGroup[]
  const expected = await plain.computeGradient({ ...request, groups })
  const result = await recomputing.computeGradient({ ...request, groups })
  expect(result.loss).toBe(expected.loss)
  expect((await plain.gradients()).some((g) => g !== 0)).toBe(true)
  const [own, reference] = [await recomputing.gradients(), await plain.gradients()].map(({ buffer }) =>
    Buffer.from(buffer),
  )
  expect(own?.equals(reference as Buffer)).toBe(true)
})
