import type { ComputeHost } from '../../compute/host.js'
import type { Store } from '../../store/store.js'
import type { Checkpoint } from '../checkpoint.js'
import { remoteCheckpoints } from './remote-checkpoints.js'
import type { RemoteRunRecord } from './remote-start.js'

/**
 * Lists the complete checkpoints of a run elsewhere, oldest first, and keeps what it found in the store, where the web page
 * reads it without asking any machine.
 */
export async function listAndKeep(
  { host, store }: { readonly host: ComputeHost; readonly store: Pick<Store, 'checkpoints'> },
  record: RemoteRunRecord,
  signal?: AbortSignal,
): Promise<Checkpoint[]> {
  // One that is announced meanwhile is not forgotten for not having been there yet.
  const before = await store.checkpoints.list(record.trainingRunId)
  const listed = await remoteCheckpoints(host, record, signal)
  await store.checkpoints.settle(listed, before)
  return listed
}
