import { randomBytes } from 'node:crypto'
import type { Sandbox } from 'modal'
import type { ModalConnection } from './connect-modal.js'
import { isGone, modalFailure } from './modal-failure.js'
import { modalImage } from './modal-image.js'
import { retryTransient } from './retry-transient.js'
import { modalVolume } from './start-sandbox.js'

/** A small image with a shell, `touch` and `sync`. */
const IMAGE = 'debian:bookworm-slim'
/** The longest life Modal gives a sandbox, milliseconds. */
const LIFE_MS = 24 * 3_600_000
/** Takes the sign of life away and ends when, after so many seconds, nobody has given another. */
const ENTRYPOINT = ': > "$0"; while rm "$0" 2>/dev/null; do sleep "$1"; done'

/** A CPU sandbox that has a volume mounted: the SDK reads and writes files of running sandboxes only. */
export interface HelperSandbox {
  /** Does something with the sandbox; starts it first, and once again when it has ended meanwhile. */
  use<T>(what: string, signal: AbortSignal | undefined, work: (sandbox: Sandbox) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Prepares a helper for one volume, mounted at `mountPath`; nothing starts before it is used. It lives for as long as
 * something is done with it, and ends by itself soon after, should this client die before it ends it.
 */
export function helperSandbox(connection: ModalConnection, volumeName: string, mountPath: string): HelperSandbox {
  const { client, patience, clock, helperIdleMs } = connection
  const signFile = `/tmp/gym-files-${randomBytes(6).toString('hex')}`
  let current: Promise<Sandbox> | undefined
  let lastSign = 0

  const start = async (signal?: AbortSignal): Promise<Sandbox> => {
    const image = await modalImage(connection, { from: IMAGE, commands: [] }, signal)
    const volume = await modalVolume(connection, { name: volumeName }, signal)
    const app = await connection.app(signal)
    // Without a name: two clients may look at the same volume.
    const sandbox = await retryTransient(`opening volume "${volumeName}"`, patience, undefined, () =>
      client.sandboxes.create(app, image, {
        tags: { gym: 'files' },
        timeoutMs: LIFE_MS,
        volumes: { [mountPath]: volume },
        command: ['/bin/sh', '-c', ENTRYPOINT, signFile, String(helperIdleMs / 1000)],
      }),
    )
    lastSign = clock()
    return sandbox
  }

  /** Gives signs of life while something is done. One that is lost is no failure: the next one comes soon. */
  const alive = async <T>(sandbox: Sandbox, work: (sandbox: Sandbox) => Promise<T>): Promise<T> => {
    const everyMs = helperIdleMs / 3
    const sign = async (): Promise<void> => {
      lastSign = clock()
      const touch = await sandbox.exec(['touch', signFile])
      await touch.wait()
    }
    const signQuietly = () => void sign().catch(() => undefined)
    if (clock() - lastSign >= everyMs) signQuietly()
    const timer = setInterval(signQuietly, everyMs).unref()
    try {
      return await work(sandbox)
    } finally {
      clearInterval(timer)
    }
  }

  const open = async (signal?: AbortSignal): Promise<Sandbox> => {
    current ??= start(signal)
    try {
      return await current
    } catch (error) {
      current = undefined
      throw error
    }
  }

  return {
    async use(what, signal, work) {
      const attempt = async () => retryTransient(what, patience, signal, async () => alive(await open(signal), work))
      const sandbox = await open(signal)
      try {
        return await attempt()
      } catch (error) {
        const hasEnded = isGone(causeOf(error)) || (await sandbox.poll().catch(() => null)) !== null
        if (!hasEnded || signal?.aborted) throw modalFailure(error, what)
        current = undefined
        return await attempt()
      }
    },
    async close() {
      const sandbox = await current?.catch(() => undefined)
      current = undefined
      await sandbox?.terminate().catch(() => undefined)
    },
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error
}
