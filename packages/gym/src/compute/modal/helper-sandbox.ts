import type { Sandbox } from 'modal'
import type { ModalConnection } from './connect-modal.js'
import { isGone, modalFailure } from './modal-failure.js'
import { modalImage } from './modal-image.js'
import { retryTransient } from './retry-transient.js'
import { modalVolume } from './start-sandbox.js'

/** A small image with a shell and `sync`. */
const IMAGE = 'debian:bookworm-slim'
/** It ends by itself after this time, should this client die before it ends it, milliseconds. */
const LIFE_MS = 15 * 60_000

/** A CPU sandbox that has a volume mounted: the SDK reads and writes files of running sandboxes only. */
export interface HelperSandbox {
  /** Does something with the sandbox; starts it first, and once again when it has ended meanwhile. */
  use<T>(what: string, signal: AbortSignal | undefined, work: (sandbox: Sandbox) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Prepares a helper for one volume, mounted at `mountPath`; nothing starts before it is used. */
export function helperSandbox(connection: ModalConnection, volumeName: string, mountPath: string): HelperSandbox {
  const { client, patience } = connection
  let current: Promise<Sandbox> | undefined

  const start = async (signal?: AbortSignal): Promise<Sandbox> => {
    const image = await modalImage(connection, { from: IMAGE, commands: [] }, signal)
    const volume = await modalVolume(connection, { name: volumeName }, signal)
    const app = await connection.app(signal)
    // Without a name: two clients may look at the same volume.
    return await retryTransient(`opening volume "${volumeName}"`, patience, undefined, () =>
      client.sandboxes.create(app, image, {
        tags: { gym: 'files' },
        timeoutMs: LIFE_MS,
        volumes: { [mountPath]: volume },
        command: ['sleep', String(LIFE_MS / 1000)],
      }),
    )
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
      const attempt = async () => retryTransient(what, patience, signal, async () => work(await open(signal)))
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
