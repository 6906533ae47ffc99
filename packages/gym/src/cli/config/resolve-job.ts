import type { Dataset } from '../../datasets/dataset.js'
import { GymError } from '../../errors.js'
import type { Reward } from '../../trip.js'
import type { GymConfig } from './define-config.js'
import { findConfig, loadConfig } from './load-config.js'
import { datasetNamed, isHaikuTopics, rewardNamed, rewardNames } from './named-parts.js'
import { withLoad } from './with-load.js'

/** The flags that `eval` and `train` share; a flag wins over the config file. */
export interface JobFlags {
  readonly config?: string
  readonly model?: string
  readonly checkpoint?: string
  readonly dataset?: string
  readonly reward?: string
  readonly nRows?: number
  readonly seed?: number
}

/** What to train or evaluate, with names turned into the things they name. */
export interface Job extends Omit<GymConfig, 'dataset' | 'evalDataset' | 'reward'> {
  readonly dataset: Dataset
  /** Rows to evaluate on while it trains, if the recipe says how often; absent for SftRecipe. */
  readonly evalDataset?: Dataset
  /** Undefined only where none is needed: training with SftRecipe, evaluating with scorers of their own. */
  readonly reward: Reward | undefined
  /** The config file it came from. */
  readonly configFile: string | null
}

/**
 * Puts a job together from the config file, if there is one, and the flags. Without a config file a model is enough:
 * then the bundled topics and the haiku reward are meant; other rows need to be told how to score them.
 */
export async function resolveJob(flags: JobFlags, cwd: string, purpose: 'train' | 'eval'): Promise<Job> {
  const configFile = findConfig(cwd, flags.config)
  const config = configFile === null ? null : await loadConfig(configFile)
  const model = flags.model ?? config?.model
  if (model === undefined) {
    throw new GymError(
      'config',
      'no-model',
      `there is no gym.config.ts in ${cwd} and no --model; try: training-gym ${purpose} --model tiny-poet`,
    )
  }
  const { evalDataset, dataset, reward, checkpoint, ...rest }: Partial<GymConfig> = config ?? {}
  const rows = flags.dataset ?? (purpose === 'eval' ? evalDataset : undefined) ?? dataset ?? 'haiku-topics'
  const { nRows } = flags
  const heldOut = purpose === 'train' && rest.recipe?.kind !== 'sft' ? evalDataset : undefined
  return {
    ...rest,
    model,
    ...(heldOut !== undefined && {
      evalDataset: typeof heldOut === 'string' ? await datasetNamed(heldOut, { split: 'eval' }) : heldOut,
    }),
    dataset: typeof rows === 'string' ? await datasetNamed(rows, { split: purpose, nRows }) : limited(rows, nRows),
    reward: await findReward(flags.reward ?? reward, { config, rows, purpose }),
    ...checkpointOf(flags, checkpoint),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    configFile,
  }
}

/** The config's checkpoint stands for the config's model: it must not take the place of one that a flag names. */
function checkpointOf(flags: JobFlags, configured: GymConfig['checkpoint']): Pick<GymConfig, 'checkpoint'> {
  const checkpoint = flags.checkpoint ?? (flags.model === undefined ? configured : undefined)
  return checkpoint === undefined ? {} : { checkpoint }
}

async function findReward(
  given: string | Reward | undefined,
  { config, rows, purpose }: { config: GymConfig | null; rows: Dataset | string; purpose: 'train' | 'eval' },
): Promise<Reward | undefined> {
  if (typeof given === 'function') return given
  if (typeof given === 'string') return await rewardNamed(given)
  if (config === null) {
    if (typeof rows === 'string' && isHaikuTopics(rows)) return await rewardNamed('haiku')
    const names = rewardNames.join(', ')
    throw new GymError(
      'config',
      'no-reward',
      `nothing says how to score ${rows}; give --reward (${names}), or a function in a config file`,
    )
  }
  const { recipe } = config
  if (recipe?.kind !== 'sft' && recipe?.options.customRmFunction !== undefined) return recipe.options.customRmFunction
  if (recipe?.kind === 'sft' && purpose === 'train') return undefined
  if (purpose === 'eval' && config.eval?.scorers !== undefined) return undefined
  const message = `the config file has no reward; add reward: (sample) => ..., or give --reward: ${rewardNames.join(', ')}`
  throw new GymError('config', 'no-reward', message)
}

function limited(dataset: Dataset, nRows: number | undefined): Dataset {
  if (nRows === undefined) return dataset
  return withLoad(dataset, async (options) => (await dataset.load(options)).slice(0, nRows))
}
