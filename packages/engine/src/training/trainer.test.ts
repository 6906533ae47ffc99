import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import type { LossOptions, TrainGroup } from '../engine-api.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { Trainer } from './trainer.js'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const read = (name: string) => JSON.parse(readFileSync(`${fixtures}${name}`, 'utf8'))

interface TensorFixture {
  readonly shape: readonly number[]
  readonly norm: number
  readonly indices: readonly number[]
  readonly values: readonly number[]
}

interface GrpoCase {
  readonly name: string
  readonly batch: string
  readonly temperature: number
  readonly denominator: number
  readonly loss: LossOptions
  readonly expected: { readonly loss: number; readonly tensors: Record<string, TensorFixture> } & Record<
    string,
    unknown
  >
}

let runtime: Runtime
beforeAll(async () => {
  runtime = await loadRuntime()
})

async function trainerFor(model: string, limits = {}) {
  const folder = `${fixtures}${model}`
  const config = await readModelConfig(folder)
  const { layout } = layoutParameters(config)
  const weights = await loadWeights(folder, config, layout)
  return { trainer: new Trainer({ runtime, config, threads: 2, weights, ...limits }), layout, weights, config }
}

/** Compares the gradient with torch's float64 autograd: relative to each tensor's norm, in float32 noise. */
function expectGradients(
  gradients: Float32Array,
  layout: ReturnType<typeof layoutParameters>['layout'],
  expected: Record<string, TensorFixture>,
) {
  for (const parameter of layout.parameters) {
    const reference = expected[parameter.name] as TensorFixture
    expect(reference, parameter.name).toBeDefined()
    const own = gradients.subarray(parameter.offset, parameter.offset + parameter.size)
    const norm = Math.sqrt(own.reduce((total, g) => total + g * g, 0))
    expect(Math.abs(norm - reference.norm), `norm of ${parameter.name}`).toBeLessThan(1e-4 * reference.norm + 1e-7)
    reference.indices.forEach((index, i) => {
      const [inputs, outputs] = parameter.shape as [number, number]
      const at = parameter.isTransposed ? (index % inputs) * outputs + Math.floor(index / inputs) : index
      const gap = Math.abs((own[at] as number) - (reference.values[i] as number))
      expect(gap, `${parameter.name}[${index}]`).toBeLessThan(2e-4 * reference.norm + 1e-7)
    })
  }
}

describe('Trainer', () => {
  it.each([
    'qwen3-tied',
    'qwen3-tied-bf16',
    'qwen3-tied-f16',
    'qwen3-untied',
    'qwen3-untied-sharded',
    'qwen2-tied',
    'llama3-untied',
  ])('computes the logits that transformers computes for %s', async (model) => {
    const { trainer, config } = await trainerFor(model)
    const { sequences } = read(`${model}/expected.json`)
    const logits = await trainer.logits(sequences.map((sequence: { tokenIds: number[] }) => sequence.tokenIds))
    let worst = 0
    sequences.forEach((sequence: { positions: number[]; logits: number[][] }, s: number) => {
      sequence.positions.forEach((position, p) => {
        sequence.logits[p]?.forEach((expected, v) => {
          worst = Math.max(worst, Math.abs(expected - (logits[s]?.[position * config.vocab + v] as number)))
        })
      })
    })
    expect(worst).toBeLessThan(1e-4)
  })

  it('computes the token log-probabilities behind the losses that torch computes', async () => {
    for (const item of read('gradients.json').cases) {
      const { trainer } = await trainerFor(item.model)
      const groups: TrainGroup[] = item.items.map(
        (x: { promptTokenIds: number[]; responseTokenIds: number[]; weights: number[] }) => ({
          promptTokenIds: x.promptTokenIds,
          responses: [{ tokenIds: x.responseTokenIds, oldLogprobs: [], advantage: 0 }],
        }),
      )
      const logprobs = await trainer.logprobs(groups, 1, trainer.weights)
      let loss = 0
      item.items.forEach((x: { weights: number[] }, g: number) => {
        x.weights.forEach((weight, t) => {
          loss -= (weight * (logprobs[g]?.[0]?.[t] as number)) / item.denominator
        })
      })
      expect(Math.abs(loss - item.loss)).toBeLessThan(2e-5)
    }
  })

  it.each(read('grpo.json').cases as GrpoCase[])(
    'matches the float64 loss, gradient and statistics of torch: $name',
    async (c) => {
      const grpo = read('grpo.json')
      const groups = grpo.batches[c.batch] as TrainGroup[]
      const { trainer, layout } = await trainerFor(grpo.model)
      const result = await trainer.computeGradient({
        groups,
        loss: c.loss,
        temperature: c.temperature,
        denominator: c.denominator,
      })
      expect(Math.abs(result.loss - c.expected.loss)).toBeLessThan(2e-5 * Math.max(1, Math.abs(c.expected.loss)))
      for (const key of ['entropy', 'ratioMean', 'maxLogprobGap', 'kl', 'clipShare'] as const) {
        if (c.expected[key] === undefined || c.expected[key] === null) continue
        // Cross-entropy has no old policy, so only the entropy is a statistic of it.
        if (c.loss.kind === 'sft' && key !== 'entropy') continue
        expect(Math.abs((result[key] as number) - (c.expected[key] as number)), key).toBeLessThan(1e-4)
      }
      expectGradients(await trainer.gradients(), layout, c.expected.tensors)
    },
  )

  it('multiplies the loss of a response by its weight', async () => {
    const { batches, cases, model } = read('grpo.json')
    const [{ loss, batch, denominator }] = cases as [GrpoCase]
    const groups = batches[batch] as TrainGroup[]
    const halved = groups.map((group) => ({ ...group, responses: group.responses.map((r) => ({ ...r, weight: 0.5 })) }))
    const { trainer } = await trainerFor(model)
    const whole = await trainer.computeGradient({ groups, loss, temperature: 1, denominator })
    const half = await trainer.computeGradient({ groups: halved, loss, temperature: 1, denominator })
    expect(half.loss).toBeCloseTo(whole.loss / 2, 6)
  })

  it.each(['qwen2-tied', 'llama3-untied', 'qwen3-untied'])(
    'agrees with finite differences for every kind of parameter of %s',
    async (model) => {
      const { trainer, layout, weights } = await trainerFor(model)
      const { batches, cases } = read('grpo.json')
      const [{ loss, batch, denominator }] = cases as [GrpoCase]
      const request = { groups: batches[batch] as TrainGroup[], loss, temperature: 1, denominator }
      await trainer.computeGradient(request)
      const gradient = (await trainer.gradients()).slice()
      const start = weights.slice()
      const total = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))
      for (const { name, offset, size } of layout.parameters) {
        const part = gradient.subarray(offset, offset + size)
        const norm = Math.sqrt(part.reduce((sum, g) => sum + g * g, 0))
        expect(norm, name).toBeGreaterThan(0)
        const lossAt = async (step: number) => {
          for (let i = 0; i < size; i++)
            weights[offset + i] = (start[offset + i] as number) + (step * (part[i] as number)) / norm
          return (await trainer.computeGradient(request)).loss
        }
        const step = 5e-3
        const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step)
        weights.set(start)
        // Float32 noise of the loss over the step, and the curvature's third order.
        expect(Math.abs(slope - norm), name).toBeLessThan(0.01 * norm + 2e-4 * total)
      }
    },
  )

  it('gives the same gradient however a batch is split', async () => {
    const grpo = read('grpo.json')
    const groups = grpo.batches['two groups'] as TrainGroup[]
    const loss: LossOptions = { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.28, klCoef: 0, klType: 'k2', entropyCoef: 0 }
    const request = { groups, loss, temperature: 1, denominator: 17 }
    const whole = await trainerFor(grpo.model)
    const split = await trainerFor(grpo.model, { maxBatchTokens: 1 })
    const a = await whole.trainer.computeGradient(request)
    const b = await split.trainer.computeGradient(request)
    expect(b.computedTokens).toBeGreaterThan(a.usefulTokens)
    expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-6)
    const [own, reference] = [await whole.trainer.gradients(), await split.trainer.gradients()]
    const scale = Math.max(...own.map(Math.abs))
    own.forEach((g, i) => {
      expect(Math.abs(g - (reference[i] as number))).toBeLessThan(1e-5 * scale)
    })
  })
})
