import { type GymVolume, gymVolumes } from '../../compute/gym-volumes.js'
import type { ComputeHost, FileToPut } from '../../compute/host.js'
import type { SlimePlan } from '../slime/slime-plan.js'
import { bundleRewardServer, type RewardBundle } from './bundle-reward.js'

/** Writes everything that a run reads into its folder of the data volume. */
export async function uploadRun(
  host: ComputeHost,
  plan: SlimePlan,
  bundle: RewardBundle | null,
  signal: AbortSignal,
): Promise<void> {
  const server = bundle === null ? '' : await bundleRewardServer()
  const files = Object.entries(plan.files).map(([place, file]): FileToPut => {
    const name = place.slice(plan.paths.data.length + 1)
    const path = `${plan.trainingRunId}/${name}`
    if ('content' in file) return { path, content: file.content }
    return { path, content: name === 'server.mjs' ? server : (bundle?.code ?? '') }
  })
  await host.volume(gymVolumes.data.mount.name).put(files, signal)
}

/** Returns the volumes of a run as a process needs them. */
export function runVolumes(): Record<string, GymVolume['mount']> {
  return Object.fromEntries(Object.values(gymVolumes).map(({ mountPath, mount }) => [mountPath, mount]))
}
