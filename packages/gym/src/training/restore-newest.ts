import { basename } from 'node:path'
import { type Engine, EngineError } from '@training-gym/engine'
import { GymError } from '../errors.js'
import type { Checkpoint } from './checkpoint.js'
import { noResume } from './resume-hint.js'
import { dropStatesAfter, findResumable, type RunFolder, removeCheckpoint } from './run-folder.js'

/** Where a resumed run goes on. */
export interface Restored {
  /** First rollout to do. */
  readonly next: number
  /** Says so, and what kept it from going on later. */
  readonly message: string
  /** True when something was damaged or missing. */
  readonly isWarning: boolean
}

interface Problem {
  readonly rolloutId: number
  readonly message: string
}

/**
 * Takes an engine back to the newest checkpoint whose weights and resume state can both be read. Without any checkpoint the
 * run starts again: the same seed gives the same run.
 *
 * @throws GymError `resume-damaged` (store) when there are checkpoints but none to go on from: to start again would throw
 * away what they have learned, so that is left to the user.
 */
export async function restoreNewest(engine: Engine, folder: RunFolder): Promise<Restored> {
  const { trainingRunId } = folder
  const { resumable, complete, problems: found } = await findResumable(folder)
  const unreadable: Problem[] = []
  const withoutWeights: Checkpoint[] = []
  for (const checkpoint of resumable) {
    const { rolloutId, path, stateFile } = checkpoint
    try {
      await engine.restore(path, stateFile)
    } catch (error) {
      if (!EngineError.is(error) || error.code !== 'bad-checkpoint') throw error
      const isState = error.message.includes(stateFile)
      if (!isState) withoutWeights.push(checkpoint)
      unreadable.push({ rolloutId, message: unreadableMessage(error, { path, isState }) })
      continue
    }
    // They look complete: whoever lists or serves checkpoints would go on to take them.
    for (const damaged of withoutWeights) await removeCheckpoint(folder, damaged)
    await dropStatesAfter(folder, rolloutId)
    const problems = told([...found, ...unreadable].filter((problem) => problem.rolloutId > rolloutId))
    const where = `resuming run ${trainingRunId} after rollout ${rolloutId + 1}, from ${path}`
    const again = `: ${problems}; what was trained after rollout ${rolloutId + 1} is done again`
    const isWarning = problems !== ''
    return { next: rolloutId + 1, message: `${where}${isWarning ? again : ''}`, isWarning }
  }
  if (complete.length > 0) {
    const isUnreadable = new Set(withoutWeights.map(({ rolloutId }) => rolloutId))
    const whole = complete.filter(({ rolloutId }) => !isUnreadable.has(rolloutId)).at(-1)
    // Of those that are whole, older ones are without a state by design.
    const isTold = ({ rolloutId }: Problem) =>
      whole === undefined || rolloutId >= whole.rolloutId || complete.every((other) => other.rolloutId !== rolloutId)
    const problems = told([...found.filter(isTold), ...unreadable])
    const advice =
      whole === undefined
        ? 'none of its checkpoints can be read: put one and its resume state back from a copy, or begin a new run without --resume (in code: resume)'
        : `begin a new run from ${whole.name}, whose weights are whole, with --checkpoint ${whole.path} (in code: checkpoint)`
    throw new GymError('store', noResume, `run ${trainingRunId} cannot be resumed: ${problems}; ${advice}`)
  }
  await dropStatesAfter(folder, -1)
  const problems = told(found)
  const why = problems === '' ? 'since it had no checkpoint yet' : `since it has no whole checkpoint: ${problems}`
  return { next: 0, message: `resuming run ${trainingRunId} from the start, ${why}`, isWarning: problems !== '' }
}

function told(problems: readonly Problem[]): string {
  return [...problems]
    .sort((a, b) => a.rolloutId - b.rolloutId)
    .map(({ message }) => message)
    .join(', ')
}

/** The engine's sentence without its advice, which is for files that can be downloaded again. */
function unreadableMessage(
  { message }: EngineError,
  { path, isState }: { readonly path: string; readonly isState: boolean },
): string {
  const name = basename(path)
  const what = isState ? `the resume state of ${name}` : `checkpoint ${name}`
  const end = message.lastIndexOf(';')
  return `${what} cannot be read (${end === -1 ? message : message.slice(0, end)})`
}
