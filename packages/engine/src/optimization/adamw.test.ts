import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type AdamOptions, adamState, adamwRange, gradientNorm } from './adamw.js'

interface AdamCase {
  readonly optimizer: AdamOptions & { readonly clipGrad: number }
  readonly start: readonly number[]
  readonly steps: readonly Record<'grad' | 'params' | 'm' | 'v', readonly number[]>[] &
    readonly { readonly gradNorm: number }[]
}

const file = fileURLToPath(new URL('../../fixtures/adamw.json', import.meta.url))
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: AdamCase[] }
const near = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expected.forEach((value, i) => {
    expect(Math.abs((actual[i] as number) - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)))
  })
}

describe('adamwRange', () => {
  it.each(cases)(
    'follows torch.optim.AdamW for three steps, clipping the norm to $optimizer.clipGrad',
    ({ optimizer, start, steps }) => {
      const weights = Float32Array.from(start)
      const state = adamState(start.length)
      for (const step of steps) {
        const gradients = Float32Array.from(step.grad)
        const norm = gradientNorm(gradients)
        expect(norm).toBeCloseTo(step.gradNorm, 5)
        const scale = optimizer.clipGrad > 0 && norm > optimizer.clipGrad ? optimizer.clipGrad / norm : 1
        state.step += 1
        adamwRange(weights, gradients, state, optimizer, scale, 0, weights.length)
        near(weights, step.params)
        near(state.mean, step.m)
        near(state.variance, step.v)
      }
    },
  )

  it('touches nothing outside its range', () => {
    const weights = Float32Array.of(1, 2, 3, 4)
    const state = adamState(4)
    state.step = 1
    const options = { lr: 0.1, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0 }
    adamwRange(weights, Float32Array.of(1, 1, 1, 1), state, options, 1, 1, 3)
    expect([...weights].map((w) => Math.round(w * 1000) / 1000)).toEqual([1, 1.9, 2.9, 4])
    expect(state.mean[0]).toBe(0)
  })
})
