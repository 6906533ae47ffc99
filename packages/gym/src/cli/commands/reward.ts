import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { GymError } from '../../errors.js'
import { type CliWorld, type CommandSession, openSession } from '../command-session.js'
import { datasetNamed, rewardNamed, rewardNames } from '../config/named-parts.js'
import type { AddCommand, CommandOutcome } from '../create-program.js'
import { parseCount, parseNumber, parsePort } from '../parse-argument.js'

interface ServeRewardOptions {
  readonly reward: string
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
  readonly dataset: string
  readonly nRows: number
  readonly timeLimitMs: number
  readonly unscorableScore?: number
}

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
    .description('answer a trainer over HTTP with scores until Ctrl-C: POST /score, GET /health')
    .requiredOption('-r, --reward <file#export>', givenAs)
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
    .addHelpText('after', '\nExample:\n  training-gym reward serve --reward ./reward.ts#score --log rewards.jsonl')
    .action(async (options: ServeRewardOptions, command) => {
      const session = openSession(command, world)
      const { serveReward } = await import('../../server/rewards/serve-reward.js')
      const { bundleReward } = await import('../../training/remote/bundle-reward.js')
      const { reward: given, port, host, log, threads, timeLimitMs, errorScore, maxErrors, unscorableScore } = options
      const bundle = await bundleReward({ reward: await sourceOf(given, world.cwd) })
      await using server = await serveReward(bundle, {
        port,
        host,
        log,
        threads,
        timeLimitMs,
        token: options.token ?? (world.env.GYM_REWARD_TOKEN || undefined),
        unscorableScore: unscorableScore ?? null,
        onError: errorScore === undefined ? 'stop' : { score: errorScore, max: maxErrors },
      })
      const { origin } = server
      session.print([
        `${session.colors.bold('URL')}  ${origin}/score`,
        '',
        'Try it:',
        `  curl ${origin}/score -d '{"prompt": "...", "response": "...", "label": "..."}'`,
        '',
        'Ctrl-C stops it.',
      ])
      session.printJson({ url: `${origin}/score`, health: `${origin}/health`, reward: bundle.name })
      const why = await Promise.race([server.failed, untilAborted(session)])
      throw new GymError('reward', 'reward-broken', why)
    })
}

function addCheck(reward: Command, world: CliWorld, outcome: CommandOutcome): void {
  reward
    .command('check')
    .description('try a reward as it would run beside a trainer: bundled, in a thread, on real rows')
    .argument('<file#export>', givenAs)
    .option('-d, --dataset <name>', 'haiku-topics, or the path of a .jsonl file', 'haiku-topics')
    .option('--n-rows <n>', 'rows to try', parseCount, 3)
    .option('--time-limit-ms <n>', 'how long a reward may take for one sample', parseCount, 8000)
    .option('--unscorable-score <n>', 'score of a sample for which the reward returns null', parseNumber)
    .option('--json', 'print every call as JSON')
    .addHelpText('after', '\nExample:\n  training-gym reward check ./reward.ts#score --dataset rows.jsonl')
    .action(async (given: string, options: CheckRewardOptions, command) => {
      const session = openSession(command, world)
      const { bundleReward } = await import('../../training/remote/bundle-reward.js')
      const { dryRunReward } = await import('../../training/remote/dry-run-reward.js')
      const { renderTable } = await import('../../console/table.js')
      const bundle = await bundleReward({ reward: await sourceOf(given, world.cwd) })
      const dataset = await datasetNamed(options.dataset, { split: 'train', nRows: options.nRows })
      const { signal, colors } = session
      const { timeLimitMs, unscorableScore } = options
      const rows = await dataset.load({ signal })
      const calls = await dryRunReward(bundle, { dataset, rows, timeLimitMs, unscorableScore, signal })
      const failures = calls.filter(({ failure }) => failure !== null)
      const cells = calls.map(({ row, response, score, ms }) => [
        String(row),
        response,
        String(score ?? '-'),
        String(ms),
      ])
      const columns = [{ title: 'row' }, { title: 'response' }, number('score'), number('ms')]
      const size = `${(bundle.code.length / 1024).toFixed(0)} KiB`
      session.print([
        ...renderTable({ columns, rows: cells, width: session.tableColumns, colors }),
        '',
        `${bundle.name}: ${calls.length} calls, ${failures.length} failed; the bundle has ${size}`,
      ])
      session.printJson({ reward: bundle.name, bundleBytes: bundle.code.length, calls })
      const said = new Set(failures.map(({ failure }) => String(failure)))
      for (const failure of [...said].slice(0, 3)) session.fail(failure)
      if (failures.length > 0) outcome.exitCode = 1
    })
}

async function sourceOf(reference: string, cwd: string) {
  const { rewardSourceOf } = await import('../../training/remote/reward-source.js')
  // A bare word is a name: files have a folder or an ending.
  if (/[./\\#]/.test(reference)) {
    const source = rewardSourceOf(reference, cwd)
    if (source.kind === 'function' || existsSync(source.path)) return source
    const message = `there is no file ${source.path}; give module and export of the reward, e.g. ./reward.ts#score`
    throw new GymError('config', 'no-reward-file', message)
  }
  return { kind: 'function', fn: await rewardNamed(reference, 'a file: ./reward.ts#score') } as const
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
