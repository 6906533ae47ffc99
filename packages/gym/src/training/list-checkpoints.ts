import { openHost } from '../compute/open-host.js'
import { gymHome } from '../store/home.js'
import { openStore } from '../store/open-store.js'
import type { Checkpoint } from './checkpoint.js'
import { listAndKeep } from './remote/list-and-keep.js'
import { requireRemote } from './remote/remote-start.js'
import { checkpointsIn, runFolder } from './run-folder.js'

/**
 * Lists the complete checkpoints of a training run, oldest first, wherever it trains. Takes a run's id, a unique part of
 * it, or `latest`; an unknown one is a GymError 'config'.
 *
 * @example
 * const checkpoint = (await listCheckpoints(result.trainingRunId)).at(-1)
 */
export async function listCheckpoints(
  trainingRunId: string,
  options: { readonly home?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Checkpoint[]> {
  const home = options.home ?? gymHome()
  await using store = await openStore({ home })
  const id = await store.findRun(trainingRunId)
  const run = await store.runs.get(id)
  if (run?.remote === undefined) return await checkpointsIn(runFolder(home, id))
  await using host = await openHost(run.remote.compute, { home })
  return await listAndKeep({ host, store }, requireRemote(run), options.signal)
}
