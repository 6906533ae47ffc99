import { z } from 'zod'
import type { RunRecord } from '../../store/records.js'
import { GrpoRecipe } from '../../training/grpo-recipe.js'
import { SftRecipe } from '../../training/sft-recipe.js'
import { SlimeRecipe } from '../../training/slime-recipe.js'
import { findConfig } from './load-config.js'
import { type Job, type JobFlags, resolveJob } from './resolve-job.js'

const recordedSchema = z.object({
  recipe: z.looseObject({ kind: z.enum(['grpo', 'sft', 'slime']) }),
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
      // Elsewhere the weights are where they were; what the config file has is an object that knows their architecture.
      ...(recipe.kind !== 'slime' || isNamed ? { model: run.model } : {}),
      checkpoint: run.startPath,
      seed: run.seed,
      nRows: flags.nRows ?? dataset.rows,
      ...(flags.dataset === undefined && isNamed ? { dataset: dataset.name } : {}),
    },
    cwd,
    'train',
  )
  const { kind, ...options } = recipe
  if (kind === 'slime') {
    // What is a function (reward, environment, overlay of the image) is in no record.
    const given = job.recipe?.kind === 'slime' ? job.recipe.options : {}
    const { customGenerateFunction, imageOverlay } = given
    const customRmFunction = customGenerateFunction === undefined ? (given.customRmFunction ?? job.reward) : undefined
    const compute = job.compute?.kind === run.remote?.compute.kind ? job.compute : run.remote?.compute
    return {
      ...job,
      recipe: new SlimeRecipe({ ...options, customRmFunction, customGenerateFunction, imageOverlay }),
      compute,
    }
  }
  if (kind === 'sft') return { ...job, recipe: new SftRecipe(options) }
  const customRmFunction = job.recipe?.kind === 'grpo' ? job.recipe.options.customRmFunction : undefined
  return { ...job, recipe: new GrpoRecipe({ ...options, customRmFunction }) }
}
