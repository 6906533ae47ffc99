import type { Sandbox } from 'modal'
import { portNotServed } from '../check-spec.js'
import type { PortAccess, RunningProcess } from '../host.js'
import { interrupted, pause } from '../interrupted.js'
import { notReady } from '../last-lines.js'
import type { ProcessMemo } from '../process-tags.js'
import type { ModalConnection } from './connect-modal.js'
import { isGone } from './modal-failure.js'
import { retryTransient } from './retry-transient.js'
import { sandboxOutput } from './sandbox-output.js'

/** Pauses between two looks whether a sandbox has ended, milliseconds: the first, and the longest. */
const FIRST_POLL_MS = 100
const LONGEST_POLL_MS = 2000

/** Makes the handle of a process that is the entrypoint of a sandbox. */
export function sandboxProcess(connection: ModalConnection, sandbox: Sandbox, memo: ProcessMemo): RunningProcess {
  const { client, patience, clock } = connection
  const { sandboxId: id } = sandbox
  const { name, ports, publicPorts, hasReadiness } = memo
  const reopen = () => client.sandboxes.fromId(id)
  const poll = (signal?: AbortSignal) =>
    retryTransient(`asking for the state of "${name}"`, patience, signal, () => sandbox.poll())

  const running: RunningProcess = {
    reference: { kind: 'modal', id, name },
    output: (signal) => sandboxOutput({ open: reopen, what: `following "${name}"`, patience, signal }),
    poll,
    async wait(signal) {
      for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(LONGEST_POLL_MS, pauseMs * 1.5)) {
        const code = await poll(signal)
        if (code !== null) return code
        await pause(pauseMs, `the wait for "${name}"`, signal)
      }
    },
    async waitUntilReady(timeoutMs, signal) {
      const controller = new AbortController()
      const abort = () => controller.abort(signal?.reason)
      if (signal?.aborted) abort()
      signal?.addEventListener('abort', abort, { once: true })
      const ended = running.wait(controller.signal).then((code) => `ended with exit code ${code} before it was ready`)
      try {
        const ready = hasReadiness ? untilReady(timeoutMs, controller.signal) : Promise.resolve(null)
        const failure = await Promise.race([ready, ended])
        if (failure !== null) throw await notReady(running, failure)
      } finally {
        ended.catch(() => undefined)
        signal?.removeEventListener('abort', abort)
        controller.abort()
      }
    },
    async stop() {
      await retryTransient(`stopping "${name}"`, patience, undefined, async () => {
        try {
          await sandbox.terminate()
        } catch (error) {
          if (!isGone(error)) throw error
        }
      })
      await running.wait()
    },
    async url(port): Promise<PortAccess> {
      if (!ports.includes(port)) throw portNotServed(name, port, ports)
      const what = `getting access to port ${port} of "${name}"`
      if (publicPorts.includes(port)) {
        const tunnels = await retryTransient(what, patience, undefined, () => sandbox.tunnels())
        const tunnel = tunnels[port]
        if (tunnel === undefined) throw portNotServed(name, port, Object.keys(tunnels).map(Number))
        return { url: tunnel.url.replace(/\/+$/, ''), headers: {} }
      }
      const { url, token } = await retryTransient(what, patience, undefined, () => sandbox.createConnectToken({ port }))
      return { url: url.replace(/\/+$/, ''), headers: { Authorization: `Bearer ${token}` }, apiKey: token }
    },
  }

  /** Waits for the probe; returns how it failed, null when it did not. */
  async function untilReady(timeoutMs: number, signal: AbortSignal): Promise<string | null> {
    const deadline = clock() + timeoutMs
    const late = `was not ready after ${timeoutMs / 1000} s`
    const handle = await reopen()
    // The SDK takes no signal here; letting go of the handle ends its wait.
    signal.addEventListener('abort', () => handle.detach(), { once: true })
    return await retryTransient(`the wait for "${name}"`, patience, signal, async () => {
      const leftMs = deadline - clock()
      if (leftMs <= 0) return late
      try {
        await handle.waitUntilReady(leftMs)
        return null
      } catch (error) {
        if (signal.aborted) throw interrupted(`the wait for "${name}"`, signal)
        if (clock() >= deadline) return late
        if (isGone(error)) return `ended with exit code ${await running.wait(signal)} before it was ready`
        throw error
      }
    })
  }

  return running
}
