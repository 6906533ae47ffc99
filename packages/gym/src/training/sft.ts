import type { TrainGroup } from '@training-gym/engine'
import { diversityOf } from '../rewards/diversity.js'
import type { StepMetrics } from '../store/records.js'
import type { DatasetRow } from '../trip.js'
import { answerOf, conversationOf } from './conversation.js'
import { learningRate } from './learning-rate.js'
import { pickPrompts } from './pick-prompts.js'
import type { ResolvedSft } from './sft-recipe.js'
import { keepRollout, saveIfDue, type TrainingRun } from './training-run.js'

/** How many optimizer steps a fine-tuning takes. */
export function sftSteps(rowCount: number, recipe: ResolvedSft): number {
  const all = Math.ceil((rowCount * recipe.numEpoch) / recipe.globalBatchSize)
  return recipe.numRollout === undefined ? all : Math.min(all, recipe.numRollout)
}

/**
 * Supervised fine-tuning: cross-entropy on the assistant's tokens, end-of-turn token included, as a mean over all of
 * them in a step. A step stands where GRPO has a rollout; score fields of its metrics are NaN.
 */
export async function trainSft(run: TrainingRun, recipe: ResolvedSft): Promise<void> {
  for (let rolloutId = run.startRollout; rolloutId < run.numRollout; rolloutId++) {
    run.signal.throwIfAborted()
    const started = run.now()
    const rows = pickPrompts(run.rows.length, recipe.globalBatchSize, rolloutId, run.seed).map(
      (i) => run.rows[i] as DatasetRow,
    )
    const groups = rows.map((row) => conversationGroup(run, row, recipe))
    const responses = groups.map((group) => group.responses[0] as TrainGroup['responses'][number])
    const trainedTokens = responses.reduce((sum, { isTrained }) => sum + (isTrained?.filter(Boolean).length ?? 0), 0)
    const lr = learningRate(rolloutId, run.numRollout, recipe)
    const { adamBeta1: beta1, adamBeta2: beta2, adamEps: eps, weightDecay, clipGrad } = recipe
    run.onProgress({ kind: 'rollout', rolloutId, phase: 'train', done: 0, total: 1 })
    const step = await run.engine.trainStep({
      groups,
      loss: { kind: 'sft' },
      optimizer: { lr, beta1, beta2, eps, weightDecay, clipGrad },
      temperature: 1,
      denominator: trainedTokens,
    })
    const total = (run.now() - started) / 1000
    const metrics: StepMetrics = {
      rolloutId,
      rewardMean: Number.NaN,
      rewardStd: Number.NaN,
      details: {},
      responseLength: trainedTokens / rows.length,
      truncatedShare: 0,
      flatGroupShare: 0,
      unscorable: 0,
      trainedSamples: rows.length,
      entropy: step.entropy,
      kl: Number.NaN,
      loss: step.loss,
      gradNorm: step.gradNorm,
      lr,
      ratioMean: 1,
      clipShare: 0,
      mismatch: 0,
      diversity: diversityOf(rows.map((row) => answerOf(run.dataset, row))),
      sampledTokens: 0,
      trainedTokens,
      tokensPerSecond: step.usefulTokens / total,
      seconds: { sample: 0, score: 0, train: step.seconds, total },
    }
    await keepRollout(run, metrics, [])
    await saveIfDue(run, rolloutId)
  }
}

function conversationGroup(run: TrainingRun, row: DatasetRow, recipe: ResolvedSft): TrainGroup {
  const messages = conversationOf(run.dataset, row)
  const { tokenIds, isAssistant } = run.engine.tokenizer.encodeConversation(messages, {
    kwargs: recipe.applyChatTemplateKwargs,
  })
  const first = isAssistant.indexOf(true)
  // Everything before the first trained token is prompt; later turns of others stay in, without loss.
  const response = tokenIds.slice(first)
  const isTrained = isAssistant.slice(first)
  return {
    promptTokenIds: tokenIds.slice(0, first),
    responses: [{ tokenIds: response, oldLogprobs: [], advantage: 0, isTrained }],
  }
}
