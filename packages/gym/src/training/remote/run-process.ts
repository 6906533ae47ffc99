import type { Compute } from '../../compute/compute.js'
import { gymVolumes, seenPath } from '../../compute/gym-volumes.js'
import type { ComputeHost, ProcessSpec } from '../../compute/host.js'
import type { SlimePlan } from '../slime/slime-plan.js'
import { sampleLog } from './sample-importer.js'
import { runVolumes } from './upload-run.js'

const HOUR_MS = 3_600_000
/** The longest life of a machine: Modal's own limit, and a month where there is none. */
const LIFE_MS: Readonly<Record<Compute['kind'], number>> = {
  modal: 24 * HOUR_MS,
  ray: 30 * 24 * HOUR_MS,
  local: 30 * 24 * HOUR_MS,
}
/** How long after its limit a run may still wait for a checkpoint to stop at: one that hangs would never come to it. */
const GRACE_MS = HOUR_MS

/** Names the process of a run: by it the run is found again when its client died before it heard of an id. */
export function processName(trainingRunId: string): string {
  return `train-${trainingRunId}`
}

export interface RunStart {
  /** Which start of the run it is, 0 being the first. */
  readonly index: number
  /** Seconds after which it ends with its next checkpoint, and an hour later in any case; null: never. */
  readonly stopAfterSeconds: number | null
}

/** Describes the process that trains. */
export function runProcess(host: Pick<ComputeHost, 'kind' | 'pathOf'>, plan: SlimePlan, start: RunStart): ProcessSpec {
  const { trainingRunId, paths, shape } = plan
  const { stopAfterSeconds } = start
  const lifeMs = LIFE_MS[host.kind]
  return {
    name: processName(trainingRunId),
    tags: { gym: 'train', run: trainingRunId },
    image: plan.image,
    gpu: plan.gpu,
    volumes: runVolumes(),
    secrets: [],
    environment: {
      ...plan.env,
      GYM_CKPT_MOUNT: seenPath(host, gymVolumes.checkpoints),
      GYM_REWARD_LOG: sampleLog(start.index),
      GYM_LAST_ROLLOUT: String(shape.numRollout - 1),
      ...(host.kind === 'ray' && { GYM_RAY: 'cluster' }),
      ...(stopAfterSeconds !== null && { GYM_STOP_AFTER: String(stopAfterSeconds) }),
    },
    command: ['bash', `${paths.data}/entry.sh`],
    timeoutMs: stopAfterSeconds === null ? lifeMs : Math.min(lifeMs, stopAfterSeconds * 1000 + GRACE_MS),
  }
}

/** Chooses the port of a run's reward server, since runs may share a machine: always the same for the same run. */
export function rewardPortOf(trainingRunId: string): number {
  let hash = 0
  for (const character of trainingRunId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 10_000
  return 20_000 + hash
}
