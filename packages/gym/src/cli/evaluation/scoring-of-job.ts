import type { Reward } from '../../trip.js'
import type { Job, JobFlags } from '../config/resolve-job.js'

/** How a job's responses are scored, as EvalConfig and rescoreEval take it. */
export type JobScoring = { readonly reward: Reward } | { readonly scorers: Readonly<Record<string, Reward>> }

/** Finds the scorers of a job: `--reward`, else the config's scorers, else its reward. */
export function scoringOfJob(job: Pick<Job, 'eval' | 'reward'>, flags: Pick<JobFlags, 'reward'>): JobScoring {
  const scorers = job.eval?.scorers
  if (flags.reward === undefined && scorers !== undefined) return { scorers }
  // resolveJob has refused an evaluation without either.
  if (job.reward === undefined) throw new TypeError('an evaluation job without a reward')
  return { reward: job.reward }
}

/** How long scoring one response may take, milliseconds: in an evaluation as in training. Undefined: the default. */
export function rewardTimeLimitOf({ eval: settings, recipe }: Pick<Job, 'eval' | 'recipe'>): number | undefined {
  return settings?.rewardTimeLimitMs ?? (recipe?.kind === 'grpo' ? recipe.options.rewardTimeLimitMs : undefined)
}

/** Name of the scorer that gives the main score. */
export function mainScorerOf(scoring: JobScoring): string {
  if ('reward' in scoring) return scoring.reward.name || 'reward'
  return Object.keys(scoring.scorers)[0] ?? 'reward'
}
