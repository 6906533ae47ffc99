import type { DatasetRow } from '../trip.js'
import type { PromptDraw } from './draw-prompts.js'
import type { ResolvedGrpo } from './grpo-recipe.js'
import { promptTokenIds } from './prompt-token-ids.js'
import type { RolloutGroup, RolloutSample } from './rollout-group.js'
import type { TrainingRun } from './training-run.js'

/** Samples the policy as it is now: one group a prompt, in the order of the prompts. */
export async function sampleGroups(
  run: TrainingRun,
  recipe: ResolvedGrpo,
  rolloutId: number,
  draws: readonly PromptDraw[],
): Promise<RolloutGroup[]> {
  const { engine, dataset, signal } = run
  const total = draws.length * recipe.nSamplesPerPrompt
  let done = 0
  run.onProgress({ kind: 'rollout', rolloutId, phase: 'sample', done, total })
  return await Promise.all(
    draws.map(async ({ rowIndex, seeds }): Promise<RolloutGroup> => {
      const row = run.rows[rowIndex] as DatasetRow
      const messages = dataset.messages(row)
      const prompt = promptTokenIds(engine.tokenizer, messages, {
        appliesChatTemplate: dataset.applyChatTemplate ?? true,
        chatTemplateKwargs: recipe.applyChatTemplateKwargs,
      })
      const sampling = { temperature: recipe.rolloutTemperature, maxNewTokens: recipe.rolloutMaxResponseLen }
      const drawn = await engine.generate({ promptTokenIds: prompt, seeds, sampling }, { signal })
      done += drawn.length
      run.onProgress({ kind: 'rollout', rolloutId, phase: 'sample', done, total })
      const samples = drawn.map(({ tokenIds, logprobs, finishReason }): RolloutSample => {
        // The end-of-turn token is trained on, but it is no part of the text that a reward sees.
        const text = finishReason === 'stop' ? tokenIds.slice(0, -1) : tokenIds
        return {
          tokenIds,
          logprobs,
          response: engine.tokenizer.decode(text, { skipSpecialTokens: true }),
          finishReason,
          oldLogprobs: logprobs,
          refLogprobs: [],
          score: null,
          overlongPenalty: 0,
          details: {},
          advantage: null,
        }
      })
      return { row, messages, promptTokenIds: prompt, samples }
    }),
  )
}
