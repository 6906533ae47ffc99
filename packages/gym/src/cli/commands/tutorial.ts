import { Option } from 'commander'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { parseWholeNumber } from '../parse-argument.js'
import { sayHowToWatch } from '../watch-line.js'

interface TutorialOptions {
  readonly json?: string
  readonly seed?: number
  readonly compute: string
  readonly dryRun?: boolean
}

/** Adds `tutorial`: the whole loop on the bundled model, from the file that a reader learns from. */
export const addTutorialCommand: AddCommand = (program, world) => {
  program
    .command('tutorial')
    .description('run the whole loop on the bundled model: serve, score, train, compare')
    .option('--json <file>', 'also write evals, comparisons and runs to this file')
    .option('--seed <n>', 'set every random choice', parseWholeNumber)
    .addOption(new Option('--compute <where>', 'where it runs').choices(['local', 'modal']).default('local'))
    .option('--dry-run', 'say what would run, and stop')
    .addHelpText('after', '\nExample:\n  training-gym tutorial --seed 7 --json tutorial.json')
    .action(async (options: TutorialOptions, command) => {
      const session = openSession(command, world)
      const { findTutorial, runTutorial } = await import('../run-tutorial.js')
      const file = findTutorial('000-rl-basics.ts')
      const args = ['--compute', options.compute]
      if (options.json !== undefined) args.push('--json', options.json)
      if (options.seed !== undefined) args.push('--seed', String(options.seed))
      if (session.isQuiet) args.push('--quiet')
      // On GPUs the tutorial itself says what would run: arguments, files and price come from what it configures.
      if (options.dryRun === true && options.compute !== 'local') args.push('--dry-run')
      else if (options.dryRun === true) {
        session.print([
          `would run ${file} with ${args.join(' ')}`,
          `keeping runs and checkpoints in ${session.home}`,
          'serve, evaluate, train, list checkpoints, serve, evaluate, train on, evaluate, compare',
        ])
        return
      }
      if (options.json !== undefined) {
        const { requireWritable } = await import('../evaluation/write-output.js')
        await requireWritable(options.json, world.cwd)
      }
      sayHowToWatch(session)
      await runTutorial(file, args)
    })
}
