import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openWeights, readSafetensors } from './checkpoint/safetensors.js'
import type { LossOptions, TrainGroup } from './engine-api.js'
import { EngineCore } from './engine-core.js'
import { clipScale } from './training/clip-scale.js'

const modelPath = fileURLToPath(new URL('../fixtures/qwen3-tied', import.meta.url))
const lora = { rank: 4, seed: 7 }
const loss: LossOptions = { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.28, klCoef: 0, klType: 'k2', entropyCoef: 0 }
const optimizer = { lr: 1e-2, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, clipGrad: 1 }

const open = (folder = modelPath) =>
  EngineCore.open({ modelPath: folder, threads: 1, isTrainable: true, maxBatch: 8, lora })

/** Samples a group from the policy as it is now and takes one step on it. */
async function rolloutAndStep(core: EngineCore, round: number) {
  const promptTokenIds = [1, 40, 41, 42 + round]
  const seeds = [1, 2, 3, 4].map((seed) => seed + 10 * round)
  const drawn = await core.generate({ promptTokenIds, seeds, sampling: { maxNewTokens: 8 } })
  const responses = drawn.map(({ tokenIds, logprobs }, i) => ({ tokenIds, oldLogprobs: logprobs, advantage: i - 1.5 }))
  const groups: TrainGroup[] = [{ promptTokenIds, responses }]
  const gradient = await core.computeGradient({ groups, loss, temperature: 1, denominator: 32 })
  const gradNorm = await core.gradientNorm()
  await core.update(optimizer, clipScale(gradNorm, gradient.loss, optimizer.clipGrad))
  return { groups, result: { ...gradient, gradNorm } }
}

describe('training adapters', () => {
  it('samples from the policy that it trains: log-probabilities agree before every step', async () => {
    const core = await open()
    for (const round of [0, 1, 2]) {
      const { result } = await rolloutAndStep(core, round)
      expect(result.maxLogprobGap).toBeLessThan(2e-5)
      expect(result.gradNorm).toBeGreaterThan(0)
    }
    await core.close()
  })

  it('keeps the base model as reference, however far the policy has moved', async () => {
    const core = await open()
    await core.keepReference(null)
    const { groups } = await rolloutAndStep(core, 0)
    const sampled = groups.map((group) => group.responses.map((response) => [...response.oldLogprobs]))
    const reference = await core.logprobs(groups, 1, 'reference')
    const current = await core.logprobs(groups, 1, 'current')
    const gap = (a: number[][][], b: number[][][]) =>
      Math.max(...a.flat(2).map((value, i) => Math.abs(value - (b.flat(2)[i] as number))))
    expect(gap(reference, sampled)).toBeLessThan(2e-5)
    expect(gap(current, sampled)).toBeGreaterThan(1e-3)
    await core.close()
  })

  it('goes on from its saved state with the very bits of a run that was never stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lora-'))
    const whole = await open()
    await rolloutAndStep(whole, 0)
    await whole.saveTrainingState(join(folder, 'state.safetensors'))
    await whole.saveCheckpoint(join(folder, 'first'))
    await rolloutAndStep(whole, 1)
    await whole.saveCheckpoint(join(folder, 'whole'))
    await whole.close()

    const resumed = await open()
    await resumed.restore(join(folder, 'first'), join(folder, 'state.safetensors'))
    await rolloutAndStep(resumed, 1)
    await resumed.saveCheckpoint(join(folder, 'resumed'))
    await resumed.close()
    for (const file of ['model.safetensors', 'adapter/adapter_model.safetensors']) {
      const [a, b] = await Promise.all(['whole', 'resumed'].map((name) => readFile(join(folder, name, file))))
      expect(a?.equals(b as Buffer), file).toBe(true)
    }
  })

  it("writes the merged model and, inside, the adapter in PEFT's format, whose product is the difference", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lora-'))
    const core = await open()
    await rolloutAndStep(core, 0)
    await core.saveCheckpoint(join(folder, 'iter'))
    await core.close()

    const config = JSON.parse(await readFile(join(folder, 'iter/adapter/adapter_config.json'), 'utf8'))
    expect(config).toMatchObject({ peft_type: 'LORA', r: 4, lora_alpha: 8, bias: 'none', task_type: 'CAUSAL_LM' })
    expect(config.target_modules).toContain('down_proj')
    const adapter = await readSafetensors(join(folder, 'iter/adapter/adapter_model.safetensors'))
    const [base, merged] = [await openWeights(modelPath), await openWeights(join(folder, 'iter'))]
    for (const layer of ['model.layers.0.self_attn.k_proj', 'model.layers.1.mlp.down_proj']) {
      const [outputs, inputs] = (base.tensors.get(`${layer}.weight`) as { shape: readonly number[] }).shape as [
        number,
        number,
      ]
      const a = await adapter.read(`base_model.model.${layer}.lora_A.weight`)
      const b = await adapter.read(`base_model.model.${layer}.lora_B.weight`)
      expect(adapter.tensors.get(`base_model.model.${layer}.lora_A.weight`)?.shape).toEqual([4, inputs])
      const [before, after] = [await base.read(`${layer}.weight`), await merged.read(`${layer}.weight`)]
      let worst = 0
      for (let o = 0; o < outputs; o++)
        for (let i = 0; i < inputs; i++) {
          let product = 0
          for (let r = 0; r < 4; r++) product += (b[o * 4 + r] as number) * (a[r * inputs + i] as number)
          const at = o * inputs + i
          worst = Math.max(worst, Math.abs((before[at] as number) + 2 * product - (after[at] as number)))
        }
      expect(worst, layer).toBeLessThan(1e-6)
    }
    // The merged folder is a model like any other: training may go on from it.
    const next = await open(join(folder, 'iter'))
    expect((await rolloutAndStep(next, 1)).result.maxLogprobGap).toBeLessThan(2e-5)
    await next.close()
  })

  it('refuses to restore onto a model or from a folder that is not of that state, and stays as it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lora-'))
    const [iter, state] = [join(folder, 'iter'), join(folder, 'state.safetensors')]
    const core = await open()
    const { groups } = await rolloutAndStep(core, 0)
    await core.saveCheckpoint(iter)
    await core.saveTrainingState(state)
    await core.close()
    const scored = (engine: EngineCore) => engine.logprobs(groups, 1, 'current')

    const onBase = await open()
    const base = await scored(onBase)
    await expect(onBase.restore(join(folder, 'nowhere'), state)).rejects.toMatchObject({ code: 'bad-checkpoint' })
    await expect(onBase.restore(modelPath, state)).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('open the engine on the model that the training started from'),
    })
    expect(await scored(onBase)).toEqual(base)
    await onBase.restore(iter, state)
    const restored = await scored(onBase)
    await onBase.close()

    const onCheckpoint = await open(iter)
    await expect(onCheckpoint.restore(iter, state)).rejects.toMatchObject({ code: 'bad-request' })
    for (const [i, value] of (await scored(onCheckpoint)).flat(2).entries())
      expect(value).toBeCloseTo(restored.flat(2)[i] as number, 5)
    await onCheckpoint.close()
  })

  it("refuses another run's state", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lora-'))
    const core = await open()
    await core.saveTrainingState(join(folder, 'state.safetensors'))
    await core.close()
    const full = await EngineCore.open({ modelPath, threads: 1, isTrainable: true, maxBatch: 8 })
    await expect(full.restore(modelPath, join(folder, 'state.safetensors'))).rejects.toThrow('adapter values')
    await full.close()
  })
})
