import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isLoopbackAddress } from '../../deployments/server-access.js'
import { GymError, messageOf } from '../../errors.js'
import { DEFAULT_TIME_LIMIT_MS } from './defaults.js'
import { type RewardErrorPolicy, type RewardServerOptions, startRewardServer } from './reward-server.js'
import { endOfTurnMarkers } from './strip-end-of-turn.js'

/** Exit codes of the server beside a trainer: its reward broke, or it could not start. */
export const rewardExitCodes = { broken: 70, notStarted: 71 } as const

const flags = {
  reward: { type: 'string' },
  name: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  log: { type: 'string' },
  threads: { type: 'string' },
  'time-limit-ms': { type: 'string' },
  'error-score': { type: 'string' },
  'max-errors': { type: 'string' },
  'unscorable-score': { type: 'string' },
  'end-of-turn': { type: 'string', multiple: true },
} as const

/**
 * Runs a reward server as the whole of this process, until SIGTERM or SIGINT. A reward that breaks ends it with code 70,
 * a start that fails with 71, and one `GYM {"event":"failed"...}` line on stdout says why. The token comes from the
 * variable GYM_REWARD_TOKEN, since every user of a machine can read arguments.
 */
export async function runRewardServer(
  argv: readonly string[],
  threadEntry: URL,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  try {
    const options = readFlags(argv, threadEntry, env.GYM_REWARD_TOKEN || undefined)
    const server = await startRewardServer(options)
    process.stdout.write(`reward "${options.rewardName}" is served at ${server.origin}\n`)
    const end = async (code: number) => {
      await server[Symbol.asyncDispose]()
      process.exit(code)
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(0))
    const why = await server.failed
    tellFailure(rewardExitCodes.broken, why)
    await end(rewardExitCodes.broken)
  } catch (error) {
    tellFailure(rewardExitCodes.notStarted, messageOf(error))
    process.exitCode = rewardExitCodes.notStarted
  }
}

function tellFailure(code: number, why: string): void {
  process.stdout.write(`\nGYM ${JSON.stringify({ event: 'failed', code, why })}\n`)
}

function readFlags(argv: readonly string[], threadEntry: URL, token: string | undefined): RewardServerOptions {
  const { values } = parseArgs({ args: [...argv], options: flags })
  const number = (name: keyof typeof values, otherwise: number): number => {
    const given = values[name]
    if (given === undefined) return otherwise
    const value = Number(given)
    if (typeof given === 'string' && given.trim() !== '' && Number.isFinite(value)) return value
    throw new GymError('config', 'bad-options', `--${name} of the reward server is ${String(given)}; give a number`)
  }
  const host = values.host ?? '127.0.0.1'
  requireToken(host, token)
  if (values.reward === undefined) {
    throw new GymError('config', 'bad-options', 'the reward server needs --reward, the bundled module')
  }
  const score = number('error-score', Number.NaN)
  const onError: RewardErrorPolicy = Number.isNaN(score) ? 'stop' : { score, max: number('max-errors', 100) }
  return {
    threadEntry,
    rewardFile: resolve(values.reward),
    rewardName: values.name ?? 'reward',
    host,
    port: number('port', 8787),
    threads: number('threads', Math.min(4, Math.max(1, availableParallelism() >> 2))),
    timeLimitMs: number('time-limit-ms', DEFAULT_TIME_LIMIT_MS),
    unscorableScore: values['unscorable-score'] === undefined ? null : number('unscorable-score', 0),
    endOfTurn: values['end-of-turn'] ?? endOfTurnMarkers,
    onError,
    ...(values.log === undefined ? {} : { logFile: values.log }),
    ...(token === undefined ? {} : { token }),
  }
}

/** Throws GymError 'config' for an address that other machines reach when there is no token. */
export function requireToken(host: string, token: string | undefined): void {
  if (token !== undefined || isLoopbackAddress(host)) return
  const message = `the reward server would let anyone who reaches ${host} call it; give it a token, or listen on 127.0.0.1`
  throw new GymError('config', 'token-missing', message)
}
