import type { DeviceChoice } from '../engine-api.js'
import { EngineError } from '../errors.js'
import type { Device } from '../graph/device.js'
import { loadRuntime, type Runtime } from '../graph/session.js'
import { deviceFault } from './device-fault.js'

/**
 * Parameters from which 'auto' tries WebGPU. Measured on an H100 beside 16 cores: a step is 1.2 to 1.4 times as fast as on
 * the CPU at 6 million, 2.1 to 2.2 times at 11 million, 3.5 to 3.9 times at 135 million (docs/webgpu.md).
 */
export const autoMinParameters = 10_000_000

/**
 * Loads ONNX Runtime for training on the chosen device. A graphics card is used only after it has computed gradients as
 * the CPU does: 'auto' stays on the CPU otherwise, 'webgpu' rejects with EngineError `device-unavailable`, saying why.
 */
export async function trainingRuntime(
  choice: DeviceChoice,
  parameters: number,
  load: (device: Device) => Promise<Runtime> = loadRuntime,
): Promise<Runtime> {
  const cpu = await load('cpu')
  if (choice === 'cpu' || (choice === 'auto' && parameters < autoMinParameters)) return cpu
  const webgpu = await load('webgpu')
  const fault = await deviceFault(cpu, webgpu)
  if (fault === null) return webgpu
  if (choice === 'auto') return cpu
  throw new EngineError('device-unavailable', `${fault}, or train with device 'cpu'`)
}
