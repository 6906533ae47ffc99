import { gymVolumes } from '../../compute/gym-volumes.js'
import type { ComputeHost } from '../../compute/host.js'
import { GymError } from '../../errors.js'
import type { Checkpoint } from '../checkpoint.js'
import { checkpointName } from '../run-folder.js'
import type { SlimeRecipeOptions } from '../slime-recipe.js'
import type { RemoteRunRecord } from './remote-start.js'

/** Written last, when all the weights are there. */
export const INDEX = 'model.safetensors.index.json'
/** Where slime keeps the rollout of its last save, in the run's folder. */
export const TRACKER = 'latest_checkpointed_iteration.txt'

/** Lists the complete checkpoints of a run elsewhere, oldest first; one that is still being written is never among them. */
export async function remoteCheckpoints(
  host: ComputeHost,
  record: RemoteRunRecord,
  signal?: AbortSignal,
): Promise<Checkpoint[]> {
  const tracker = await readTracker(host, record.trainingRunId, signal)
  return tracker === null ? [] : await exportsUpTo(tracker, host, record, signal)
}

/** Lists the complete exports of a run up to a rollout, oldest first, whatever became of the saves that they are of. */
export async function exportsUpTo(
  last: number,
  host: ComputeHost,
  { trainingRunId, remote }: RemoteRunRecord,
  signal?: AbortSignal,
): Promise<Checkpoint[]> {
  const { name: volumeName } = gymVolumes.checkpoints.mount
  const volume = host.volume(volumeName)
  const folders = await volume.list(trainingRunId, signal)
  const checkpoints: Checkpoint[] = []
  for (const { name, path } of folders) {
    const rolloutId = Number(/^iter_(\d{7,})_hf$/.exec(name)?.[1] ?? Number.NaN)
    if (!(rolloutId <= last)) continue
    const index = (await volume.list(path, signal)).find((file) => file.name === INDEX)
    if (index === undefined) continue
    checkpoints.push({
      trainingRunId,
      rolloutId,
      name: checkpointName(rolloutId),
      path: `${remote.paths.checkpoints}/${name}`,
      createdAt: index.modifiedAt,
      volume: { compute: remote.compute, name: volumeName, path },
    })
  }
  return checkpoints.sort((a, b) => a.rolloutId - b.rolloutId)
}

/**
 * Lists the rollouts after whose save the position in the dataset was kept as well, which slime does last: without it a
 * resumed run begins with the first row. Null for a run whose slime never keeps one: its data are the user's own matter.
 */
export async function savedPositions(
  host: ComputeHost,
  { trainingRunId, config }: RemoteRunRecord,
  signal?: AbortSignal,
): Promise<ReadonlySet<number> | null> {
  const { disableRolloutGlobalDataset, dataSourcePath, extraArgs } = config.recipe as SlimeRecipeOptions
  const isOwn = (arg: string) => /^--(disable-rollout-global-dataset|data-source-path)\b/.test(arg)
  if (disableRolloutGlobalDataset === true || dataSourcePath !== undefined || extraArgs?.some(isOwn)) return null
  const files = await host.volume(gymVolumes.checkpoints.mount.name).list(`${trainingRunId}/rollout`, signal)
  const rollouts = files.flatMap(({ name, size }) => {
    const found = /^global_dataset_state_dict_(\d+)\.pt$/.exec(name)
    return found !== null && size > 0 ? [Number(found[1])] : []
  })
  return new Set(rollouts)
}

/** Reads the last rollout after which a run saved weights and optimizer; null when there is none yet. */
export async function readTracker(
  host: ComputeHost,
  trainingRunId: string,
  signal?: AbortSignal,
): Promise<number | null> {
  const volume = host.volume(gymVolumes.checkpoints.mount.name)
  try {
    const text = (await volume.readText(`${trainingRunId}/${TRACKER}`, signal)).trim()
    return /^\d+$/.test(text) ? Number(text) : null
  } catch (error) {
    if (GymError.is(error) && error.code === 'no-such-file') return null
    throw error
  }
}
