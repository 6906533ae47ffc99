import { describe, expect, it } from 'vitest'
import { replicaCount, threadsOfReplicas } from './replica-count.js'

describe('replicaCount', () => {
  it('trains small models by replicas, on the processor alone', () => {
    expect(replicaCount({ isTrainable: true }, 2, 6_000_000)).toBe(2)
    expect(replicaCount({ isTrainable: true }, 16, 6_000_000)).toBe(4)
    expect(replicaCount({ isTrainable: true, device: 'auto' }, 2, 6_000_000)).toBe(2)
    for (const options of [
      { isTrainable: false },
      { isTrainable: true, lora: { rank: 4 } },
      { isTrainable: true, device: 'webgpu' } as const,
    ])
      expect(replicaCount(options, 8, 6_000_000)).toBe(1)
    expect(replicaCount({ isTrainable: true, device: 'auto' }, 8, 20_000_000)).toBe(1)
    expect(replicaCount({ isTrainable: true }, 8, 135_000_000)).toBe(1)
    // ONNX Runtime takes 0 threads for all there are.
    for (const threads of [0, 1]) expect(replicaCount({ isTrainable: true }, threads, 6_000_000)).toBe(1)
  })

  it('leaves no thread over', () => {
    expect(threadsOfReplicas(7, 2)).toEqual([4, 3])
    expect(threadsOfReplicas(16, 4)).toEqual([4, 4, 4, 4])
  })
})
