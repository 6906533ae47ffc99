import type { Gate } from '../../evals/gates.js'
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

/** What an evaluation is held to by its config file. */
export interface JobGates {
  readonly gate: Gate | undefined
  readonly requireMean: number | undefined
  /** What does not apply since `--reward` names another scorer; null where all does. */
  readonly notice: string | null
}

/** Finds the gates of a job: with `--reward`, those that the config has for other scorers do not apply. */
export function gatesOfJob(
  job: Pick<Job, 'eval' | 'reward' | 'isScorerReplaced'>,
  flags: Pick<JobFlags, 'reward'>,
): JobGates {
  const { gate, requireMean } = job.eval ?? {}
  if (flags.reward === undefined) return { gate, requireMean, notice: null }
  const scorer = mainScorerOf(scoringOfJob(job, flags))
  const own = gate?.[scorer]
  const others = Object.keys(gate ?? {}).filter((name) => name !== scorer)
  const isMeanOfOther = job.isScorerReplaced && requireMean !== undefined
  const left = [...others, ...(isMeanOfOther ? ['requireMean'] : [])].join(', ')
  return {
    gate: own === undefined ? undefined : { [scorer]: own },
    requireMean: isMeanOfOther ? undefined : requireMean,
    notice:
      left === ''
        ? null
        : `scored by --reward ${flags.reward}; gates that the config file has for other scorers do not apply: ${left}`,
  }
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
