import { promptKey } from '../evals/prompt-key.js'
import type { ProgressEvent } from '../progress.js'
import { deriveSeed } from '../random/seeded-random.js'
import type { EvalRowRecord, TrainingEvaluation } from '../store/records.js'
import type { Reward } from '../trip.js'
import { describeEvaluation, evaluationName } from './evaluation-names.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import type { HeldOutRows } from './held-out-rows.js'
import { keepEvaluation } from './keep-evaluation.js'
import type { RolloutGroup, RolloutSample } from './rollout-group.js'
import { sampleGroups } from './sample-groups.js'
import { requireScores, scoreGroups } from './score-groups.js'
import type { TrainingRun } from './training-run.js'

/**
 * Lets the policy, as it is now, answer the rows held out, scores the answers by the run's reward, keeps them as an
 * evaluation of its own and returns its figures by dataset. Temperature, length limit and template variables are those of
 * training. A row's seeds depend on the run's seed and the row's index alone, so that evaluations of a run are paired sample
 * by sample and no random number of the training is used.
 */
export async function evaluateHeldOut(
  run: TrainingRun,
  recipe: ResolvedGrpo,
  reward: Reward,
  { dataset, rows }: HeldOutRows,
  afterRollout: number,
): Promise<Readonly<Record<string, TrainingEvaluation>>> {
  const name = evaluationName(dataset)
  const evaluated: TrainingRun = { ...run, dataset, rows, onProgress: (event) => run.onProgress(asEvaluation(event)) }
  const asked: ResolvedGrpo = { ...recipe, nSamplesPerPrompt: recipe.nSamplesPerEvalPrompt }
  const draws = rows.map(({ index }, rowIndex) => ({
    rowIndex,
    seeds: Array.from({ length: asked.nSamplesPerPrompt }, (_, sample) =>
      deriveSeed(run.seed, 'evaluation', index, sample),
    ),
  }))
  const rolloutId = Math.max(0, afterRollout)
  const groups = await sampleGroups(evaluated, asked, rolloutId, draws)
  await scoreGroups(evaluated, asked, reward, groups, rolloutId)
  requireScores(groups, `the evaluation on ${dataset.name}`)
  const samples = groups.flatMap((group) => group.samples)
  const evaluation = { afterRollout, dataset: name, rows: groups.flatMap(evalRows) }
  const kept = await keepEvaluation(run.store, run, evaluation, run.clock())
  const figures: TrainingEvaluation = {
    score: kept?.mean ?? Number.NaN,
    responseLength: samples.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0) / samples.length,
    truncatedShare: samples.filter(({ finishReason }) => finishReason === 'length').length / samples.length,
    ...(kept !== null && { evalId: kept.evalId, ci: kept.ci, scored: kept.scored, total: kept.total }),
  }
  run.onProgress({ kind: 'notice', message: describeEvaluation(afterRollout, { [name]: figures }) })
  return { [name]: figures }
}

/** Tells sampling and scoring for an evaluation from those of a rollout. */
function asEvaluation(event: ProgressEvent): ProgressEvent {
  return event.kind === 'rollout' ? { ...event, phase: 'evaluate' } : event
}

function evalRows({ row, messages, samples }: RolloutGroup): EvalRowRecord[] {
  return samples.map((sample, sampleIndex) => ({
    rowIndex: row.index,
    sampleIndex,
    promptKey: promptKey(messages),
    prompt: row.input,
    response: sample.response,
    score: sample.score,
    metadata: sample.details,
    finishReason: sample.finishReason,
    tokens: sample.tokenIds.length,
    failure: failureOf(sample),
  }))
}

function failureOf({ score, details }: RolloutSample): EvalRowRecord['failure'] {
  const { rewardError } = details
  return score === null && typeof rewardError === 'string' ? { boundary: 'reward', message: rewardError } : null
}
