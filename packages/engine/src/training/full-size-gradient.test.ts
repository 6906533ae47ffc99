import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readModelConfig } from '../checkpoint/model-config.js'
import type { LossOptions, TrainGroup } from '../engine-api.js'
import { loadRuntime } from '../graph/session.js'
import { loadWeights } from '../transformer/load-weights.js'
import { layoutParameters } from '../transformer/parameters.js'
import { Trainer } from './trainer.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))
const loss: LossOptions = {
  kind: 'grpo',
  epsClip: 0.2,
  epsClipHigh: 0.28,
  klCoef: 0.05,
  klType: 'k3',
  entropyCoef: 0.01,
}

/** A whole rollout behind one system prompt, with repeated token ids: where a scatter with repeated indices would lose updates. */
function rollout(): TrainGroup[] {
  let state = 12345
  const next = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const ids = (count: number) => Array.from({ length: count }, () => 3 + next(50))
  const system = ids(30)
  return Array.from({ length: 12 }, () => ({
    promptTokenIds: [...system, ...ids(15)],
    responses: Array.from({ length: 6 }, () => {
      const tokenIds = ids(12 + next(12))
      return {
        tokenIds,
        oldLogprobs: tokenIds.map(() => -7.5),
        refLogprobs: tokenIds.map(() => -7.2),
        advantage: next(9) / 2 - 2,
      }
    }),
  }))
}

it('agrees with finite differences at full size, on two threads, bit for bit each time', async () => {
  const config = await readModelConfig(tinyPoet)
  const { layout } = layoutParameters(config)
  const weights = await loadWeights(tinyPoet, config, layout)
  const trainer = new Trainer({ runtime: await loadRuntime(), config, threads: 2, weights })
  const groups = rollout()
  const denominator = 1000
  const request = { groups, loss, temperature: 1, denominator }
  const { loss: before } = await trainer.computeGradient(request)
  const gradient = (await trainer.gradients()).slice()

  await trainer.computeGradient(request)
  // Losing one update of a scatter, as one in ten runs did with ScatterND, would show here.
  expect(Buffer.from((await trainer.gradients()).buffer).equals(Buffer.from(gradient.buffer))).toBe(true)

  const start = weights.slice()
  const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))
  expect(norm).toBeGreaterThan(0)
  // Along the gradient itself, and along it with every second tensor turned round: both slopes are known exactly.
  for (const isTurned of [false, true]) {
    const direction = gradient.slice()
    for (const [i, { offset, size }] of layout.parameters.entries()) {
      if (!isTurned || i % 2 === 0) continue
      for (let j = offset; j < offset + size; j++) direction[j] = -(direction[j] as number)
    }
    const slope = direction.reduce((sum, d, i) => sum + d * (gradient[i] as number), 0) / norm
    const lossAt = async (step: number) => {
      for (let i = 0; i < weights.length; i++)
        weights[i] = (start[i] as number) + (step * (direction[i] as number)) / norm
      return (await trainer.computeGradient(request)).loss
    }
    // Central differences: the error falls with step squared, float32 noise grows as the step shrinks.
    const step = 4e-3
    const measured = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step)
    expect(Math.abs(measured - slope)).toBeLessThan(0.02 * norm)
  }
  weights.set(start)
  expect((await trainer.computeGradient(request)).loss).toBe(before)
  await trainer.release()
})
