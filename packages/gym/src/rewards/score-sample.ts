import { GymError, messageOf } from '../errors.js'
import { shownValue } from '../options/shown-value.js'
import { placesOf } from '../places-of.js'
import type { Reward, RewardResult, RewardSample, Scored } from '../trip.js'
import { type CallOutcome, callWithin } from './call-within.js'
import type { GuardedCaller } from './guarded-calls.js'
import { isolatedSample } from './isolated-sample.js'
import { stuckWatch } from './stuck-watch.js'

export interface ScoreSampleOptions {
  /** Milliseconds that the reward may hold the thread, and again that its promise may take. Default 10,000. */
  readonly timeLimitMs?: number
  /** Name for messages. Default: the function's own name, or `reward`. */
  readonly rewardName?: string
  /** The option that sets the limit, for messages. Default `rewardTimeLimitMs`. */
  readonly timeLimitOption?: string
  /** Ends the wait with a GymError of boundary 'interrupted'. */
  readonly signal?: AbortSignal
  /** Makes the call, e.g. together with others. Default: at once and by itself. */
  readonly caller?: GuardedCaller
}

/**
 * Calls a reward for one sample and says what became of it: scored, or unscorable when it returned null.
 *
 * Throws a GymError of boundary 'reward' that names reward, sample and value when it threw ('reward-threw'), took longer
 * than the limit ('reward-timeout', endless loops included), returned NaN or an infinity ('reward-not-finite') or anything
 * that is not a score ('reward-bad-result'). A GymError that it threw itself keeps its boundary and code, as for a row without a
 * reference ('data') or a missing program ('config'); only 'interrupted', such as a time-out of its own call to a judge, is
 * its failure while `signal` has not aborted. An endless loop after the reward's first `await` can be ended by nothing but
 * the end of the process, which `stuckWatch` brings about.
 */
export async function scoreSample(
  reward: Reward,
  sample: RewardSample,
  options: ScoreSampleOptions = {},
): Promise<Scored> {
  const { timeLimitMs = 10_000, timeLimitOption = 'rewardTimeLimitMs', signal } = options
  const name = options.rewardName ?? (reward.name || 'reward')
  const where = `sample ${sample.sampleIndex} of ${shownValue(sample.row.input, 40)}`
  throwIfAborted(signal, where)

  const tooSlow = () =>
    new GymError(
      'reward',
      'reward-timeout',
      `reward "${name}" did not finish ${where} within ${timeLimitMs / 1000} s; make it faster, end its loops, or raise its time limit (${timeLimitOption})`,
    )

  const failed = (error: unknown) => asThrown(error, name, where, signal)
  const call = () => {
    // With other calls this one may have waited, and what went before it have ended the work.
    throwIfAborted(signal, where)
    return settling(reward(isolatedSample(sample)))
  }
  const called = options.caller ? await options.caller(timeLimitMs, call) : callWithin(timeLimitMs, call)
  if (called.kind === 'too-slow') throw tooSlow()
  if (called.kind === 'threw') throw failed(called.error)
  const read = (result: unknown) => {
    try {
      return scoredBy(result, name, where)
    } catch (error) {
      // A getter of the result may throw, too.
      throw failed(error)
    }
  }
  if (!(called.value instanceof Promise)) return read(called.value)

  const endWatch = stuckWatch.begin(name, timeLimitMs)
  const settled = await settledWithin(called.value, timeLimitMs, signal).finally(endWatch)
  switch (settled.kind) {
    case 'too-slow':
      throw tooSlow()
    case 'threw':
      throw failed(settled.error)
    case 'aborted':
      throw interrupted(where, signal)
    case 'returned':
      return read(settled.value)
  }
}

function asThrown(cause: unknown, name: string, where: string, signal: AbortSignal | undefined): GymError {
  const isOwnTimeOut = GymError.is(cause) && cause.boundary === 'interrupted' && signal?.aborted !== true
  if (GymError.is(cause) && !isOwnTimeOut) {
    const isWhole = cause.boundary === 'reward' || cause.boundary === 'interrupted'
    return isWhole
      ? cause
      : new GymError(cause.boundary, cause.code, `reward "${name}", ${where}: ${cause.message}`, { cause })
  }
  const { theirs } = placesOf(cause)
  const place = theirs === undefined ? '' : ` (${theirs})`
  const message = `reward "${name}" threw for ${where}: ${messageOf(cause)}${place}; fix it, or return null when it cannot be scored`
  return new GymError('reward', 'reward-threw', message, { cause })
}

/** Reads what a reward returned as a score; throws GymError `reward-not-finite` or `reward-bad-result` naming the value. */
export function scoredBy(result: unknown, name: string, where: string): Scored {
  if (result === null) return { kind: 'unscorable', details: {} }
  if (typeof result === 'number') return { kind: 'scored', score: finite(result, result, name, where), details: {} }
  if (typeof result !== 'object' || Array.isArray(result) || !('score' in result)) {
    throw badResult('reward-bad-result', result, name, where)
  }
  const { score, ...details } = result as { score: unknown } & Record<string, unknown>
  if (score === null) return { kind: 'unscorable', details }
  if (typeof score !== 'number') throw badResult('reward-bad-result', result, name, where)
  return { kind: 'scored', score: finite(score, result, name, where), details }
}

function finite(score: number, result: unknown, name: string, where: string): number {
  // In training it becomes a number of 32 bits.
  if (Number.isFinite(Math.fround(score))) return score
  // JSON would show { score: NaN } as { score: null }, which is the very thing it is not.
  throw badResult('reward-not-finite', typeof result === 'object' ? { score: String(score) } : score, name, where)
}

function badResult(code: string, result: unknown, name: string, where: string): GymError {
  const next = isTruthValue(result)
    ? 'put "? 1 : 0" behind it: a score is a finite number, or null when it cannot be scored'
    : 'return a finite number, or null when it cannot be scored'
  const message = `reward "${name}" returned ${shownValue(result)} for ${where}; ${next}`
  return new GymError('reward', code, message)
}

/** Tells `true` and `{ score: true }` from other results. */
function isTruthValue(result: unknown): boolean {
  const score = typeof result === 'object' && result !== null && 'score' in result ? result.score : result
  return typeof score === 'boolean'
}

type Settled = CallOutcome<unknown> | { readonly kind: 'aborted' }

/** Waits for a promise, the limit or the signal, whichever is first, and leaves neither timer nor listener behind. */
async function settledWithin(
  promise: Promise<RewardResult>,
  timeLimitMs: number,
  signal: AbortSignal | undefined,
): Promise<Settled> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  try {
    return await new Promise<Settled>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'too-slow' }), timeLimitMs)
      onAbort = () => resolve({ kind: 'aborted' })
      signal?.addEventListener('abort', onAbort, { once: true })
      promise.then(
        (value) => resolve({ kind: 'returned', value }),
        (error: unknown) => resolve({ kind: 'threw', error }),
      )
    })
  } finally {
    clearTimeout(timer)
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
  }
}

/** Makes a promise of what only behaves like one, within the guarded call: its `then` is the reward's own code. */
function settling(result: RewardResult | PromiseLike<RewardResult>): RewardResult | Promise<RewardResult> {
  if (result instanceof Promise || !isThenable(result)) return result
  return new Promise((resolve, reject) => result.then(resolve, reject))
}

function isThenable(value: unknown): value is PromiseLike<RewardResult> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function throwIfAborted(signal: AbortSignal | undefined, where: string): void {
  if (signal?.aborted === true) throw interrupted(where, signal)
}

function interrupted(where: string, signal: AbortSignal | undefined): GymError {
  return new GymError('interrupted', 'aborted', `scoring ${where} was interrupted`, { cause: signal?.reason })
}
