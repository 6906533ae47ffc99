import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, lstat, stat, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism, freemem, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'

/** What `doctor` asks of the machine; each answer is a fact or a thrown reason. */
export interface Machine {
  readonly nodeVersion: string
  readonly platform: string
  readonly cores: number
  /** Bytes this process may use at most, container limits included, and those that are free now. */
  memory(): { readonly total: number; readonly free: number }
  /** Loads onnxruntime-node as the engine does and returns its version. */
  loadRuntime(): Promise<string>
  /** Folder of the bundled model. */
  findBundledModel(signal: AbortSignal): Promise<string>
  /** Free bytes at the nearest folder of a path that exists, which must be writable. */
  freeDisk(path: string): Promise<{ readonly folder: string; readonly free: number; readonly isWritable: boolean }>
  /** Why gradients cannot be computed on a graphics card through WebGPU; null when they can. */
  webGpuFault(): Promise<string | null>
  /** One line a GPU, e.g. `NVIDIA H100, 81559 MiB`; throws where there is no nvidia-smi. */
  listGpus(signal: AbortSignal): Promise<readonly string[]>
}

/** Asks the machine this process runs on. */
export function thisMachine(): Machine {
  return {
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memory() {
      // Zero or a huge number where no limit is set.
      const limit = process.constrainedMemory?.() ?? 0
      const total = limit > 0 && limit < totalmem() ? limit : totalmem()
      return { total, free: Math.min(total, freemem()) }
    },
    async loadRuntime() {
      // Resolved from the engine, whose optional dependency it is; a strict package manager hides it from the gym.
      const fromEngine = createRequire(fileURLToPath(import.meta.resolve('@training-gym/engine')))
      const runtime: unknown = fromEngine('onnxruntime-node')
      return versionOf(runtime)
    },
    async findBundledModel(signal) {
      const { resolveModel } = await import('../../models/resolve-model.js')
      return resolveModel('tiny-poet').resolve({ signal })
    },
    async freeDisk(path) {
      const folder = await nearestExisting(path)
      const { bavail, bsize } = await statfs(folder)
      const isWritable = await access(folder, constants.W_OK).then(
        () => true,
        () => false,
      )
      return { folder, free: bavail * bsize, isWritable }
    },
    async webGpuFault() {
      // In a process of its own: drivers write to the terminal what nobody asked for, and a broken one ends the process.
      const probe = promisify(execFile)(process.execPath, [webGpuProbe()], { timeout: 120_000 })
      const { stdout } = await probe.catch((cause: unknown) => {
        throw new Error('the process that tried it ended before it could tell', { cause })
      })
      return z.string().nullable().parse(JSON.parse(stdout))
    },
    listGpus(signal) {
      const args = ['--query-gpu=name,memory.total', '--format=csv,noheader']
      return new Promise((resolve, reject) => {
        execFile('nvidia-smi', args, { signal, timeout: 10_000 }, (error, stdout) => {
          if (error !== null) reject(error)
          else resolve(stdout.split('\n').filter((line) => line.trim() !== ''))
        })
      })
    },
  }
}

/** Under a test runner this module is TypeScript, which Node 20 cannot run: the built probe serves. */
function webGpuProbe(): string {
  const isSource = import.meta.url.endsWith('.ts')
  const built = isSource ? '../../../dist/cli/doctor/probe-webgpu.js' : './probe-webgpu.js'
  return fileURLToPath(new URL(built, import.meta.url))
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory()) return path
  if (found !== null) throw new Error(`${path} is a file, so no folder can be made there`)
  const link = await lstat(path).catch(() => null)
  if (link !== null) throw new Error(`${path} is a link that leads nowhere, so no folder can be made there`)
  const parent = dirname(path)
  return parent === path ? path : nearestExisting(parent)
}

function versionOf(runtime: unknown): string {
  if (typeof runtime === 'object' && runtime !== null && 'env' in runtime) {
    const { env } = runtime
    if (typeof env === 'object' && env !== null && 'versions' in env) {
      const { versions } = env
      if (typeof versions === 'object' && versions !== null && 'node' in versions) return String(versions.node)
    }
  }
  return 'of unknown version'
}
