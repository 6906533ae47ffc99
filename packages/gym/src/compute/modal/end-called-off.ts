import type { Sandbox } from 'modal'
import { pause, unlessAborted } from '../interrupted.js'
import { type ProcessMemo, readMemo, withMemo } from '../process-tags.js'
import type { ModalConnection } from './connect-modal.js'
import { isGone, isNotFound } from './modal-failure.js'
import { pauseOf } from './retry-transient.js'

/**
 * Ends the sandbox of a start that was called off, and tells whether it is certain that none is left. Modal has a sandbox
 * before it has a machine for it, which may take 21 minutes, and only then does the SDK give it: so it is looked for by name
 * and tags, again and again for as long as there is time.
 */
export async function endCalledOff(
  connection: ModalConnection,
  memo: ProcessMemo,
  creation: Promise<Sandbox>,
): Promise<boolean> {
  const what = `ending "${memo.name}"`
  const deadline = AbortSignal.timeout(connection.endingMs)
  let created: { readonly sandbox: Sandbox | null } | undefined
  const settling = creation.then(
    (sandbox) => (created = { sandbox }),
    () => (created = { sandbox: null }),
  )
  let isEnded = false
  for (let attempt = 1; !deadline.aborted; attempt++) {
    // Before the look: while the creation goes on one may come later, even another, when the SDK asks for it again.
    const wasSettled = created !== undefined
    try {
      const sandbox = created?.sandbox ?? (await unlessAborted(findMine(connection, memo), what, deadline))
      if (sandbox !== null) {
        isEnded = false
        await unlessAborted(terminate(sandbox), what, deadline)
        isEnded = true
      }
      if (wasSettled) return true
    } catch {
      // Modal did not answer, or the time is up.
    }
    const pausing = pause(pauseOf(attempt, connection.patience.pauseMs), what, deadline).catch(() => undefined)
    await (wasSettled ? pausing : Promise.race([settling, pausing]))
  }
  return isEnded
}

/** Finds the sandbox that this very start has made, with or without a machine; null when there is none. */
export async function findMine(connection: ModalConnection, memo: ProcessMemo): Promise<Sandbox | null> {
  const { client, appName, options } = connection
  const { environment } = options
  try {
    const named = await client.sandboxes.fromName(appName, memo.name, { environment })
    if (readMemo(await named.getTags())?.memo.nonce === memo.nonce) return named
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  // By name Modal gives those that run; whether one that waits for a machine is among them, it does not say.
  const { appId } = await connection.app()
  for await (const sandbox of client.sandboxes.list({ appId, tags: withMemo({}, memo), environment })) return sandbox
  return null
}

async function terminate(sandbox: Sandbox): Promise<void> {
  try {
    await sandbox.terminate()
  } catch (error) {
    if (!isGone(error)) throw error
  }
}
