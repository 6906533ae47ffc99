import type { ModelDeployment } from '../deployments/model-deployment.js'
import { GymError } from '../errors.js'
import { shownValue } from '../options/shown-value.js'
import type { GuardedCaller } from '../rewards/guarded-calls.js'
import { type ScoreSampleOptions, scoreSample } from '../rewards/score-sample.js'
import { storableDetails } from '../rewards/storable-details.js'
import type { Reward, RewardResult, RewardSample } from '../trip.js'
import type { CheckedEvalOptions, EvalRowResult } from './eval-options.js'
import type { NamedScorer, ScorerResult } from './scorers.js'

/** What a scorer made of one response. */
export interface ScoredResponse {
  readonly score: number | null
  readonly metadata: Readonly<Record<string, unknown>>
  /** The response as it is to be kept. */
  readonly response: string
  readonly prompt: string
}

/** Scores a response with one scorer; throws GymError 'reward', or 'interrupted'. */
export function scoreResponse(
  scorer: NamedScorer,
  sample: RewardSample,
  limits: { readonly timeLimitMs: number; readonly signal: AbortSignal; readonly caller: GuardedCaller },
): Promise<ScoredResponse> {
  const { timeLimitMs, signal, caller } = limits
  return guarded(scorer.score, sample, { timeLimitMs, signal, caller, rewardName: scorer.name })
}

/** Runs `evalFn` for one sample; throws what the deployment threw in it, GymError 'reward', or 'interrupted'. */
export async function runEvalFn(
  options: Pick<CheckedEvalOptions, 'evalFn' | 'timeLimitMs'>,
  sample: RewardSample,
  deployment: ModelDeployment,
  context: { readonly signal: AbortSignal; readonly seed: number },
): Promise<ScoredResponse> {
  const { evalFn, timeLimitMs } = options
  if (evalFn === undefined) throw new TypeError('an evaluation without evalFn')
  const ending = new AbortController()
  const signal = AbortSignal.any([context.signal, ending.signal])
  let providerFailure: GymError | undefined
  const call = async ({ row }: RewardSample) => {
    try {
      const result = await evalFn(row, deployment, { ...context, signal })
      if (result !== null && (typeof result !== 'object' || typeof result.response !== 'string')) {
        const message = `evalFn returned ${shownValue(result)} for "${sample.row.input}"; return { score, response }, or null when it cannot be scored`
        throw new GymError('reward', 'reward-bad-result', message)
      }
      return result
    } catch (error) {
      if (GymError.is(error) && error.boundary === 'provider') providerFailure = error
      throw error
    }
  }
  try {
    const limits = { timeLimitMs, rewardName: evalFn.name || 'evalFn', signal: context.signal }
    return await guarded(call, sample, limits)
  } catch (error) {
    throw providerFailure ?? error
  } finally {
    // What an evalFn that ran out of time still waits for ends with it.
    ending.abort()
  }
}

async function guarded(
  call: (sample: RewardSample) => ScorerResult | Promise<ScorerResult>,
  sample: RewardSample,
  limits: ScoreSampleOptions & { readonly rewardName: string },
): Promise<ScoredResponse> {
  let said: { readonly response: string; readonly prompt: string } = {
    response: sample.response,
    prompt: sample.row.input,
  }
  const read = (result: ScorerResult): RewardResult => {
    if (!isRowResult(result)) return result
    const { response, prompt, metadata, ...rest } = result
    said = { response, prompt: prompt ?? said.prompt }
    // Whatever stands beside the named fields is a detail too, as it is for a reward.
    return { ...metadata, ...rest }
  }
  const reward: Reward = (seen) => {
    // Not async: a call that never gives the thread back can only be stopped before its first await.
    const result = call(seen)
    if (!(result instanceof Promise)) return read(result)
    const later = result.then(read)
    // When time runs out at this very moment nobody takes the promise, and its failure must not end the process.
    later.catch(() => undefined)
    return later
  }
  const scored = await scoreSample(reward, sample, limits)
  const metadata = storableDetails(scored.details, limits.rewardName)
  const { response, prompt } = said
  return { response, prompt, score: scored.kind === 'scored' ? scored.score : null, metadata }
}

function isRowResult(result: ScorerResult): result is EvalRowResult {
  return typeof result === 'object' && result !== null && 'response' in result && typeof result.response === 'string'
}
