import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { GymError } from '../../errors.js'
import { checkSpec, portVariable } from '../check-spec.js'
import { findProgram } from '../find-program.js'
import { findFreePort } from '../free-port.js'
import type { ComputeHost, ProcessSpec, RunningProcess, VolumeMount } from '../host.js'
import { interrupted, pause } from '../interrupted.js'
import { startGuardedProcess } from '../start-guarded-process.js'
import { volumePath } from '../volume-path.js'
import { claimName } from './claim-name.js'
import { localProcessHandle } from './local-process-handle.js'
import { localVolume } from './local-volume.js'
import { outputFile, type ProcessRecord, readExit, readRecord, readStart, writeRecord } from './process-record.js'

export interface LocalHostOptions {
  /** Folder of the gym's state; processes and volumes live below it. */
  readonly home: string
  /** Default: that of this process. Its PATH finds the programs. */
  readonly env?: NodeJS.ProcessEnv
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number
}

/**
 * Creates the host that runs processes on this machine, without containers: each has a folder of its own with its record,
 * output and exit code, so that another client, now or after this one was killed, finds it and reads it from the start.
 */
export function localHost({ home, env = process.env, clock = Date.now }: LocalHostOptions): ComputeHost {
  const processes = join(home, 'processes')
  const volumes = join(home, 'volumes')
  const pathOf = (_: string, { name, subPath }: VolumeMount): string =>
    join(volumes, name, subPath === undefined ? '' : volumePath(subPath))
  const handleOf = (id: string): RunningProcess | null => {
    const folder = join(processes, id)
    const record = readRecord(folder)
    return record === null ? null : localProcessHandle(folder, record, clock)
  }
  const records = (): ProcessRecord[] =>
    foldersOf(processes)
      .flatMap((id) => readRecord(join(processes, id)) ?? [])
      .sort((a, b) => a.createdAt - b.createdAt)

  return {
    kind: 'local',
    pathOf,
    async start(wanted, signal) {
      const spec = checkSpec(wanted)
      if (signal?.aborted) throw interrupted(`the start of "${spec.name}"`, signal)
      await requireProgram(spec, env)
      const id = `${spec.name}-${randomBytes(4).toString('hex')}`
      const folder = join(processes, id)
      const ports: Record<string, number> = {}
      for (const port of spec.ports ?? []) ports[port] = await findFreePort(0)
      const environment = {
        ...spec.environment,
        ...Object.fromEntries(Object.entries(ports).map(([port, actual]) => [portVariable(Number(port)), `${actual}`])),
      }
      const { name, tags, readiness = null } = spec
      makeFolder(folder)
      for (const [path, mount] of Object.entries(spec.volumes)) makeFolder(pathOf(path, mount))
      const record: ProcessRecord = {
        id,
        name,
        tags,
        createdAt: clock(),
        ports,
        environment,
        readiness: plain(readiness),
      }
      writeFileSync(outputFile(folder), '')
      writeRecord(folder, record)
      try {
        // After the record: from then on others see that this process has the name.
        const isHeld = async (holder: string) => (await handleOf(holder)?.poll()) === null
        await claimName(join(processes, '.names'), spec.name, id, isHeld)
      } catch (error) {
        rmSync(folder, { recursive: true })
        throw error
      }
      await startGuard(spec, folder, environment)
      return localProcessHandle(folder, record, clock)
    },
    async attach({ id, name }) {
      if (id !== undefined) return /^[\w.-]+$/.test(id) ? handleOf(id) : null
      const record = records().findLast((one) => one.name === name)
      return record === undefined ? null : handleOf(record.id)
    },
    async list(tags) {
      const wanted = Object.entries(tags)
      const matching = records().filter((one) => wanted.every(([key, value]) => one.tags[key] === value))
      const running = await Promise.all(
        matching.map(async (one) => ((await handleOf(one.id)?.poll()) === null ? [one] : [])),
      )
      return running.flat().map(({ id, name, tags, createdAt }) => {
        return { reference: { kind: 'local' as const, id, name }, tags, createdAt }
      })
    },
    volume: (name) => localVolume(name, join(volumes, name)),
    async close() {},
    async [Symbol.asyncDispose]() {},
  }
}

function plain(readiness: ProcessSpec['readiness'] | null): ProcessRecord['readiness'] {
  return readiness ? { command: [...readiness.command], intervalMs: readiness.intervalMs } : null
}

function foldersOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'))
  } catch {
    return []
  }
}

async function requireProgram({ name, command, environment }: ProcessSpec, env: NodeJS.ProcessEnv): Promise<void> {
  const [program = ''] = command
  if ((await findProgram(program, environment.PATH ?? env.PATH)) !== null) return
  const message = `cannot start "${name}": there is no program "${program}" on this machine; install it or give its full path`
  throw new GymError('config', 'program-missing', message)
}

async function startGuard(spec: ProcessSpec, folder: string, environment: Record<string, string>): Promise<void> {
  const [command = '', ...args] = spec.command
  const guard = await startGuardedProcess({
    name: `process "${spec.name}"`,
    label: spec.name,
    command,
    args,
    env: environment,
    logFile: outputFile(folder),
    isDetached: spec.isDetached ?? true,
    recordFolder: folder,
    timeoutMs: spec.timeoutMs,
  })
  guard.unref()
  while (readStart(folder) === null && readExit(folder) === null && guard.exit === null) {
    await pause(10, `the start of "${spec.name}"`, undefined)
  }
  if (readStart(folder) !== null || readExit(folder) !== null) return
  const message = `the guard of "${spec.name}" ended at once: ${await guard.readTail()}; see that this installation is whole`
  throw new GymError('engine', 'process-not-started', message)
}
