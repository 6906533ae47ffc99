import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { EngineCore } from '../engine-core.js'
import { loadRuntime } from '../graph/session.js'
import { processorAsCard } from './processor-as-card.test.support.js'
import { webGpuFault } from './web-gpu-fault.js'

const modelPath = fileURLToPath(new URL('../../fixtures/qwen3-tied', import.meta.url))
const options = { modelPath, threads: 1, maxBatch: 4 }

it('opens for training with device auto, whatever this machine has', async () => {
  const core = await EngineCore.open({ ...options, isTrainable: true, device: 'auto' })
  expect(await core.logits([[1, 2, 3]])).toHaveLength(1)
  await core.close()
})

it('trains on WebGPU where it is sound, and otherwise says why it does not', async () => {
  const fault = await webGpuFault()
  const opened = EngineCore.open({ ...options, isTrainable: true, device: 'webgpu' })
  if (fault === null) await (await opened).close()
  else {
    const message = `${fault}, or train with device 'cpu'`
    await expect(opened).rejects.toMatchObject({ code: 'device-unavailable', message })
  }
})

it('samples, trains, saves and goes on with everything on a card as on the processor', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'engine-on-card-'))
  const card = processorAsCard(await loadRuntime())
  const trainable = { ...options, isTrainable: true }
  const onCard = await EngineCore.open(trainable, async () => card.runtime)
  const onHost = await EngineCore.open(trainable)
  const prompts = [
    [5, 9, 12],
    [7, 3, 20, 31, 8],
  ]
  const step = async (core: EngineCore, first: number) => {
    const groups = await Promise.all(
      prompts.map(async (promptTokenIds) => {
        const request = { promptTokenIds, seeds: [first, first + 1, first + 2], sampling: { maxNewTokens: 6 } }
        const samples = await core.generate(request)
        const responses = samples.map(({ tokenIds, logprobs }, i) => ({
          tokenIds,
          oldLogprobs: logprobs,
          advantage: i - 1,
        }))
        return { promptTokenIds, responses }
      }),
    )
    const loss = { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.2, klCoef: 0, klType: 'k3', entropyCoef: 0 } as const
    const { maxLogprobGap } = await core.computeGradient({ groups, loss, temperature: 1, denominator: 36 })
    expect(maxLogprobGap).toBeLessThan(1e-4)
    await core.update({ lr: 1e-2, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1, clipGrad: 1 }, 1)
    return groups.map(({ responses }) => responses.map(({ tokenIds }) => tokenIds))
  }
  try {
    for (const core of [onCard, onHost]) await core.keepReference(null)
    expect(await step(onCard, 1)).toEqual(await step(onHost, 1))
    const groups = [
      { promptTokenIds: [4, 6], responses: [{ tokenIds: [9, 11, 3], oldLogprobs: [0, 0, 0], advantage: 0 }] },
    ]
    const scores = async (core: EngineCore, policy: 'current' | 'reference') =>
      (await core.logprobs(groups, 1, policy)).flat(2)
    const close = (a: number[], b: number[]) => Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number))))
    expect(close(await scores(onCard, 'current'), await scores(onHost, 'current'))).toBeLessThan(1e-3)
    expect(close(await scores(onCard, 'reference'), await scores(onHost, 'reference'))).toBeLessThan(1e-5)

    await onCard.saveCheckpoint(join(folder, 'checkpoint'))
    await onCard.saveTrainingState(join(folder, 'state'))
    const before = await scores(onCard, 'current')
    const second = await step(onCard, 10)
    const after = await scores(onCard, 'current')
    expect(close(before, after)).toBeGreaterThan(1e-3)
    await onCard.restore(join(folder, 'checkpoint'), join(folder, 'state'))
    expect(await scores(onCard, 'current')).toEqual(before)
    expect(await step(onCard, 10)).toEqual(second)
    expect(await scores(onCard, 'current')).toEqual(after)
  } finally {
    await onCard.close()
    await onHost.close()
    await rm(folder, { recursive: true })
  }
  expect(card.onCard()).toBe(0)
})

it('refuses WebGPU for serving alone', async () => {
  const opened = EngineCore.open({ ...options, isTrainable: false, device: 'webgpu' })
  await expect(opened).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('training only') })
})
