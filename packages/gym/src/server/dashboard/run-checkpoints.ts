import { isRecord } from '../../is-record.js'
import type { RunRecord } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { checkpointName, checkpointsIn, runFolder } from '../../training/run-folder.js'
import { slimeDefaults } from '../../training/slime/slime-defaults.js'
import type { RunCheckpoint } from './run-schemas.js'

export interface CheckpointSource {
  readonly store: Pick<Store, 'checkpoints'>
  /** Folder of the state. */
  readonly home: string
}

/**
 * Lists the checkpoints of a run, newest first, without asking any other machine: those on this one, and of a run elsewhere
 * those that the store knows, as `listCheckpoints()` last found them or their machine has announced them since. Where a
 * checkpoint was due later and nothing was heard of it, that is what its line says.
 */
export async function runCheckpoints({ store, home }: CheckpointSource, run: RunRecord): Promise<RunCheckpoint[]> {
  const { trainingRunId, remote } = run
  const local = await checkpointsIn(runFolder(home, trainingRunId))
  const here = local.map(
    ({ name, rolloutId, path, createdAt }): RunCheckpoint => ({ name, rolloutId, path, createdAt, exported: 'here' }),
  )
  if (remote === undefined) return here.toReversed()
  const known = await store.checkpoints.list(trainingRunId)
  const elsewhere = known.map(
    ({ rolloutId, path, createdAt }): RunCheckpoint => ({
      name: checkpointName(rolloutId),
      rolloutId,
      path,
      createdAt,
      exported: 'elsewhere',
    }),
  )
  const lastListed = Math.max(-1, ...known.flatMap(({ rolloutId, createdAt }) => (createdAt === null ? [] : rolloutId)))
  const due = dueRollouts(run).filter((rolloutId) => rolloutId > lastListed)
  const unheardOf = due.map(
    (rolloutId): RunCheckpoint => ({
      name: checkpointName(rolloutId),
      rolloutId,
      path: null,
      createdAt: null,
      exported: 'unknown',
    }),
  )
  // What is surer stands for a rollout: a later entry of a map takes the place of an earlier one.
  const byRollout = new Map([...unheardOf, ...elsewhere, ...here].map((one) => [one.rolloutId, one]))
  return [...byRollout.values()].sort((a, b) => b.rolloutId - a.rolloutId)
}

/** Lists the rollouts done after which slime saves: every `saveInterval`, and the last. */
function dueRollouts({ config: { recipe }, numRollout, rolloutsDone }: RunRecord): number[] {
  const given = isRecord(recipe) ? recipe.saveInterval : undefined
  const every = typeof given === 'number' && given > 0 ? given : slimeDefaults.saveInterval
  const last = numRollout - 1
  return Array.from({ length: rolloutsDone }, (_, rolloutId) => rolloutId).filter(
    (rolloutId) => (rolloutId + 1) % every === 0 || rolloutId === last,
  )
}
