import type { ProgressEvent } from '../../progress.js'
import type { GrpoRecipe, GrpoRecipeOptions } from '../../training/grpo-recipe.js'
import type { SftRecipe } from '../../training/sft-recipe.js'
import type { TrainResult } from '../../training/train-config.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { Job, JobFlags } from '../config/resolve-job.js'
import type { AddCommand } from '../create-program.js'
import { addJobOptions } from '../job-options.js'
import { parseCount, parseNumber } from '../parse-argument.js'
import { parseSettings } from '../recipe-settings.js'
import { withStore } from '../with-store.js'

interface TrainCommandOptions extends JobFlags {
  readonly resume?: string
  readonly numRollout?: number
  readonly rolloutBatchSize?: number
  readonly nSamplesPerPrompt?: number
  readonly lr?: number
  readonly set: readonly string[]
}

/** Adds `train`: trains by a reward, from a config file or flags, and continues interrupted runs. */
export const addTrainCommand: AddCommand = (program, world) => {
  const command = program.command('train').description('train a model by a reward, or continue an interrupted run')
  addJobOptions(command)
    .option('--num-rollout <n>', 'rollouts: sample, score, update (default: 10)', parseCount)
    .option('--rollout-batch-size <n>', 'prompts a rollout (default: 16)', parseCount)
    .option('--n-samples-per-prompt <n>', 'samples a prompt (default: 8)', parseCount)
    .option('--lr <x>', 'learning rate (default: 1e-4)', parseNumber)
    .option('--set <name=value>', 'any other option of the recipe; may be repeated', collect, [])
    .option('--resume <run>', 'continue this interrupted run: its id, part of it, or latest')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym train --model tiny-poet --dataset haiku-topics --reward haiku --num-rollout 10\n  training-gym train --set klLossCoef=0.05     # with a gym.config.ts\n  training-gym train --resume latest',
    )
    .action(async (options: TrainCommandOptions, self) => {
      const session = openSession(self, world)
      const { resolveJob } = await import('../config/resolve-job.js')
      const job = options.resume === undefined ? null : await resumedJob(options.resume, options, session)
      const { model, dataset, reward, checkpoint, compute, seed, recipe } =
        job ?? (await resolveJob(options, world.cwd, 'train'))
      const { TrainConfig } = await import('../../training/train-config.js')
      const config = new TrainConfig({
        model,
        dataset,
        recipe: await changedRecipe(recipe, options),
        ...(recipe?.kind === 'sft' ? {} : { reward }),
        ...(checkpoint === undefined ? {} : { checkpoint }),
        ...(compute === undefined ? {} : { compute }),
        ...(seed === undefined ? {} : { seed }),
      })
      const { home, signal } = session
      const onProgress = tellingHowToResume(session)
      const resume = options.resume === undefined ? {} : { resume: options.resume }
      const result = await config.train({ home, signal, onProgress, ...resume })
      session.print(renderResult(result, session))
      session.printJson(result)
    })
}
