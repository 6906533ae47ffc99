import { gpuKind } from './parse-gpu.js'

/** Memory of one GPU, GB, by Modal's name of it. */
const memoryGb: Readonly<Record<string, number>> = {
  T4: 16,
  L4: 24,
  A10G: 24,
  'A100-40GB': 40,
  L40S: 48,
  'A100-80GB': 80,
  H100: 80,
  H200: 141,
  B200: 180,
}

/** Returns the memory of one GPU, GB; undefined for a kind that is not known. */
export function gpuMemoryGb(type: string): number | undefined {
  return memoryGb[gpuKind(type)]
}
