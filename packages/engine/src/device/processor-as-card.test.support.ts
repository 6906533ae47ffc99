import type { Tensor } from 'onnxruntime-node'
import type { Runtime } from '../graph/session.js'

type CreateOptions = Parameters<Runtime['InferenceSession']['create']>[1]

export interface ProcessorAsCard {
  /** Calls itself WebGPU and computes on the CPU. */
  readonly runtime: Runtime
  /** Tensors that lie "on the card" and were not disposed of. */
  onCard(): number
}

/**
 * Stands in for a graphics card where there is none: outputs that a session leaves on the device can only be fed again, not
 * read, and not once they were disposed of or their session was released. Each output of each run passes through `spoil`.
 */
export function processorAsCard(
  cpu: Runtime,
  spoil: (name: string, data: Float32Array) => void = () => {},
): ProcessorAsCard {
  const real = new Map<Tensor, Tensor>()
  const leaveOnCard = (name: string, tensor: Tensor): Tensor => {
    const card = {
      type: tensor.type,
      dims: tensor.dims,
      location: 'gpu-buffer',
      get data() {
        throw new Error(`${name} is on the card and cannot be read`)
      },
      dispose: () => real.delete(card),
    } as unknown as Tensor
    real.set(card, tensor)
    return card
  }
  const fed = (name: string, tensor: Tensor): Tensor => {
    if (tensor.location !== 'gpu-buffer') return tensor
    const found = real.get(tensor)
    if (found === undefined) throw new Error(`${name} was fed after it was gone`)
    return found
  }
  const create = async (bytes: Uint8Array, options: CreateOptions) => {
    const { preferredOutputLocation = 'cpu', ...others } = options ?? {}
    const session = await cpu.InferenceSession.create(bytes, { ...others, executionProviders: ['cpu'] })
    const stays = (name: string) =>
      (typeof preferredOutputLocation === 'string' ? preferredOutputLocation : preferredOutputLocation[name]) ===
      'gpu-buffer'
    const made: Tensor[] = []
    return {
      run: async (feeds: Record<string, Tensor>) => {
        const given = Object.entries(feeds).map(([name, tensor]) => [name, fed(name, tensor)])
        const outputs = await session.run(Object.fromEntries(given))
        for (const [name, { data }] of Object.entries(outputs)) if (data instanceof Float32Array) spoil(name, data)
        return Object.fromEntries(
          Object.entries(outputs).map(([name, tensor]) => {
            const left = stays(name) ? leaveOnCard(name, tensor as Tensor) : tensor
            if (left !== tensor) made.push(left as Tensor)
            return [name, left]
          }),
        )
      },
      release: async () => {
        for (const tensor of made) if (real.has(tensor)) throw new Error('a session was released before its tensors')
        await session.release()
      },
    }
  }
  const InferenceSession = { create } as unknown as Runtime['InferenceSession']
  return { runtime: { ...cpu, InferenceSession, device: 'webgpu' }, onCard: () => real.size }
}
