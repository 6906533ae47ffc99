import { fileURLToPath } from 'node:url'
import { type LocalProcess, type LocalProcessOptions, startLocalProcess } from './local-process.js'

export interface GuardedProcessOptions extends Omit<LocalProcessOptions, 'onLine'> {
  /** A word that tells this guard from all others in the list of processes. */
  readonly label: string
  /** Time between SIGTERM and SIGKILL for the program and all it started, milliseconds. Default 4,000. */
  readonly graceMs?: number
  /** Folder in which the guard leaves who runs and how it ended. Left out: it leaves nothing. */
  readonly recordFolder?: string
  /** The program is ended after this time, milliseconds. Left out: never. */
  readonly timeoutMs?: number
}

/**
 * Starts a program that does not watch its parent under a guard that does: the program and all it starts end with this
 * process, however that ends, unless `isDetached`. What is returned is the guard, which ends as the program ends: a
 * signal that ended the program reads as exit code 128 + its number.
 */
export function startGuardedProcess(options: GuardedProcessOptions): Promise<LocalProcess> {
  const { label, graceMs, recordFolder, timeoutMs, command, args, ...rest } = options
  return startLocalProcess({
    ...rest,
    command: process.execPath,
    args: [
      guardEntry(),
      `--label=${label}`,
      ...(graceMs === undefined ? [] : [`--grace-ms=${graceMs}`]),
      ...(recordFolder === undefined ? [] : [`--record=${recordFolder}`]),
      ...(timeoutMs === undefined ? [] : [`--timeout-ms=${timeoutMs}`]),
      ...(options.isDetached ? [] : ['--with-parent']),
      '--',
      command,
      ...args,
    ],
  })
}

function guardEntry(): string {
  // Under a test runner this module is TypeScript, which a process of Node 20 cannot run: the built program guards.
  const path = import.meta.url.endsWith('.ts') ? '../../dist/compute/guard-main.js' : './guard-main.js'
  return fileURLToPath(new URL(path, import.meta.url))
}
