import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import type { LossOptions, PolicyLoss, TrainGroup } from '../engine-api.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { Trainer } from './trainer.js'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const grpo = JSON.parse(readFileSync(`${fixtures}grpo.json`, 'utf8'))
const groups = grpo.batches['two groups'] as TrainGroup[]
const lossOf = (policyLoss: PolicyLoss): LossOptions => ({
  kind: 'grpo',
  policyLoss,
  epsClip: 0.2,
  epsClipHigh: 0.28,
  klCoef: 0,
  klType: 'k2',
  entropyCoef: 0,
})
/** A mean over samples, as the sequence-level loss wants it. */
const trainedTokens = ({ tokenIds, isTrained }: TrainGroup['responses'][number]) =>
  isTrained?.filter(Boolean).length ?? tokenIds.length
const perSample = groups.map((group) => ({
  ...group,
  responses: group.responses.map((response) => ({ ...response, weight: 1 / trainedTokens(response) })),
}))
const samples = perSample.flatMap((group) => group.responses).length

let runtime: Runtime
beforeAll(async () => {
  runtime = await loadRuntime()
})

async function trainerFor(limits = {}) {
  const folder = `${fixtures}${grpo.model}`
  const config = await readModelConfig(folder)
  const { layout } = layoutParameters(config)
  const weights = await loadWeights(folder, config, layout)
  return { trainer: new Trainer({ runtime, config, threads: 2, weights, ...limits }), weights }
}

function expectSame(a: Float32Array, b: Float32Array) {
  const scale = a.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0)
  expect(scale).toBeGreaterThan(0)
  const gaps = a.map((g, i) => Math.abs(g - (b[i] as number)))
  expect(gaps.reduce((worst, gap) => Math.max(worst, gap), 0)).toBeLessThan(1e-5 * scale)
}

describe('policy losses', () => {
  it.each<PolicyLoss>(['gspo', 'cispo'])('give the same gradient however a batch is split: %s', async (policyLoss) => {
    const request = { groups: perSample, loss: lossOf(policyLoss), temperature: 1, denominator: samples }
    const whole = await trainerFor()
    const split = await trainerFor({ maxBatchTokens: 1 })
    const a = await whole.trainer.computeGradient(request)
    const b = await split.trainer.computeGradient(request)
    expect(b.computedTokens).toBeGreaterThan(a.usefulTokens)
    expect(Math.abs(a.loss - b.loss)).toBeLessThan(2e-6)
    expect(b.ratioMean).toBeCloseTo(a.ratioMean, 5)
    expect(b.clipShare).toBeCloseTo(a.clipShare, 9)
    expectSame(await whole.trainer.gradients(), await split.trainer.gradients())
  })

  it('have one and the same gradient where the policy is still the old one', async () => {
    const { trainer } = await trainerFor()
    const current = await trainer.logprobs(groups, 1, trainer.weights)
    const onPolicy = perSample.map((group, g) => ({
      ...group,
      responses: group.responses.map((response, r) => ({ ...response, oldLogprobs: current[g]?.[r] as number[] })),
    }))
    const gradientOf = async (policyLoss: PolicyLoss) => {
      const request = { groups: onPolicy, loss: lossOf(policyLoss), temperature: 1, denominator: samples }
      const { ratioMean, maxLogprobGap, meanLogprobGap } = await trainer.computeGradient(request)
      expect(ratioMean).toBeCloseTo(1, 5)
      expect(maxLogprobGap).toBeLessThan(1e-5)
      expect(meanLogprobGap).toBeLessThanOrEqual(maxLogprobGap)
      return (await trainer.gradients()).slice()
    }
    const clipped = await gradientOf('grpo')
    expectSame(clipped, await gradientOf('gspo'))
    expectSame(clipped, await gradientOf('cispo'))
  })

  it('agree with finite differences along the gradient: gspo', async () => {
    const { trainer, weights } = await trainerFor()
    const request = { groups: perSample, loss: lossOf('gspo'), temperature: 1, denominator: samples }
    await trainer.computeGradient(request)
    const gradient = (await trainer.gradients()).slice()
    const start = weights.slice()
    const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))
    const lossAt = async (step: number) => {
      weights.forEach((_, i) => {
        weights[i] = (start[i] as number) + (step * (gradient[i] as number)) / norm
      })
      return (await trainer.computeGradient(request)).loss
    }
    const slope = ((await lossAt(5e-3)) - (await lossAt(-5e-3))) / 1e-2
    expect(Math.abs(slope - norm)).toBeLessThan(0.01 * norm)
  })

  it('multiply the advantage of each token by its importance', async () => {
    const { trainer } = await trainerFor()
    const loss = lossOf('grpo')
    const request = { loss, temperature: 1, denominator: samples }
    const scaled = perSample.map((group) => ({
      ...group,
      responses: group.responses.map((response) => ({ ...response, importance: response.tokenIds.map(() => 0.5) })),
    }))
    const whole = await trainer.computeGradient({ ...request, groups: perSample })
    const half = await trainer.computeGradient({ ...request, groups: scaled })
    expect(half.loss).toBeCloseTo(whole.loss / 2, 6)
    const first = scaled.map((group) => ({
      ...group,
      responses: group.responses.map((r) => ({ ...r, importance: r.tokenIds.map((_, t) => (t === 0 ? 1 : 0)) })),
    }))
    const kept = perSample.map((group) => ({
      ...group,
      responses: group.responses.map((r) => ({
        ...r,
        isTrained: r.tokenIds.map((_, t) => t === 0 && r.isTrained?.[t] !== false),
      })),
    }))
    const a = await trainer.computeGradient({ ...request, groups: first })
    const b = await trainer.computeGradient({ ...request, groups: kept })
    expect(a.loss).toBeCloseTo(b.loss, 6)
    expect(a.loss).not.toBeCloseTo(whole.loss, 3)
  })
})
