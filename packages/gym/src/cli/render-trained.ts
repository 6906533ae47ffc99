import type { TrainResult } from '../training/train-result.js'
import type { CommandSession } from './command-session.js'
import { shellWord, shownPath } from './shown-path.js'

/** Says what a training left and what to do with it. */
export async function renderTrained({ trainingRunId, checkpoint }: TrainResult, session: CommandSession) {
  const { cwd } = session.world
  const path = shownPath(checkpoint.path, cwd)
  const lines = ['', `run         ${trainingRunId}`, `checkpoint  ${path}`, '', 'Next:']
  if (checkpoint.volume !== undefined) return [...lines, `  training-gym checkpoints ${trainingRunId} --download`]
  const flags = await evalFlags(trainingRunId, session)
  return [
    ...lines,
    `  training-gym eval --model ${[path, ...flags].join(' ')} --name trained`,
    `  training-gym chat ${path}`,
    `  training-gym checkpoints ${trainingRunId}`,
  ]
}

/** What has to be said again for `eval` to score as the training did. */
async function evalFlags(trainingRunId: string, { home, world }: CommandSession): Promise<string[]> {
  const { readStart } = await import('../training/recorded-start.js')
  const { findConfig } = await import('./config/load-config.js')
  const start = await readStart(home, trainingRunId)
  if (start === null) return []
  const { config, dataset, reward } = start
  return [
    ...(config !== null && config !== findConfig(world.cwd) ? ['--config', shownPath(config, world.cwd)] : []),
    // A config file says itself which rows are for evaluation; the plain name of the topics means those held out.
    ...(config === null && dataset !== null ? ['--dataset', shellWord(dataset)] : []),
    ...(reward === null ? [] : ['--reward', reward]),
  ]
}
