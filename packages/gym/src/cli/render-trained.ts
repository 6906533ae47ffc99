import type { TrainResult } from '../training/train-result.js'
import type { CommandSession } from './command-session.js'
import { shownPath } from './shown-path.js'

/** Says what a training left and what to do with it. */
export function renderTrained({ trainingRunId, checkpoint }: TrainResult, session: CommandSession): string[] {
  const path = shownPath(checkpoint.path, session.world.cwd)
  const lines = ['', `run         ${trainingRunId}`, `checkpoint  ${path}`, '', 'Next:']
  if (checkpoint.volume !== undefined) return [...lines, `  training-gym checkpoints ${trainingRunId} --download`]
  return [
    ...lines,
    `  training-gym eval --model ${path} --name trained`,
    `  training-gym chat ${path}`,
    `  training-gym checkpoints ${trainingRunId}`,
  ]
}
