import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import type { LoraOptions, TrainGroup } from '../engine-api.js'
import { loadRuntime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters, type Parameter } from '../transformer/parameters.js'
import { LoraPolicy } from './lora-policy.js'
import { type GradientRequest, Trainer } from './trainer.js'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const grpo = JSON.parse(readFileSync(`${fixtures}grpo.json`, 'utf8'))
const [{ loss, batch, denominator }] = grpo.cases
const request: GradientRequest = {
  groups: grpo.batches[batch] as TrainGroup[],
  loss,
  temperature: 1,
  denominator,
}
const optimizer = { lr: 1e-2, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, clipGrad: 0 }

/** A policy whose adapters are no longer zero, so that both halves of every pair have a gradient. */
async function adapted(model: string, lora: LoraOptions) {
  const runtime = await loadRuntime()
  const config = await readModelConfig(`${fixtures}${model}`)
  const { layout, structure } = layoutParameters(config)
  const weights = await loadWeights(`${fixtures}${model}`, config, layout)
  const policy = await LoraPolicy.open({ runtime, threads: 1, structure, weights, lora })
  for (const { up } of policy.layout.adapters)
    for (let i = 0; i < up.size; i++) policy.values[up.offset + i] = 0.05 * Math.sin(up.offset + i)
  await policy.merge()
  const options = { runtime, config, threads: 1, weights }
  return { policy, weights, options, trainer: new Trainer({ ...options, lora: policy }) }
}

const part = (flat: Float32Array, { offset, size }: Parameter) => flat.subarray(offset, offset + size)

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength)
const sameBits = (a: Float32Array, b: Float32Array) => bytesOf(a).equals(bytesOf(b))

/** Multiplies [n, k] by [k, m], both given by a function of row and column: the reference. */
function product(a: (i: number, k: number) => number, b: (k: number, j: number) => number, [n, k, m]: number[]) {
  return Array.from({ length: (n as number) * (m as number) }, (_, at) => {
    const [i, j] = [Math.floor(at / (m as number)), at % (m as number)]
    let total = 0
    for (let x = 0; x < (k as number); x++) total += a(i, x) * b(x, j)
    return total
  })
}

it.each([
  ['qwen3-tied', { rank: 4 }],
  ['qwen2-tied', { rank: 3, alpha: 12, targets: ['q_proj', 'v_proj', 'down_proj'] }],
  ['llama3-untied', { rank: 2, targets: ['o_proj', 'gate_proj', 'up_proj', 'k_proj'] }],
] as [string, LoraOptions][])(
  'gives adapters of %s the gradient that the chain rule takes from the whole matrix',
  async (model, lora) => {
    const { policy, trainer, options } = await adapted(model, lora)
    const whole = new Trainer(options)
    const expected = await whole.computeGradient(request)
    expect((await trainer.computeGradient(request)).loss).toBe(expected.loss)
    const { scale, adapters } = policy.layout
    expect(adapters).toHaveLength(options.config.layers * (lora.targets?.length ?? 7))
    for (const { matrix, down, up } of adapters) {
      const [inputs, outputs] = matrix.shape as [number, number]
      const gradient = part(await whole.gradients(), matrix)
      const dW = (i: number, j: number) => scale * (gradient[i * outputs + j] as number)
      const [a, b] = [part(policy.values, down), part(policy.values, up)]
      const dDown = product(dW, (j, r) => b[r * outputs + j] as number, [inputs, outputs, lora.rank])
      const dUp = product((r, i) => a[i * lora.rank + r] as number, dW, [lora.rank, inputs, outputs])
      for (const [own, reference] of [
        [part(await trainer.gradients(), down), dDown],
        [part(await trainer.gradients(), up), dUp],
      ] as const) {
        const norm = Math.hypot(...reference)
        expect(norm, matrix.name).toBeGreaterThan(0)
        const gap = Math.hypot(...reference.map((value, i) => value - (own[i] as number)))
        expect(gap / norm, matrix.name).toBeLessThan(1e-4)
      }
    }
  },
)

it('agrees with finite differences of the adapters', async () => {
  const { policy, trainer } = await adapted('qwen3-tied', { rank: 4 })
  await trainer.computeGradient(request)
  const gradient = (await trainer.gradients()).slice()
  const start = policy.values.slice()
  const norm = Math.hypot(...gradient)
  const lossAt = async (step: number) => {
    await policy.restore(start.map((value, i) => value + (step * (gradient[i] as number)) / norm))
    return (await trainer.computeGradient(request)).loss
  }
  const step = 5e-3
  const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step)
  expect(Math.abs(slope - norm)).toBeLessThan(0.01 * norm)
})

it('starts as the base model, and changes no weight but those of its targets', async () => {
  const lora: LoraOptions = { rank: 2, targets: ['v_proj'], seed: 3 }
  const runtime = await loadRuntime()
  const folder = `${fixtures}qwen3-tied`
  const config = await readModelConfig(folder)
  const { layout, structure } = layoutParameters(config)
  const weights = await loadWeights(folder, config, layout)
  const before = weights.slice()
  const policy = await LoraPolicy.open({ runtime, threads: 1, structure, weights, lora })
  await policy.merge()
  expect(policy.isBase).toBe(true)
  expect(sameBits(weights, before)).toBe(true)
  const bound = 1 / Math.sqrt(config.hidden)
  const [first] = policy.layout.adapters
  const start = part(policy.values, (first as { down: Parameter }).down)
  expect(Math.max(...start.map(Math.abs))).toBeLessThanOrEqual(bound)
  expect(Math.max(...start.map(Math.abs))).toBeGreaterThan(0.8 * bound)

  const trainer = new Trainer({ runtime, config, threads: 1, weights, lora: policy })
  await trainer.step({ ...request, optimizer })
  expect(policy.isBase).toBe(false)
  for (const parameter of layout.parameters) {
    const isEqual = part(weights, parameter).every((value, i) => value === before[parameter.offset + i])
    expect(isEqual, parameter.name).toBe(!parameter.name.includes('v_proj'))
    expect(sameBits(policy.baseOf(parameter), part(before, parameter)), parameter.name).toBe(true)
  }
  expect((await trainer.adam()).mean).toHaveLength(policy.values.length)
})

it('refuses a rank or targets that no model has', async () => {
  await expect(adapted('qwen3-tied', { rank: 0 })).rejects.toThrow('the LoRA rank is 0')
  await expect(adapted('qwen3-tied', { rank: 2, targets: ['lm_head' as 'q_proj'] })).rejects.toThrow('"lm_head"')
})
