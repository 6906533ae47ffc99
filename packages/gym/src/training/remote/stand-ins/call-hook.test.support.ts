import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { hookCaller, slimePackage } from './slime-package.test.support.js'

/** A sample as slime's Python has it. */
export interface PythonSample {
  readonly group_index: number | null
  readonly index: number
  readonly prompt: string
  readonly label: unknown
  readonly tokens: readonly number[]
  readonly response: string
  readonly response_length: number
  readonly loss_mask: readonly number[] | null
  readonly rollout_log_probs: readonly number[] | null
  readonly reward: unknown
  readonly status: 'pending' | 'completed' | 'truncated' | 'aborted'
}

/** What slime hands to a hook. */
export type HookJob = {
  /** As in slime's flags, e.g. `gym_samples.keep`. */
  readonly hook: string
  readonly args: Readonly<Record<string, unknown>>
  readonly samples: readonly PythonSample[]
} & (
  | { readonly kind: 'generate'; readonly sampling_params: readonly Readonly<Record<string, unknown>>[] }
  | {
      readonly kind: 'keep'
      readonly rollout_id: number
      /** Of an evaluation: what it is on. */
      readonly dataset?: string
    }
)

/** Exit code of a shell that does not find python3. */
const NO_PYTHON = 127

/**
 * Calls a hook of the gym, which PYTHONPATH must lead to, in a Python with slime's stand-in. Returns the samples after it,
 * or null where this machine has no Python.
 */
export async function callHook(job: HookJob, env: NodeJS.ProcessEnv): Promise<PythonSample[] | null> {
  const folder = await mkdtemp(join(tmpdir(), 'gym-slime-package-'))
  try {
    for (const [name, source] of Object.entries({ ...slimePackage, 'main.py': hookCaller })) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), source)
    }
    const child = spawn('python3', [join(folder, 'main.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.end(JSON.stringify(job))
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    const lines = printed.trimEnd().split('\n')
    const samples = lines.pop() ?? ''
    for (const line of lines) process.stdout.write(`${line}\n`)
    if (code === NO_PYTHON) return null
    if (code !== 0) throw new Error(`hook ${job.hook} ended python3 with code ${String(code)}`)
    return JSON.parse(samples) as PythonSample[]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
