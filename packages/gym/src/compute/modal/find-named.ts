import type { Sandbox } from 'modal'
import { nameTag } from '../process-tags.js'
import type { ModalConnection } from './connect-modal.js'
import { isGone } from './modal-failure.js'

/** Finds the sandbox of a name that runs or waits for its machine, else the newest that has ended; null when there is none. */
export async function findNamed(
  connection: ModalConnection,
  name: string,
  signal?: AbortSignal,
): Promise<Sandbox | null> {
  const { client, appName, options } = connection
  const { environment } = options
  let ended: Sandbox | null = null
  try {
    const named = await client.sandboxes.fromName(appName, name, { environment, includeTerminated: true })
    if ((await named.poll()) === null) return named
    ended = named
  } catch (error) {
    if (!isGone(error)) throw error
  }
  // By name Modal gives those that run; one that waits for a machine may be missing, and an older one found in its place.
  const { appId } = await connection.app(signal)
  for await (const sandbox of client.sandboxes.list({ appId, tags: nameTag(name), environment })) return sandbox
  return ended
}
