import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { GymError, messageOf } from '../../errors.js'
import { parseOptions } from '../../options/parse-options.js'
import { DEFAULT_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS } from './defaults.js'
import { type RewardServer, startRewardServer } from './reward-server.js'
import { requireToken } from './run-reward-server.js'
import { endOfTurnMarkers } from './strip-end-of-turn.js'

const schema = z.strictObject({
  /** Default 8787; 0 takes any free one. */
  port: z.int().min(0).max(65_535).default(8787),
  /** Default 127.0.0.1; any other than this machine's own needs `token`. */
  host: z.string().min(1).default('127.0.0.1'),
  /** What callers must send. */
  token: z.string().min(1).optional(),
  /** File that every sample is appended to. */
  log: z.string().min(1).optional(),
  /** Default 1. */
  threads: z.int().min(1).max(256).default(1),
  /** Milliseconds that one call may take. Default 8,000. */
  timeLimitMs: z.int().min(1).max(MAX_TIME_LIMIT_MS).default(DEFAULT_TIME_LIMIT_MS),
  /** What a broken reward does. Default 'stop'. */
  onError: z.union([z.literal('stop'), z.strictObject({ score: z.number(), max: z.int().min(1) })]).default('stop'),
  /** Score of a sample that cannot be scored; null, the default, makes it an error. */
  unscorableScore: z.number().nullable().default(null),
  endOfTurn: z.array(z.string().min(1)).default([...endOfTurnMarkers]),
})

export type ServeRewardOptions = z.input<typeof schema>

/**
 * Serves a bundled reward from this process. Throws GymError: 'config' for an option or a port, 'reward' when the module
 * does not load.
 */
export async function serveReward(
  bundle: { readonly code: string; readonly name: string },
  options: ServeRewardOptions = {},
): Promise<RewardServer> {
  const { log, ...checked } = parseOptions(schema, options, 'the reward server')
  requireToken(checked.host, checked.token)
  const folder = await mkdtemp(join(tmpdir(), 'gym-reward-server-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const rewardFile = join(folder, 'reward.mjs')
    await writeFile(rewardFile, bundle.code)
    const server = await startRewardServer({
      ...checked,
      rewardFile,
      rewardName: bundle.name,
      threadEntry: threadEntry(),
      ...(log === undefined ? {} : { logFile: log }),
    })
    const close = async () => {
      await server[Symbol.asyncDispose]()
      await remove()
    }
    return { ...server, [Symbol.asyncDispose]: close }
  } catch (error) {
    await remove()
    if (GymError.is(error)) throw error
    throw new GymError('reward', 'reward-not-loaded', messageOf(error), { cause: error })
  }
}

function threadEntry(): URL {
  // Under a test runner this module is TypeScript, which a thread of Node 20 cannot run: the built program runs.
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(
    isSource ? '../../../dist/server/rewards/reward-server-main.js' : './reward-server-main.js',
    import.meta.url,
  )
}
