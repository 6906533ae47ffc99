import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Dataset } from '../../datasets/dataset.js'
import { GymError, messageOf } from '../../errors.js'
import { scoreSample } from '../../rewards/score-sample.js'
import { DEFAULT_TIME_LIMIT_MS } from '../../server/rewards/defaults.js'
import { RewardThread } from '../../server/rewards/reward-thread.js'
import { endOfTurnMarkers } from '../../server/rewards/strip-end-of-turn.js'
import type { DatasetRow, Reward } from '../../trip.js'
import type { RewardBundle } from './bundle-reward.js'
import { builtModule } from './gym-in-bundle.js'

export interface DryRunOptions {
  readonly dataset: Pick<Dataset, 'messages'>
  /** The rows to try; each is tried with several responses. */
  readonly rows: readonly DatasetRow[]
  readonly timeLimitMs?: number
  /** What a sample that cannot be scored gets; null, the default, makes it a failure. */
  readonly unscorableScore?: number | null
  /** The reward as it runs here; the bundle must give the same scores. */
  readonly here?: Reward
  readonly signal?: AbortSignal
}

/** What the bundled reward did with one response. */
export interface DryRunCall {
  readonly row: number
  /** Which response was tried. */
  readonly response: 'reference answer' | 'empty' | 'prompt repeated' | '4,000 tokens'
  readonly score: number | null
  readonly ms: number
  /** Why it failed; null when it did not. */
  readonly failure: string | null
}

/** About 4,000 tokens of English. */
const longResponse = 'the old pond is still and a frog leaps into the sound of the water\n'.repeat(250)

/**
 * Tries a bundled reward on real rows, in a thread as beside a trainer, with the responses that rewards break on: none, the
 * prompt again, a very long one. Costs nothing, and is done before anything that does. Throws GymError 'reward' when the
 * module does not load; what single calls do is in the result.
 */
export async function dryRunReward(bundle: RewardBundle, options: DryRunOptions): Promise<readonly DryRunCall[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gym-dry-run-'))
  try {
    const rewardFile = join(folder, 'reward.mjs')
    await writeFile(rewardFile, bundle.code)
    await using thread = await startThread(rewardFile, bundle.name, options)
    const calls: DryRunCall[] = []
    for (const row of options.rows) {
      for (const [response, text] of responsesFor(row, options.dataset)) {
        options.signal?.throwIfAborted()
        const label = { ...row, messages: options.dataset.messages(row) }
        const job = JSON.stringify({ prompt: row.input, response: text, label, finish_reason: 'stop' })
        const from = performance.now()
        const { status, body, fault } = await thread.do({ route: 'score', text: job })
        const ms = Math.round((performance.now() - from) * 10) / 10
        const score = status === 200 ? (JSON.parse(body) as { score: number }).score : null
        const failure = fault ?? (status === 200 ? await differs(score, row, text, options) : body)
        calls.push({ row: row.index, response, score, ms, failure })
      }
    }
    return calls
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function startThread(rewardFile: string, rewardName: string, options: DryRunOptions): Promise<RewardThread> {
  const { timeLimitMs = DEFAULT_TIME_LIMIT_MS, unscorableScore = null } = options
  const entry = pathToFileURL(builtModule('server/rewards/reward-server-main.js'))
  const settings = { rewardFile, rewardName, timeLimitMs, unscorableScore, endOfTurn: endOfTurnMarkers }
  const { thread, offers } = await RewardThread.start(entry, settings).catch((cause: unknown) => {
    const message = `${messageOf(cause)}; it was loaded as it will be beside the trainer, where there is nothing but Node`
    throw new GymError('reward', 'reward-not-loaded', message, { cause })
  })
  // With no rows to try, an environment only has to load.
  if (offers.includes('reward') || (options.rows.length === 0 && offers.includes('episode'))) return thread
  await thread[Symbol.asyncDispose]()
  const message = `the reward "${rewardName}" is no function; export one: function ${/^\w+$/.test(rewardName) ? rewardName : 'score'}(sample) { return 1 }`
  throw new GymError('config', 'reward-not-a-function', message)
}

function responsesFor(row: DatasetRow, dataset: Pick<Dataset, 'messages'>): [DryRunCall['response'], string][] {
  const prompt = dataset.messages(row).at(-1)?.content ?? ''
  return [
    ...(row.output === undefined ? [] : [['reference answer', row.output] as [DryRunCall['response'], string]]),
    ['empty', ''],
    ['prompt repeated', prompt],
    ['4,000 tokens', longResponse],
  ]
}

async function differs(
  score: number | null,
  row: DatasetRow,
  response: string,
  { here, dataset, timeLimitMs, unscorableScore = null, signal }: DryRunOptions,
): Promise<string | null> {
  if (here === undefined) return null
  const sample = { row, messages: dataset.messages(row), response, finishReason: 'stop' as const, sampleIndex: 0 }
  const scored = await scoreSample(here, sample, { timeLimitMs, signal })
  const expected = scored.kind === 'scored' ? scored.score : unscorableScore
  if (expected === score) return null
  return `the bundled reward gives ${score} where the reward here gives ${expected}; it may depend on what its file does when it runs, which does not travel`
}
