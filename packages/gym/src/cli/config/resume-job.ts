import { z } from 'zod'
import type { RunRecord } from '../../store/records.js'
import { GrpoRecipe } from '../../training/grpo-recipe.js'
import { SftRecipe } from '../../training/sft-recipe.js'
import { findConfig } from './load-config.js'
import { type Job, type JobFlags, resolveJob } from './resolve-job.js'

const recordedSchema = z.object({
  recipe: z.looseObject({ kind: z.enum(['grpo', 'sft']) }),
  dataset: z.object({ name: z.string(), rows: z.int() }),
})

/**
 * Puts the job of a run together again. Recipe, start, seed and number of rows come from the record; the dataset and the
 * reward, which are code, from the config file or the flags, and where there is neither from the names in the record.
 */
export async function resumeJob(run: RunRecord, flags: JobFlags, cwd: string): Promise<Job> {
  const { recipe, dataset } = recordedSchema.parse(run.config)
  const isNamed = findConfig(cwd, flags.config) === null
  const job = await resolveJob(
    {
      ...flags,
      model: run.model,
      checkpoint: run.startPath,
      seed: run.seed,
      nRows: flags.nRows ?? dataset.rows,
      ...(flags.dataset === undefined && isNamed ? { dataset: dataset.name } : {}),
    },
    cwd,
    'train',
  )
  const { kind, ...options } = recipe
  if (kind === 'sft') return { ...job, recipe: new SftRecipe(options) }
  const customRmFunction = job.recipe?.kind === 'grpo' ? job.recipe.options.customRmFunction : undefined
  return { ...job, recipe: new GrpoRecipe({ ...options, customRmFunction }) }
}
