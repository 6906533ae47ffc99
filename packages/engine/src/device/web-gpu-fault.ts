import { loadRuntime } from '../graph/session.js'
import { deviceFault } from './device-fault.js'

/** Tells in a sentence why WebGPU cannot train on this machine; null when it computes gradients as the CPU does. */
export async function webGpuFault(): Promise<string | null> {
  return deviceFault(await loadRuntime('cpu'), await loadRuntime('webgpu'))
}
