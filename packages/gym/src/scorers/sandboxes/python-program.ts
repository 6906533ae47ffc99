import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GymError, messageOf } from '../../errors.js'

/** A Python that runs, and whether it can be shut in. */
export interface PythonProgram {
  /** Full path of the interpreter itself, behind any launcher. */
  readonly executable: string
  /** Folders that it needs to start. */
  readonly folders: readonly string[]
  readonly isolation: 'bwrap' | 'limits-only'
}

const execute = promisify(execFile)

/** Time for bubblewrap to show that it works, milliseconds. */
const probeLimitMs = 10_000

/**
 * Finds the Python to run and tries out whether bubblewrap works here (it needs user namespaces, which some containers
 * forbid). One failure does not settle that: it tries again, and no answer in time is an error, not a reason to run
 * the code without it.
 *
 * @throws GymError 'config' (`python-missing`, `bwrap-missing`) in place of scores that would blame the model, and
 *   'reward' (`sandbox-failed`) when bwrap gives no answer.
 */
export async function findPython(
  python: string,
  wanted: 'auto' | 'bwrap' | 'limits',
  limitMs = probeLimitMs,
): Promise<PythonProgram> {
  const facts = await askPython(python)
  if (wanted === 'limits') return { ...facts, isolation: 'limits-only' }
  const args = [...bwrapArguments(facts.folders), '--', facts.executable, '-I', '-c', '']
  const refusal = (await bwrapRefusal(args, limitMs)) && (await bwrapRefusal(args, limitMs))
  if (refusal === null) return { ...facts, isolation: 'bwrap' }
  if (wanted === 'auto') return { ...facts, isolation: 'limits-only' }
  const message = `unitTests() is to use bwrap, which does not work here (${firstLine(refusal)}); install bubblewrap and allow user namespaces, or set isolation: 'limits'`
  throw new GymError('config', 'bwrap-missing', message, { cause: refusal })
}

/** Starts bwrap once: null when it works, else why it does not. */
async function bwrapRefusal(args: readonly string[], limitMs: number): Promise<unknown> {
  try {
    await execute('bwrap', [...args], { timeout: limitMs })
    return null
  } catch (cause) {
    if (!(cause instanceof Error && 'killed' in cause && cause.killed === true)) return cause
    const message = `bwrap gave no answer within ${limitMs / 1000} s; try again on a less busy machine, or set isolation: 'limits'`
    throw new GymError('reward', 'sandbox-failed', message, { cause })
  }
}

async function askPython(python: string): Promise<Pick<PythonProgram, 'executable' | 'folders'>> {
  const question = 'import json,sys;print(json.dumps([sys.executable,sys.prefix,sys.base_prefix,sys.exec_prefix]))'
  try {
    const { stdout } = await execute(python, ['-I', '-c', question], { timeout: 10_000 })
    const [executable = python, ...folders] = JSON.parse(stdout) as string[]
    return { executable, folders: [...new Set(folders)] }
  } catch (cause) {
    const message = `unitTests() cannot run Python: "${python}" does not start (${firstLine(cause)}); install Python 3, or name one in the option "python"`
    throw new GymError('config', 'python-missing', message, { cause })
  }
}

/**
 * Shuts a program in: own user, process, network, IPC and host name spaces; of the files only the system's programs and
 * libraries and the interpreter's folders, read-only; an empty /tmp. Everything in it dies with bwrap.
 */
export function bwrapArguments(folders: readonly string[]): string[] {
  const system = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc/ld.so.cache', '/etc/alternatives']
  const readable = [...system, ...folders].flatMap((folder) => ['--ro-bind-try', folder, folder])
  const spaces = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL']
  return [...spaces, ...readable, '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', '/tmp']
}

function firstLine(error: unknown): string {
  return messageOf(error).trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}
