import { Tensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Device } from '../graph/device.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { processorAsCard } from './processor-as-card.test.support.js'
import { TensorTransfer } from './tensor-transfer.js'
import { autoMinParameters, trainingRuntime } from './training-runtime.js'

let cpu: Runtime
beforeAll(async () => {
  cpu = await loadRuntime()
})

/** A machine whose WebGPU is the CPU, with each output of each run passed through `spoil`. */
function machine(spoil?: (name: string, data: Float32Array) => void) {
  return async (device: Device): Promise<Runtime> => (device === 'cpu' ? cpu : processorAsCard(cpu, spoil).runtime)
}

const sound = machine()
const dead = async (device: Device): Promise<Runtime> => {
  if (device === 'cpu') return cpu
  const create = async () => {
    throw new Error('/src/webgpu_context.cc:136 Initialize() status == Success was false. No supported adapters\n')
  }
  return { ...cpu, device, InferenceSession: { create } as unknown as Runtime['InferenceSession'] }
}

describe('trainingRuntime', () => {
  it('takes a device that computes as the CPU does', async () => {
    expect((await trainingRuntime('webgpu', 1, sound)).device).toBe('webgpu')
    expect((await trainingRuntime('auto', autoMinParameters, sound)).device).toBe('webgpu')
  })

  it('does not try a graphics card for cpu, nor for a model that it would slow down', async () => {
    const load = async (device: Device) => {
      expect(device).toBe('cpu')
      return cpu
    }
    expect((await trainingRuntime('cpu', 1e9, load)).device).toBe('cpu')
    expect((await trainingRuntime('auto', autoMinParameters - 1, load)).device).toBe('cpu')
  })

  it.each([
    ['one wrong gradient', 'grad:model.layers.1.self_attn.q_norm.weight', (x: number) => x * 1.01],
    ['a gradient that is not a number', 'grad:model.layers.0.mlp.up_proj.weight', () => Number.NaN],
  ])('rejects a device with %s, naming the tensor', async (_name, tensor, wrong) => {
    const load = machine((name, data) => {
      if (name === tensor) data[0] = wrong(data[0] as number)
      if (name === tensor) for (let i = 0; i < data.length; i++) data[i] = wrong(data[i] as number)
    })
    await expect(trainingRuntime('webgpu', 1, load)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringContaining(`the gradient of ${tensor.slice('grad:'.length)}`),
    })
    expect((await trainingRuntime('auto', autoMinParameters, load)).device).toBe('cpu')
  })

  it('rejects a device whose optimizer goes wrong where its gradients are right', async () => {
    const load = machine((name, data) => {
      if (name === 'variance:model.norm.weight') data[0] = 2 * (data[0] as number)
    })
    await expect(trainingRuntime('webgpu', 1, load)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringContaining('the second moment of model.norm.weight'),
    })
  })

  it('says what ONNX Runtime said when no adapter is there, and the next step', async () => {
    const message =
      'WebGPU cannot be used here: ONNX Runtime says "No supported adapters"; install a Vulkan driver and its loader (Debian: libvulkan1), or train with device \'cpu\''
    await expect(trainingRuntime('webgpu', 1, dead)).rejects.toMatchObject({ code: 'device-unavailable', message })
    expect((await trainingRuntime('auto', autoMinParameters, dead)).device).toBe('cpu')
  })
})

it('gives back the tensors it was given, as new ones each time', async () => {
  const weights = Float32Array.of(1, 2, 3, 4)
  const feeds = { a: new Tensor('float32', weights, [2, 2]), b: new Tensor('float32', Float32Array.of(5), [1]) }
  const transfer = await TensorTransfer.open(cpu, feeds, 'device')
  const kept = await transfer.copy(feeds)
  weights[0] = 9
  expect(Array.from(kept.a?.data as Float32Array)).toEqual([1, 2, 3, 4])
  expect(Array.from((await transfer.copy(feeds)).a?.data as Float32Array)).toEqual([9, 2, 3, 4])
  await transfer.close()
})
