import pLimit from 'p-limit'
import { GymError } from '../errors.js'
import { ownSignal } from '../options/own-signal.js'
import { guardedCalls } from '../rewards/guarded-calls.js'
import { scoreSample } from '../rewards/score-sample.js'
import { storableDetails, toldOfUnscored } from '../rewards/storable-details.js'
import type { Reward, Scored } from '../trip.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import type { RolloutGroup, RolloutSample } from './rollout-group.js'
import type { TrainingRun } from './training-run.js'

/**
 * Gives every sample its score, or null where it cannot be scored; a failing reward is handled as `onRewardError` says,
 * except that its GymError 'config' always throws.
 */
export async function scoreGroups(
  run: TrainingRun,
  recipe: ResolvedGrpo,
  reward: Reward,
  groups: readonly RolloutGroup[],
  rolloutId: number,
): Promise<void> {
  const limit = pLimit({ concurrency: recipe.rewardConcurrency, rejectOnClear: true })
  const caller = guardedCalls()
  const halt = new AbortController()
  const signal = ownSignal(run.signal, halt.signal)
  const total = groups.length * recipe.nSamplesPerPrompt
  let done = 0
  const score = async (group: RolloutGroup, sample: RolloutSample, sampleIndex: number) => {
    const { row, messages } = group
    const { response, finishReason } = sample
    const scored = await scoreOrDrop(run, recipe, async () => {
      const given = await scoreSample(
        reward,
        { row, messages, response, finishReason, sampleIndex },
        { timeLimitMs: recipe.rewardTimeLimitMs, signal, caller },
      )
      storableDetails(given.details, reward.name || 'reward')
      return given
    })
    sample.score = scored.kind === 'scored' ? scored.score : null
    sample.details = scored.details
    done += 1
    run.onProgress({ kind: 'rollout', rolloutId, phase: 'score', done, total })
  }
  try {
    const jobs = groups.flatMap((group) => group.samples.map((sample, i) => limit(() => score(group, sample, i))))
    await Promise.all(jobs)
  } finally {
    // Calls that wait for their turn would each take their time limit, for nobody.
    halt.abort()
    limit.clearQueue()
  }
}

/** Ends a run whose reward scores nothing at all of what `where` names: it would go on for hours and learn nothing. */
export function requireScores(groups: readonly RolloutGroup[], where: string): void {
  const samples = groups.flatMap((group) => group.samples)
  if (samples.some(({ score }) => score !== null)) return
  const message = `the reward scored none of the ${samples.length} samples of ${where}${toldOfUnscored(samples.map(({ details }) => details))}; return a number for at least some of them`
  throw new GymError('reward', 'nothing-scored', message)
}

async function scoreOrDrop(run: TrainingRun, recipe: ResolvedGrpo, score: () => Promise<Scored>): Promise<Scored> {
  try {
    return await score()
  } catch (error) {
    // It would fail for every sample, as a missing program does: an evaluation ends at it, too.
    const isForAll = GymError.is(error) && error.boundary === 'config'
    if (recipe.onRewardError === 'stop' || isForAll || run.signal.aborted) throw error
    return { kind: 'unscorable', details: { rewardError: error instanceof Error ? error.message : String(error) } }
  }
}
