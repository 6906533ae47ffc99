import { expect, it } from 'vitest'
import { gpuMemoryGb } from './gpu-memory.js'
import { gpuKind, parseGpu } from './parse-gpu.js'

it('reads a kind of GPU, and a number where one is given', () => {
  expect(parseGpu('A100-80GB')).toEqual({ type: 'A100-80GB' })
  expect(parseGpu('H100:8')).toEqual({ type: 'H100', count: 8 })
  expect(parseGpu('H100!:1')).toEqual({ type: 'H100!', count: 1 })
})

it('refuses what no machine has, with what to write instead', () => {
  const form = 'write it as "H100" or "H100:2"'
  for (const gpu of ['H100:x', 'two H100', '', 'H100:', ':2']) {
    expect(() => parseGpu(gpu)).toThrow(`gpu "${gpu}" is not understood; ${form}`)
  }
  expect(() => parseGpu('H100:16')).toThrow(`gpu "H100:16" asks for 16 GPUs, and one machine has 1 to 8; ${form}`)
  expect(() => parseGpu('H100:0')).toThrow('asks for 0 GPUs')
})

it('knows a kind of GPU in any case, and with the mark that keeps it from being replaced', () => {
  for (const type of ['A100-80GB', 'a100-80gb', 'A100-80GB!']) {
    expect([gpuKind(type), gpuMemoryGb(type)]).toEqual(['A100-80GB', 80])
  }
  expect(gpuMemoryGb('X9')).toBeUndefined()
})
