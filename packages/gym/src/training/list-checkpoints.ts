import { gymHome } from '../store/home.js'
import { openStore } from '../store/open-store.js'
import type { Checkpoint } from './checkpoint.js'
import { checkpointsIn, runFolder } from './run-folder.js'

/**
 * Lists the complete checkpoints of a training run, oldest first. Takes a run's id, a unique part of it, or `latest`;
 * an unknown one is a GymError 'config'.
 *
 * @example
 * const checkpoint = (await listCheckpoints(result.trainingRunId)).at(-1)
 */
export async function listCheckpoints(
  trainingRunId: string,
  options: { readonly home?: string } = {},
): Promise<Checkpoint[]> {
  const home = options.home ?? gymHome()
  await using store = await openStore({ home })
  return checkpointsIn(runFolder(home, await store.findRun(trainingRunId)))
}
