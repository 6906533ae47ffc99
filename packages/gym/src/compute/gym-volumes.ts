import type { ComputeHost, VolumeMount } from './host.js'

/** A volume that every process of the gym finds at the same path. */
export interface GymVolume {
  readonly mountPath: string
  readonly mount: VolumeMount
}

/** The volumes of the gym, by what they hold. Runs and servers share them; each run has a folder of its own in each. */
export const gymVolumes = {
  /** What is uploaded for a run: rows, reward, scripts. */
  data: { mountPath: '/data', mount: { name: 'training-gym-data' } },
  /** What a run leaves: checkpoints, scored samples, its log. */
  checkpoints: { mountPath: '/checkpoints', mount: { name: 'training-gym-checkpoints' } },
  /** Weights to start from, one Hugging Face folder a model. */
  models: { mountPath: '/models', mount: { name: 'training-gym-models' } },
} as const satisfies Readonly<Record<string, GymVolume>>

/** Returns the path under which processes of a host see a volume of the gym. */
export function seenPath(host: Pick<ComputeHost, 'pathOf'>, { mountPath, mount }: GymVolume): string {
  return host.pathOf(mountPath, mount)
}
