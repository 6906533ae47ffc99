import { GymError } from '../../errors.js'
import { recordedConfig } from '../../evals/recorded-config.js'
import type { EvalRecord } from '../../store/records.js'
import { findConfig } from '../config/load-config.js'
import { isRewardName } from '../config/named-parts.js'
import { type Job, type JobFlags, resolveJob } from '../config/resolve-job.js'

/**
 * Puts the job of an evaluation together again. Model, seed and number of rows come from the record unless a flag says
 * otherwise; the dataset and the scorers, which are code, from the config file or the flags, and where there is neither by
 * their names in the record.
 */
export async function recordedJob(record: EvalRecord, flags: JobFlags, cwd: string): Promise<Job> {
  const { dataset, nRows, seed, scorers } = recordedConfig(record)
  const isNamed = flags.dataset === undefined && findConfig(cwd, flags.config) === null
  const job = await resolveJob(
    {
      ...flags,
      model: flags.model ?? record.modelPath ?? record.model,
      seed: flags.seed ?? seed,
      ...((flags.nRows ?? nRows) === undefined ? {} : { nRows: flags.nRows ?? nRows }),
      ...(isNamed ? { dataset, ...rewardBy(scorers, flags) } : {}),
    },
    cwd,
    'eval',
  )
  // The config's own checkpoint is not what was evaluated: modelPath is.
  const { checkpoint: _, ...rest } = job
  return flags.checkpoint === undefined ? rest : { ...rest, checkpoint: flags.checkpoint }
}

/** A scorer that has a name of its own is found again by it: `exactMatch` is what `--reward exact-match` gives. */
function rewardBy(scorers: readonly string[], { reward }: JobFlags): Pick<JobFlags, 'reward'> {
  if (reward !== undefined) return { reward }
  const [scorer = ''] = scorers
  const name = scorer.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return scorers.length === 1 && isRewardName(name) ? { reward: name } : {}
}

/** The same where the dataset may be unknown here: then it is undefined, and scorers see the input of each row alone. */
export async function recordedJobOrInputs(
  record: EvalRecord,
  flags: JobFlags,
  cwd: string,
): Promise<Omit<Job, 'dataset'> & { readonly dataset: Job['dataset'] | undefined }> {
  try {
    return await recordedJob(record, flags, cwd)
  } catch (error) {
    const isUnknown = GymError.is(error) && error.code === 'unknown-dataset' && flags.dataset === undefined
    if (!isUnknown) throw error
    const job = await resolveJob({ ...flags, model: record.model }, cwd, 'eval')
    return { ...job, dataset: undefined }
  }
}
