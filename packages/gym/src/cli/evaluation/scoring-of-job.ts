import type { Gate } from '../../evals/gates.js'
import { requireScorer } from '../../evals/scorers.js'
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
  /** What does not apply since `--reward` names another scorer: gates by scorer, and `requireMean`. */
  readonly leftOut: readonly string[]
  /** The same in words; null where all applies. */
  readonly notice: string | null
}

/**
 * Finds the gates of a job: with `--reward`, those that the config has for other scorers do not apply. A scorer of the
 * config is the one that `--reward` names when it is the same function or goes by the same name.
 *
 * @throws GymError `unknown-scorer` (config) for a gate that would be left out although no scorer ever had its name.
 */
export function gatesOfJob(
  job: Pick<Job, 'eval' | 'reward' | 'configuredScorers'>,
  flags: Pick<JobFlags, 'reward'>,
): JobGates {
  const { gate, requireMean } = job.eval ?? {}
  if (flags.reward === undefined) return { gate, requireMean, leftOut: [], notice: null }
  const main = mainScorerOf(scoringOfJob(job, flags))
  const { configuredScorers } = job
  const configured = Object.keys(configuredScorers)
  const isMain = (name: string) => name === main || configuredScorers[name] === job.reward

  const gates = Object.keys(gate ?? {})
  const others = gates.filter((name) => !isMain(name))
  if (configured.length > 0)
    for (const name of others) requireScorer(name, configured, 'a gate is set, but the config file')
  // The evaluation knows the scorer by the name that it has from the flag.
  const own = gate?.[main] ?? gate?.[gates.find(isMain) ?? main]
  const [first = main] = configured
  const isMeanOfOther = requireMean !== undefined && !isMain(first)
  const leftOut = [...others, ...(isMeanOfOther ? ['requireMean'] : [])]
  return {
    gate: own === undefined ? undefined : { [main]: own },
    requireMean: isMeanOfOther ? undefined : requireMean,
    leftOut,
    notice:
      leftOut.length === 0
        ? null
        : `scored by --reward ${flags.reward}; gates that the config file has for other scorers do not apply: ${leftOut.join(', ')}`,
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
