import { checkSpec } from '../check-spec.js'
import type { ModalCompute } from '../compute.js'
import type { ComputeHost, ProcessSummary } from '../host.js'
import { readMemo } from '../process-tags.js'
import { type ConnectModalOptions, connectModal } from './connect-modal.js'
import { findNamed } from './find-named.js'
import { type HelperSandbox, helperSandbox } from './helper-sandbox.js'
import { isGone } from './modal-failure.js'
import { modalVolumeFiles } from './modal-volume-files.js'
import { retryTransient } from './retry-transient.js'
import { sandboxProcess } from './sandbox-process.js'
import { startSandbox } from './start-sandbox.js'

/**
 * Opens the host that runs processes in Modal sandboxes and keeps files in Modal volumes.
 *
 * @throws GymError `modal-credentials-missing` (config).
 */
export async function openModalHost(options: ModalCompute, world: ConnectModalOptions = {}): Promise<ComputeHost> {
  const connection = await connectModal(options, world)
  const { client, patience } = connection
  const { environment, mountRoot = '' } = options
  const pathOf = (mountPath: string): string => `${mountRoot}${mountPath}`
  const helpers = new Map<string, HelperSandbox>()

  const host: ComputeHost = {
    kind: 'modal',
    pathOf,
    start: async (spec, signal) => await startSandbox(connection, checkSpec(spec), pathOf, signal),
    attach: ({ id, name }, signal) =>
      retryTransient(`looking for "${name}"`, patience, signal, async () => {
        try {
          const sandbox =
            id === undefined ? await findNamed(connection, name, signal) : await client.sandboxes.fromId(id)
          if (sandbox === null) return null
          // By id the SDK does not look; the tags are the first thing Modal itself is asked for.
          const found = readMemo(await sandbox.getTags())
          return found === null ? null : sandboxProcess(connection, sandbox, found.memo)
        } catch (error) {
          if (isGone(error)) return null
          throw error
        }
      }),
    list: (tags, signal) =>
      retryTransient('listing what runs', patience, signal, async () => {
        const { appId } = await connection.app(signal)
        const summaries: ProcessSummary[] = []
        for await (const sandbox of client.sandboxes.list({ appId, tags: { ...tags }, environment })) {
          const found = readMemo(await sandbox.getTags())
          if (found === null) continue
          const { memo } = found
          const reference = { kind: 'modal' as const, id: sandbox.sandboxId, name: memo.name }
          summaries.push({ reference, tags: found.tags, createdAt: memo.createdAt })
        }
        return summaries.sort((a, b) => a.createdAt - b.createdAt)
      }),
    volume(name) {
      const mountPath = pathOf(`/volumes/${name}`)
      const helper = helpers.get(name) ?? helperSandbox(connection, name, mountPath)
      helpers.set(name, helper)
      return modalVolumeFiles(name, mountPath, helper)
    },
    async close() {
      await Promise.all([...helpers.values()].map((helper) => helper.close()))
      client.close()
    },
    [Symbol.asyncDispose]: () => host.close(),
  }
  return host
}
