import type { PassSeconds } from '@training-gym/engine'
import type { TrainingPlan } from './estimate-plan.js'

export interface TimeEstimate {
  /** Each with what it was computed from. */
  readonly items: readonly { readonly name: string; readonly seconds: number; readonly from: string }[]
  /** Of one rollout: sample, score, train. Scoring by the reward and saving are not in it. */
  readonly rolloutSeconds: number
  readonly runSeconds: number
}

/** Estimates the time of a rollout on the built-in engine: how often each of its pieces runs, times what it takes. */
export function estimateTrainingTime(plan: TrainingPlan, pieces: PassSeconds): TimeEstimate {
  const { samples, responseTokens, sampling, updates, replicas } = plan
  // Each replica has its part of the rollout, at the same time.
  const prompts = plan.prompts / replicas
  const passes = plan.rolloutTokens / plan.pass.tokens / replicas
  const prefills = prompts / sampling.prompts
  // The first token comes with the prompt.
  const decodes = (responseTokens - 1) * ((prompts * samples) / sampling.slots)
  const at = (name: string, terms: readonly (readonly [count: number, seconds: number, what: string])[]) => ({
    name,
    seconds: terms.reduce((sum, [count, seconds]) => sum + count * seconds, 0),
    from: terms.map(([count, seconds, what]) => `${shown(count)} ${what} x ${shown(seconds)} s`).join(', '),
  })
  const items = [
    ...(plan.kind === 'grpo'
      ? [
          at('sample', [
            [prefills, pieces.prefill, 'batches of prompts'],
            [decodes, pieces.decode, `steps of ${sampling.slots} tokens`],
          ]),
          at('score the start', [[passes * plan.scoredShare, pieces.scoring, 'forward passes']]),
        ]
      : []),
    at('train', [
      [passes, pieces.gradient, 'passes'],
      [updates, pieces.update + pieces.refresh, 'updates'],
    ]),
  ]
  const rolloutSeconds = items.reduce((sum, { seconds }) => sum + seconds, 0)
  return { items, rolloutSeconds, runSeconds: rolloutSeconds * plan.rollouts }
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}
