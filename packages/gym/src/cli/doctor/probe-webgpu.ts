import { webGpuFault } from '@training-gym/engine'

// Run by `doctor` as a process of its own; prints why WebGPU cannot compute gradients here, or null.
process.stdout.write(JSON.stringify(await webGpuFault()))
