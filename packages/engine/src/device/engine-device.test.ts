import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { EngineCore } from '../engine-core.js'
import { webGpuFault } from './training-runtime.js'

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

it('refuses WebGPU for serving alone', async () => {
  const opened = EngineCore.open({ ...options, isTrainable: false, device: 'webgpu' })
  await expect(opened).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('training only') })
})
