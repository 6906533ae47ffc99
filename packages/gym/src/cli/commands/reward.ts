import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { GymError } from '../../errors.js'
import type { RewardBundleSources } from '../../training/remote/bundle-reward.js'
import type { RewardSource } from '../../training/remote/reward-source.js'
import { type CliWorld, type CommandSession, openSession } from '../command-session.js'
import { datasetNamed, rewardNamed, rewardNames } from '../config/named-parts.js'
import type { AddCommand, CommandOutcome } from '../create-program.js'
import { parseCount, parseNumber, parsePort } from '../parse-argument.js'

interface ServeRewardOptions {
  readonly reward?: string
  readonly episode?: string
  readonly port: number
  readonly host: string
  readonly token?: string
  readonly log?: string
  readonly threads: number
  readonly timeLimitMs: number
  readonly errorScore?: number
  readonly maxErrors: number
  readonly unscorableScore?: number
}

interface CheckRewardOptions {
  readonly episode?: string
  readonly dataset: string
  readonly nRows: number
  readonly timeLimitMs: number
  readonly unscorableScore?: number
}

const episodeGivenAs = 'module and export of an environment of several turns, e.g. ./guess.ts#episode'
const givenAs = `module and export of the reward, e.g. ./reward.ts#score, or a name: ${rewardNames.join(', ')}`

/** Adds `reward serve` and `reward check`: a reward for trainers elsewhere, and its dry run here. */
export const addRewardCommand: AddCommand = (program, world, outcome) => {
  const reward = program.command('reward').description('serve a reward to a trainer elsewhere, or try it on real rows')
  addServe(reward, world)
  addCheck(reward, world, outcome)
}

function addServe(reward: Command, world: CliWorld): void {
  reward
    .command('serve')
    .description('answer a trainer over HTTP with scores until Ctrl-C: POST /score (or /episode), GET /health')
    .option('-r, --reward <file#export>', givenAs)
    .option('--episode <file#export>', `in place of a reward: ${episodeGivenAs}`)
    .option('-p, --port <n>', 'port; 0 takes any free one', parsePort, 8787)
    .option('--host <address>', 'address to listen on; others than this machine need a token', '127.0.0.1')
    .option('--token <token>', 'what callers must send (default: the variable GYM_REWARD_TOKEN)')
    .option('--log <file>', 'append every sample with its score to this file, one JSON object a line')
    .option('--threads <n>', 'threads that score', parseCount, 1)
    .option('--time-limit-ms <n>', 'how long a reward may take for one sample', parseCount, 8000)
    .option(
      '--error-score <n>',
      'score of a sample on which the reward breaks (default: stop at the first)',
      parseNumber,
    )
    .option('--max-errors <n>', 'stop all the same after this many of them', parseCount, 100)
    .option('--unscorable-score <n>', 'score of a sample for which the reward returns null', parseNumber)
    .option('--json', 'print the URL as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym reward serve --reward ./reward.ts#score --log rewards.jsonl\n  training-gym reward serve --episode ./guess.ts#episode',
    )
    .action(async (options: ServeRewardOptions, command) => {
      const session = openSession(command, world)
      const { serveReward } = await import('../../server/rewards/serve-reward.js')
      const { bundleReward } = await import('../../training/remote/bundle-reward.js')
      const { port, host, log, threads, timeLimitMs, errorScore, maxErrors, unscorableScore } = options
      const bundle = await bundleReward(await sourcesOf(options, world.cwd))
      const starting = serveReward(bundle, {
        port,
        host,
        log,
        threads,
        timeLimitMs,
        token: options.token ?? (world.env.GYM_REWARD_TOKEN || undefined),
        unscorableScore: unscorableScore ?? null,
        onError: errorScore === undefined ? 'stop' : { score: errorScore, max: maxErrors },
      })
      await using server = await Promise.race([starting, untilAborted(session)])
      const [route, example] =
        options.episode === undefined
          ? ['score', '{"prompt": "...", "response": "...", "label": "..."}']
          : ['episode', '{"prompt": "...", "label": "..."}']
      const url = `${server.origin}/${route}`
      session.print([
        `${session.colors.bold('URL')}  ${url}`,
        '',
        'Try it:',
        `  curl ${url} -d '${example}'`,
        '',
        'Ctrl-C stops it.',
      ])
      session.printJson({ url, health: `${server.origin}/health`, reward: bundle.name })
      const why = await Promise.race([server.failed, untilAborted(session)])
      throw new GymError('reward', 'reward-broken', why)
    })
}

function addCheck(reward: Command, world: CliWorld, outcome: CommandOutcome): void {
  reward
    .command('check')
    .description('try a reward as it would run beside a trainer: bundled, in a thread, on real rows')
    .argument('[file#export]', givenAs)
    .option('--episode <file#export>', `in place of a reward: ${episodeGivenAs}; tries that it loads`)
    .option('-d, --dataset <name>', 'haiku-topics, or the path of a .jsonl file', 'haiku-topics')
    .option('--n-rows <n>', 'rows to try', parseCount, 3)
    .option('--time-limit-ms <n>', 'how long a reward may take for one sample', parseCount, 8000)
    .option('--unscorable-score <n>', 'score of a sample for which the reward returns null', parseNumber)
    .option('--json', 'print every call as JSON')
    .addHelpText('after', '\nExample:\n  training-gym reward check ./reward.ts#score --dataset rows.jsonl')
    .action(async (reward: string | undefined, options: CheckRewardOptions, command) => {
      const session = openSession(command, world)
      if (options.episode !== undefined) requireUsed(command)
      const { bundleReward } = await import('../../training/remote/bundle-reward.js')
      const { dryRunReward } = await import('../../training/remote/dry-run-reward.js')
      const { renderTable } = await import('../../console/table.js')
      const { episode, timeLimitMs, unscorableScore } = options
      const refuse = (error: unknown): never => {
        throw episode === undefined ? error : asOfEpisode(error, episode)
      }
      const bundle = await bundleReward(await sourcesOf({ reward, episode }, world.cwd)).catch(refuse)
      const dataset = await datasetNamed(options.dataset, { split: 'train', nRows: options.nRows })
      const { signal, colors } = session
      const rows = reward === undefined ? [] : await dataset.load({ signal })
      const trial = dryRunReward(bundle, { dataset, rows, timeLimitMs, unscorableScore, signal })
      // A call that holds its thread hears of no signal.
      const calls = await Promise.race([trial, untilAborted(session)]).catch(refuse)
      const failures = calls.filter(({ failure }) => failure !== null)
      const cells = calls.map(({ row, response, score, ms }) => [
        String(row),
        response,
        String(score ?? '-'),
        String(ms),
      ])
      const columns = [{ title: 'row' }, { title: 'response' }, number('score'), number('ms')]
      const size = `${Math.ceil(bundle.code.length / 1024)} KiB`
      session.print([
        ...(reward === undefined
          ? [`${bundle.name}: an environment that loads; the bundle has ${size}. Only a model's turns can try more.`]
          : [
              ...renderTable({ columns, rows: cells, width: session.tableColumns, colors }),
              '',
              `${bundle.name}: ${calls.length} calls, ${failures.length} failed; the bundle has ${size}`,
            ]),
      ])
      session.printJson({ reward: bundle.name, bundleBytes: bundle.code.length, calls })
      const said = new Set(failures.map(({ failure }) => String(failure)))
      for (const failure of [...said].slice(0, 3)) session.fail(failure)
      if (failures.length > 0) outcome.exitCode = 1
      if (failures.length > 0 && failures.every(({ failure }) => /\bsay is not a function\b/.test(String(failure)))) {
        session.fail(`"${bundle.name}" calls say(), as an environment of several turns does; try: --episode ${reward}`)
      }
    })
}

async function sourcesOf(
  { reward, episode }: Pick<ServeRewardOptions, 'reward' | 'episode'>,
  cwd: string,
): Promise<RewardBundleSources> {
  const refuse = (message: string) => new GymError('config', 'bad-options', message)
  if (episode === undefined) {
    if (reward !== undefined) return { reward: await rewardOf(reward, cwd) }
    throw refuse(
      'there is nothing to score with; give a reward, e.g. ./reward.ts#score, or --episode ./guess.ts#episode',
    )
  }
  if (reward !== undefined)
    throw refuse(`reward ${reward} and --episode: each gives scores of its own; give one of them`)
  return { episode: await moduleOf(episode, cwd, 'environment, e.g. ./guess.ts#episode') }
}

async function rewardOf(reference: string, cwd: string): Promise<RewardSource> {
  // A bare word is a name: files have a folder or an ending.
  if (/[./\\#]/.test(reference)) return await moduleOf(reference, cwd, 'reward, e.g. ./reward.ts#score')
  return { kind: 'function', fn: await rewardNamed(reference, 'a file: ./reward.ts#score') }
}

async function moduleOf(reference: string, cwd: string, what: string): Promise<RewardSource> {
  const { rewardSourceOf } = await import('../../training/remote/reward-source.js')
  const source = rewardSourceOf(reference, cwd)
  if (source.kind === 'function' || existsSync(source.path)) return source
  const message = `there is no file ${source.path}; give module and export of the ${what}`
  throw new GymError('config', 'no-reward-file', message)
}

/** Options that say how to call a reward; an environment is only loaded. */
const ofRewardsAlone = ['dataset', 'nRows', 'timeLimitMs', 'unscorableScore'] as const

function requireUsed(command: Command): void {
  const given = ofRewardsAlone.find((name) => command.getOptionValueSource(name) === 'cli')
  if (given === undefined) return
  const flag = command.options.find((option) => option.attributeName() === given)?.long ?? given
  const message = `${flag} would do nothing: --episode tries only that the environment loads; leave ${flag} out`
  throw new GymError('config', 'bad-options', message)
}

/** Says of an environment what was said of a reward. */
function asOfEpisode(error: unknown, reference: string): unknown {
  if (!GymError.is(error)) return error
  const { boundary, code } = error
  const [, name = 'episode'] = /#(\w+)$/.exec(reference) ?? []
  const message =
    code === 'reward-not-a-function'
      ? `the environment ${reference} is no function; export one: async function ${name}({ say }) { await say(); return 1 }`
      : error.message.replace(/^the reward\b/, 'the environment').replace('export the reward', 'export it')
  return new GymError(boundary, code, message, { cause: error })
}

function number(title: string) {
  return { title, align: 'right' } as const
}

/** Rejects at Ctrl-C. */
function untilAborted({ signal }: CommandSession): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
