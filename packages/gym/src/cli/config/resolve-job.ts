import type { Compute } from '../../compute/compute.js'
import type { Dataset } from '../../datasets/dataset.js'
import { GymError } from '../../errors.js'
import type { Reward } from '../../trip.js'
import { changeRecipe } from './change-recipe.js'
import type { GymConfig } from './define-config.js'
import { findConfig, loadConfig } from './load-config.js'
import { datasetNamed, isHaikuTopics, rewardNamed, rewardNames } from './named-parts.js'
import { trainsWithoutReward } from './trains-without-reward.js'
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
  readonly compute?: 'local' | 'modal'
}

/** What to train or evaluate, with names turned into the things they name. */
export interface Job extends Omit<GymConfig, 'dataset' | 'evalDataset' | 'reward'> {
  readonly dataset: Dataset
  /** Rows to evaluate on while it trains, if the recipe says how often; absent for SftRecipe. */
  readonly evalDataset?: Dataset
  /** Undefined only where none is needed: training with SftRecipe or an environment, evaluating with scorers of their own. */
  readonly reward: Reward | undefined
  /** The scorers that the config file has of its own, for which its gates were meant; the first gives the main score. */
  readonly configuredScorers: Readonly<Record<string, Reward>>
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
  const { evalDataset, dataset, reward, checkpoint, recipe, compute, ...rest }: Partial<GymConfig> = config ?? {}
  const rows = flags.dataset ?? (purpose === 'eval' ? evalDataset : undefined) ?? dataset ?? 'haiku-topics'
  const { nRows } = flags
  const heldOut = purpose === 'train' && recipe?.kind !== 'sft' ? evalDataset : undefined
  const named = typeof rows === 'string' ? await datasetNamed(rows, { split: purpose, nRows }) : limited(rows, nRows)
  const scorer = await findReward(flags.reward ?? reward, { config, rows, purpose })
  const isReplaced = flags.reward !== undefined && carriedBy(recipe) !== undefined
  if (flags.reward === undefined) requireOneReward(reward, scorer, recipe)
  return {
    ...rest,
    ...computeOf(flags, compute),
    ...(recipe !== undefined && { recipe: isReplaced ? changeRecipe(recipe, { customRmFunction: scorer }) : recipe }),
    model,
    ...(heldOut !== undefined && {
      evalDataset: typeof heldOut === 'string' ? await datasetNamed(heldOut, { split: 'eval' }) : heldOut,
    }),
    dataset: named,
    reward: scorer,
    configuredScorers: config === null ? {} : await configuredScorers(config),
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

/** A place that a flag names is where the config's settings for it apply, such as a limit in money. */
function computeOf({ compute: kind }: JobFlags, configured: Compute | undefined): Pick<GymConfig, 'compute'> {
  const compute = kind === undefined || kind === configured?.kind ? configured : ({ kind } as const)
  return compute === undefined ? {} : { compute }
}

function carriedBy(recipe: GymConfig['recipe']): Reward | undefined {
  return recipe === undefined || recipe.kind === 'sft' ? undefined : recipe.options.customRmFunction
}

/** What scores an evaluation where no flag says otherwise. */
async function configuredScorers({ eval: settings, reward, recipe }: GymConfig): Promise<Job['configuredScorers']> {
  if (settings?.scorers !== undefined) return settings.scorers
  const scorer = (typeof reward === 'string' ? await rewardNamed(reward) : reward) ?? carriedBy(recipe)
  return scorer === undefined ? {} : { [scorer.name || 'reward']: scorer }
}

/** With two, training would use one of them and evaluation the other. */
function requireOneReward(given: GymConfig['reward'], reward: Reward | undefined, recipe: GymConfig['recipe']): void {
  const carried = carriedBy(recipe)
  if (given === undefined || carried === undefined || reward === carried) return
  const [one, other] = [typeof given === 'string' ? given : given.name, carried.name]
  const named = one !== other && one !== '' && other !== '' ? ` ("${one}" and "${other}")` : ''
  const message = `the config file has a reward and its recipe another one as customRmFunction${named}; leave one of the two out`
  throw new GymError('config', 'two-rewards', message)
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
  const carried = carriedBy(config.recipe)
  if (carried !== undefined) return carried
  if (purpose === 'train' && trainsWithoutReward(config.recipe)) return undefined
  if (purpose === 'eval' && config.eval?.scorers !== undefined) return undefined
  const message = `the config file has no reward; add reward: (sample) => ..., or give --reward: ${rewardNames.join(', ')}`
  throw new GymError('config', 'no-reward', message)
}

function limited(dataset: Dataset, nRows: number | undefined): Dataset {
  if (nRows === undefined) return dataset
  return withLoad(dataset, async (options) => (await dataset.load(options)).slice(0, nRows))
}
