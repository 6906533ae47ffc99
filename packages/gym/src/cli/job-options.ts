import { type Command, Option } from 'commander'
import { rewardNames } from './config/named-parts.js'
import { parseCount, parseWholeNumber } from './parse-argument.js'

/** Adds the options that `eval` and `train` share. */
export function addJobOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'config file (default: gym.config.ts of the working folder, if there is one)')
    .option('-m, --model <model>', 'name of a model, e.g. tiny-poet, a repository, or a folder of weights')
    .option('--checkpoint <folder>', "weights to use in place of the model's own")
    .option(
      '-d, --dataset <name>',
      'haiku-topics, or a .jsonl or .csv file with a column input, and output for an answer (default: haiku-topics)',
    )
    .option(
      '-r, --reward <name>',
      `${rewardNames.join(', ')}; any other needs a config file (default for haiku-topics: haiku)`,
    )
    .option('--n-rows <n>', 'use at most this many rows', parseCount)
    .option('--seed <n>', 'set every random choice (default: 0)', parseWholeNumber)
    .addOption(
      new Option('--compute <where>', 'where it runs (default: what the config file says, else this machine)').choices([
        'local',
        'modal',
      ]),
    )
}
