import { GymError } from '../../errors.js'
import type { ProgressEvent } from '../../progress.js'
import type { RecordedStart } from '../../training/recorded-start.js'
import { noResume, withoutResumeHint } from '../../training/resume-hint.js'
import type { TrainConfig } from '../../training/train-config.js'
import type { TrainResult } from '../../training/train-result.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { Job, JobFlags } from '../config/resolve-job.js'
import { trainsWithoutReward } from '../config/trains-without-reward.js'
import type { AddCommand } from '../create-program.js'
import { addJobOptions } from '../job-options.js'
import { parseCount, parseNumber } from '../parse-argument.js'
import { parseSettings } from '../recipe-settings.js'
import { renderTrained } from '../render-trained.js'
import { watchedProgress } from '../watch-line.js'
import { withStore } from '../with-store.js'

type Recipe = NonNullable<Job['recipe']>

const notToContinue: ReadonlySet<string> = new Set(['detached', noResume])

interface TrainCommandOptions extends JobFlags {
  readonly resume?: string
  readonly numRollout?: number
  readonly rolloutBatchSize?: number
  readonly nSamplesPerPrompt?: number
  readonly lr?: number
  readonly set?: readonly string[]
}

/** Adds `train`: trains by a reward, from a config file or flags, and continues interrupted runs. */
export const addTrainCommand: AddCommand = (program, world, outcome) => {
  const command = program.command('train').description('train a model by a reward, or continue an interrupted run')
  addJobOptions(command)
    .option('--num-rollout <n>', 'rollouts: sample, score, update (default: 10)', parseCount)
    .option('--rollout-batch-size <n>', 'prompts a rollout (default: 16)', parseCount)
    .option('--n-samples-per-prompt <n>', 'samples a prompt (default: 8)', parseCount)
    .option('--lr <x>', 'learning rate (default: 1.25e-4)', parseNumber)
    .option('--set <name=value>', 'any other option of the recipe; may be repeated', collect)
    .option('--resume <run>', 'continue this interrupted run: its id, part of it, or latest')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym train --model tiny-poet --dataset haiku-topics --reward haiku --num-rollout 10\n  training-gym train --set klLossCoef=0.05     # with a gym.config.ts\n  training-gym train --resume latest\n  training-gym train --compute modal            # the GPUs that the recipe asks for; see docs/modal.md',
    )
    .action(async (options: TrainCommandOptions, self) => {
      const session = openSession(self, world)
      const { resolveJob } = await import('../config/resolve-job.js')
      const { changeRecipe } = await import('../config/change-recipe.js')
      const { TrainConfig } = await import('../../training/train-config.js')
      const job =
        options.resume === undefined
          ? await resolveJob(options, world.cwd, 'train')
          : await resumedJob(options.resume, options, session)
      const { model, dataset, evalDataset, reward, checkpoint, compute, seed } = job
      const recipe = changeRecipe(job.recipe, settingsOf(options), compute)
      requireRewardUsed(recipe, options)
      // A resumed run has its evaluations as before, with an interval of its own or without.
      const isEvaluated =
        options.resume !== undefined || (recipe.kind !== 'sft' && recipe.options.evalInterval !== undefined)
      const config = new TrainConfig({
        model,
        dataset,
        recipe,
        ...(isEvaluated && evalDataset !== undefined ? { evalDataset } : {}),
        ...(reward === undefined ? {} : { reward }),
        ...(checkpoint === undefined ? {} : { checkpoint }),
        ...(compute === undefined ? {} : { compute }),
        ...(seed === undefined ? {} : { seed }),
      })
      const { config: file = null, dataset: rows = null, reward: scorer = null } = options
      const start = { cwd: world.cwd, config: job.configFile ?? file, dataset: rows, reward: scorer }
      const onBegun = (trainingRunId: string) => {
        outcome.goOn = `training-gym train --resume ${trainingRunId}`
      }
      const result = await trainTellingHowToResume(config, options.resume, session, { start, onBegun })
      session.print(await renderTrained(result, session))
      session.printJson(result)
    })
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

function settingsOf(options: TrainCommandOptions): Record<string, unknown> {
  const { numRollout, rolloutBatchSize, nSamplesPerPrompt, lr, set = [] } = options
  const named = Object.entries({ numRollout, rolloutBatchSize, nSamplesPerPrompt, lr })
  return { ...Object.fromEntries(named.filter(([, value]) => value !== undefined)), ...parseSettings(set) }
}

/** A flag that would do nothing is refused: some recipes learn from no reward, or bring their scores along. */
function requireRewardUsed(recipe: Recipe, { reward, resume }: TrainCommandOptions): void {
  if (reward === undefined || resume !== undefined) return
  if (!trainsWithoutReward(recipe)) return
  const why =
    recipe.kind === 'sft' ? 'SftRecipe trains without a reward' : "the recipe's customGenerateFunction gives the scores"
  throw new GymError('config', 'bad-options', `--reward ${reward} would do nothing: ${why}; leave it out`)
}

/**
 * Puts the job of an interrupted run together again: its own recipe and start, and what a record cannot keep. Where that
 * comes from is known from the flags of its first start, unless others are given.
 */
async function resumedJob(reference: string, flags: JobFlags, session: CommandSession): Promise<Job> {
  const { resumeJob } = await import('../config/resume-job.js')
  const run = await withStore(session, async (store) => store.runs.get(await store.findRun(reference)))
  if (run === undefined) throw new GymError('store', 'no-such-record', `run "${reference}" was removed meanwhile`)
  const { readStart, unlessGiven } = await import('../../training/recorded-start.js')
  const start = await readStart(session.home, run.trainingRunId)
  return await resumeJob(run, start === null ? flags : unlessGiven(flags, start), session.world.cwd)
}

async function trainTellingHowToResume(
  config: TrainConfig,
  resume: string | undefined,
  session: CommandSession,
  { start, onBegun }: { readonly start: RecordedStart; readonly onBegun: (trainingRunId: string) => void },
): Promise<TrainResult> {
  const { home, signal } = session
  const onProgress = watchedProgress(session)
  const { recordStart } = await import('../../training/recorded-start.js')
  let trainingRunId: string | null = null
  const tell = (event: ProgressEvent) => {
    if (event.kind === 'train-start') {
      trainingRunId = event.trainingRunId
      recordStart(home, trainingRunId, start)
      onBegun(trainingRunId)
    }
    onProgress(event)
  }
  try {
    return await config.train({ home, signal, onProgress: tell, ...(resume === undefined ? {} : { resume }) })
  } catch (error) {
    // A run elsewhere that was let go of is not to be continued: it has not ended.
    // Nor can one be whose resume state is lost; the error says what to do instead.
    if (trainingRunId === null || !GymError.is(error) || notToContinue.has(error.code)) throw error
    const told = withoutResumeHint(error.message, trainingRunId)
    const message = `${told}\nContinue it:  training-gym train --resume ${trainingRunId}`
    throw new GymError(error.boundary, error.code, message, { cause: error })
  }
}
