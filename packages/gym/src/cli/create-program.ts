import { Command } from 'commander'
import { gymVersion } from '../gym-version.js'
import type { CliWorld } from './command-session.js'
import { addAttachCommand } from './commands/attach.js'
import { addChatCommand } from './commands/chat.js'
import { addCheckpointsCommand } from './commands/checkpoints.js'
import { addCompareCommand } from './commands/compare.js'
import { addDashboardCommand } from './commands/dashboard.js'
import { addDeploymentsCommand } from './commands/deployments.js'
import { addDoctorCommand } from './commands/doctor.js'
import { addEvalCommand } from './commands/eval.js'
import { addEvalsCommand } from './commands/evals.js'
import { addLogsCommand } from './commands/logs.js'
import { addPsCommand } from './commands/ps.js'
import { addReceiptCommand } from './commands/receipt.js'
import { addReportCommand } from './commands/report.js'
import { addRescoreCommand } from './commands/rescore.js'
import { addRewardCommand } from './commands/reward.js'
import { addRunsCommand } from './commands/runs.js'
import { addServeCommand } from './commands/serve.js'
import { addStopCommand } from './commands/stop.js'
import { addTrainCommand } from './commands/train.js'
import { addTutorialCommand } from './commands/tutorial.js'
import { addVerifyCommand } from './commands/verify.js'
import { parseFolder } from './parse-argument.js'

/** Where a command leaves an exit code that is not an error's, e.g. 1 for a gate that did not pass. */
export interface CommandOutcome {
  exitCode: number
  /** The command that goes on with what has begun, should the process be ended from within; absent while nothing has. */
  goOn?: string
}

/** Adds one command to the program. Modules that load the engine or the store are imported by its action only. */
export type AddCommand = (program: Command, world: CliWorld, outcome: CommandOutcome) => void

const commands: readonly AddCommand[] = [
  addTutorialCommand,
  addServeCommand,
  addEvalCommand,
  addTrainCommand,
  addRunsCommand,
  addPsCommand,
  addAttachCommand,
  addLogsCommand,
  addStopCommand,
  addCheckpointsCommand,
  addEvalsCommand,
  addCompareCommand,
  addRescoreCommand,
  addReportCommand,
  addReceiptCommand,
  addVerifyCommand,
  addRewardCommand,
  addDeploymentsCommand,
  addDashboardCommand,
  addChatCommand,
  addDoctorCommand,
]

/** Builds the whole command line; nothing runs until it is parsed. */
export function createProgram(world: CliWorld, outcome: CommandOutcome): Command {
  const program = new Command('training-gym')
    .description('RL post-training with verifiable rewards: serve, evaluate, train, compare.')
    .version(gymVersion(), '-V, --version', 'print the version')
    .option(
      '--home <dir>',
      'folder of runs and checkpoints (default: TRAINING_GYM_HOME, else .training-gym)',
      parseFolder,
    )
    .option('-q, --quiet', 'no progress on stderr')
    .option('--verbose', 'show the stack of an error')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for what it takes, with an example)')
    .addHelpText(
      'after',
      '\nStart here:\n  training-gym doctor     what this machine can run\n  training-gym tutorial   the whole loop in a few minutes',
    )
  for (const add of commands) add(program, world, outcome)
  return program
}
