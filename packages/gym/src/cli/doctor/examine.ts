import { formatBytes } from '../../console/format.js'
import { GymError, messageOf } from '../../errors.js'
import type { Machine } from './machine.js'

/** One finding: what was looked at, whether it can be used, the fact, and what to do where it cannot. */
export interface Finding {
  readonly name: string
  readonly isOk: boolean
  /** True where the local loop (serve, evaluate, train on this machine's CPU) cannot run without it. */
  readonly isRequired: boolean
  readonly fact: string
  readonly fix?: string
}

export interface ExamineOptions {
  readonly home: string
  /** Variables of the process; Modal's SDK reads its own by itself. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

const oldestNode = [20, 19] as const
// The tutorial's own bounds: 1.5 GB of memory, and some 30 checkpoints of TinyPoet with what resuming needs.
const leastMemory = 1.5e9
const leastDisk = 1e9
const modalTokens = 'MODAL_TOKEN_ID and MODAL_TOKEN_SECRET'

/** Looks at all that the gym can use on a machine, required things first. */
export async function examine(machine: Machine, options: ExamineOptions): Promise<Finding[]> {
  return [
    examineNode(machine),
    examineCores(machine),
    examineMemory(machine),
    await examineRuntime(machine),
    await examineModel(machine, options.signal),
    await examineDisk(machine, options.home),
    await examineGpus(machine, options.signal),
    await examineWebGpu(machine),
    await examineModal(options.env),
  ]
}

function examineNode({ nodeVersion, platform }: Machine): Finding {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  const isOk = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
  return {
    name: 'Node.js',
    isOk,
    isRequired: true,
    fact: `${nodeVersion} on ${platform}`,
    ...(isOk ? {} : { fix: `install Node.js ${oldestNode.join('.')} or newer` }),
  }
}

function examineCores({ cores }: Machine): Finding {
  return { name: 'CPU', isOk: true, isRequired: true, fact: cores === 1 ? '1 core, so 1 thread' : `${cores} cores` }
}

function examineMemory(machine: Machine): Finding {
  const { total, free } = machine.memory()
  const isOk = total >= leastMemory
  return {
    name: 'memory',
    isOk,
    isRequired: true,
    fact: `${formatBytes(total)}, ${formatBytes(free)} of it free`,
    ...(isOk ? {} : { fix: `the loop needs up to ${formatBytes(leastMemory)}; give this machine or container more` }),
  }
}

async function examineRuntime(machine: Machine): Promise<Finding> {
  const name = 'onnxruntime-node'
  try {
    const version = await machine.loadRuntime()
    return { name, isOk: true, isRequired: true, fact: `${version} loads, ${machine.cores} threads by default` }
  } catch (error) {
    const isMissing = messageOf(error).includes("Cannot find module 'onnxruntime-node'")
    return {
      name,
      isOk: false,
      isRequired: true,
      fact: isMissing ? 'not installed' : `does not load: ${firstLine(error)}`,
      fix: isMissing
        ? 'run: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0'
        : 'it needs 64-bit Linux with glibc 2.27+, macOS 13.3+ or Windows 10+; reinstall node_modules when those fit',
    }
  }
}

async function examineModel(machine: Machine, signal: AbortSignal): Promise<Finding> {
  const name = 'bundled model'
  try {
    await machine.findBundledModel(signal)
    return { name, isOk: true, isRequired: true, fact: 'tiny-poet is here' }
  } catch (error) {
    return { name, isOk: false, isRequired: true, fact: firstLine(error), fix: 'install training-gym again' }
  }
}

async function examineDisk(machine: Machine, home: string): Promise<Finding> {
  const name = 'disk'
  try {
    const { folder, free, isWritable } = await machine.freeDisk(home)
    const isOk = isWritable && free >= leastDisk
    const fix = isWritable
      ? `free some space (${formatBytes(leastDisk)} at least), or choose another folder with --home`
      : 'choose another folder with --home or TRAINING_GYM_HOME'
    return {
      name,
      isOk,
      isRequired: true,
      fact: `${formatBytes(free)} free${isWritable ? '' : ', but not writable'} at ${folder}, for ${home}`,
      ...(isOk ? {} : { fix }),
    }
  } catch (error) {
    return { name, isOk: false, isRequired: true, fact: firstLine(error), fix: 'choose another folder with --home' }
  }
}

async function examineWebGpu(machine: Machine): Promise<Finding> {
  const fault = await machine.webGpuFault().catch(firstLine)
  return {
    name: 'WebGPU',
    isOk: fault === null,
    isRequired: false,
    fact: fault ?? "computes gradients as the CPU does: a recipe's device 'webgpu' trains on it",
    ...(fault === null ? {} : { fix: 'not needed: training runs on the CPU' }),
  }
}

async function examineGpus(machine: Machine, signal: AbortSignal): Promise<Finding> {
  const name = 'NVIDIA GPU'
  const withoutGpu = 'not needed for small models: serving and training run on the CPU'
  try {
    const gpus = await machine.listGpus(signal)
    const isOk = gpus.length > 0
    const fact = isOk ? gpus.join('; ') : 'nvidia-smi lists none'
    return { name, isOk, isRequired: false, fact, ...(isOk ? {} : { fix: withoutGpu }) }
  } catch (error) {
    const isMissing = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'
    const fact = isMissing ? 'nvidia-smi was not found' : `nvidia-smi failed: ${firstLine(error)}`
    return { name, isOk: false, isRequired: false, fact, fix: withoutGpu }
  }
}

/** Asks Modal's own SDK, which knows all places that credentials may come from; nothing is sent to Modal. */
async function examineModal(env: ExamineOptions['env']): Promise<Finding> {
  const name = 'Modal'
  const file = env.MODAL_CONFIG_PATH || '~/.modal.toml'
  try {
    const { connectModal } = await import('../../compute/modal/connect-modal.js')
    const { client } = await connectModal({ kind: 'modal' })
    client.close()
    return { name, isOk: true, isRequired: false, fact: credentialsFact(env, file) }
  } catch (error) {
    const isMissing = GymError.is(error) && error.code === 'modal-credentials-missing'
    return {
      name,
      isOk: false,
      isRequired: false,
      fact: isMissing ? `${modalTokens} are not set, and no profile of ${file} stands in for them` : firstLine(error),
      fix: `only needed to run on Modal: make a token on modal.com/settings/tokens and set ${modalTokens}`,
    }
  }
}

function credentialsFact(env: ExamineOptions['env'], file: string): string {
  if (env.MODAL_TOKEN_ID && env.MODAL_TOKEN_SECRET) return `${modalTokens} are set`
  if (env.MODAL_OAUTH_REFRESH_TOKEN) return 'MODAL_OAUTH_REFRESH_TOKEN is set'
  return `${env.MODAL_PROFILE ? `the profile "${env.MODAL_PROFILE}"` : 'the active profile'} of ${file} has credentials`
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? ''
}
