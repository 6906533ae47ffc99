import { mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ServerError, Status } from 'nice-grpc'
import { findFreePort } from '../../free-port.js'
import type { LocalProcess } from '../../local-process.js'
import { startGuardedProcess } from '../../start-guarded-process.js'
import { type FakeWorld, fakeId } from './fake-world.test.support.js'

/** What the SDK asks for when it creates a sandbox, as far as the stand-in looks at it. */
export interface CreateRequest {
  readonly appId: string
  readonly tags: readonly FakeTag[]
  readonly definition: {
    readonly entrypointArgs: readonly string[]
    readonly timeoutSecs: number
    readonly name?: string
    readonly secretIds: readonly string[]
    readonly resources?: { readonly gpuConfig?: { readonly count: number } }
    readonly volumeMounts: readonly {
      readonly volumeId: string
      readonly mountPath: string
      readonly subPath?: string
    }[]
    readonly openPorts?: { readonly ports: readonly { readonly port: number }[] }
    readonly readinessProbe?: {
      readonly intervalMs: number
      readonly execCommand?: { readonly argv: readonly string[] }
    }
  }
}

export interface FakeTag {
  readonly tagName: string
  readonly tagValue: string
}

/** A sandbox: a real process of this machine, under a guard that ends it with the stand-in. */
export interface FakeSandbox {
  readonly id: string
  readonly taskId: string
  readonly appId: string
  readonly name: string
  readonly createdAt: number
  readonly definition: CreateRequest['definition']
  readonly mountPaths: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly process: LocalProcess
  readonly logFile: string
  tags: readonly FakeTag[]
  /** How it ended, as Modal tells it; null while it runs. */
  result: { readonly status: number; readonly exitcode: number } | null
  /** Ends it: 3 as TERMINATED, 4 as TIMEOUT. */
  end(status: 3 | 4): Promise<void>
}

const SUCCESS = 1
const FAILURE = 2

/** Starts a sandbox; a name that a running one has is refused. */
export async function startFakeSandbox(world: FakeWorld, request: CreateRequest): Promise<FakeSandbox> {
  const { definition, appId } = request
  const name = definition.name ?? ''
  const hasName = (one: FakeSandbox) => one.name === name && one.appId === appId && one.result === null
  if (name !== '' && [...world.sandboxes.values()].some(hasName)) {
    throw new ServerError(Status.ALREADY_EXISTS, `Sandbox with name '${name}' already exists`)
  }
  for (const mount of definition.volumeMounts) linkMount(world, mount)
  const id = fakeId('sb')
  const environment = await environmentOf(world, definition.secretIds)
  const logFile = join(world.root, 'logs', `${id}.log`)
  const assignments = Object.entries(environment).map(([key, value]) => `${key}=${value}`)
  const running = await startGuardedProcess({
    name: `sandbox "${name}"`,
    label: id,
    command: '/usr/bin/env',
    // A sandbox knows nothing of the environment of whoever runs the stand-in.
    args: ['-i', ...assignments, ...definition.entrypointArgs],
    logFile,
    graceMs: 1000,
  })
  const sandbox: FakeSandbox = {
    id,
    taskId: fakeId('ta'),
    appId,
    name,
    createdAt: Date.now() / 1000,
    definition,
    mountPaths: definition.volumeMounts.map((mount) => mount.mountPath),
    environment,
    process: running,
    logFile,
    tags: request.tags,
    result: null,
    async end(status) {
      clearTimeout(timer)
      if (sandbox.result !== null) return
      ended ??= status
      await running.stop()
    },
  }
  let ended: 3 | 4 | null = null
  const timer = setTimeout(() => void sandbox.end(4), Math.min(definition.timeoutSecs * 1000, 2 ** 31 - 1))
  world.sandboxes.set(id, sandbox)
  void running.exited.then(({ code }) => {
    clearTimeout(timer)
    const exitcode = code ?? 137
    sandbox.result = { status: ended ?? (exitcode === 0 ? SUCCESS : FAILURE), exitcode }
  })
  return sandbox
}

/** Ports of one machine are shared by all sandboxes, so each gets its own for the one it is told to serve. */
async function environmentOf(world: FakeWorld, secretIds: readonly string[]): Promise<Record<string, string>> {
  const { PATH = '/usr/bin:/bin', HOME = world.root } = process.env
  const environment: Record<string, string> = { PATH, HOME, ...world.sandboxEnv }
  for (const id of secretIds) Object.assign(environment, world.secrets.get(id)?.values)
  for (const key of Object.keys(environment)) {
    if (/^GYM_PORT_\d+$/.test(key)) environment[key] = String(await findFreePort(0))
  }
  return environment
}

/** Puts a link to the volume where the sandbox expects it. */
function linkMount(world: FakeWorld, mount: CreateRequest['definition']['volumeMounts'][number]): void {
  const { mountPath, volumeId, subPath } = mount
  if (!mountPath.startsWith(`${world.mountRoot}/`)) {
    const message = `the stand-in mounts below ${world.mountRoot} only (mountRoot), got ${mountPath}`
    throw new ServerError(Status.INVALID_ARGUMENT, message)
  }
  const volume = world.volumes.get(volumeId)
  if (volume === undefined) throw new ServerError(Status.NOT_FOUND, `no volume ${volumeId}`)
  const target = join(volume.folder, subPath ?? '')
  mkdirSync(target, { recursive: true })
  mkdirSync(dirname(mountPath), { recursive: true })
  const current = linkTarget(mountPath)
  if (current === target) return
  const users = [...world.sandboxes.values()].filter((one) => one.result === null && one.mountPaths.includes(mountPath))
  if (users.length > 0) {
    const message = `${mountPath} is ${current} for the running sandbox "${users[0]?.name}", so it cannot be ${target}`
    throw new ServerError(Status.FAILED_PRECONDITION, message)
  }
  rmSync(mountPath, { force: true })
  symlinkSync(target, mountPath)
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
