import { resolve } from 'node:path'
import { z } from 'zod'
import { GymError } from '../../errors.js'
import { isModelFolder } from '../../models/hugging-face-model.js'
import { resolveModel } from '../../models/resolve-model.js'
import type { RunRecord } from '../../store/records.js'
import { GrpoRecipe } from '../../training/grpo-recipe.js'
import { SftRecipe } from '../../training/sft-recipe.js'
import { SlimeRecipe } from '../../training/slime-recipe.js'
import { findConfig } from './load-config.js'
import { datasetNamed } from './named-parts.js'
import { type Job, type JobFlags, resolveJob } from './resolve-job.js'

const recordedSchema = z.object({
  recipe: z.looseObject({ kind: z.enum(['grpo', 'sft', 'slime']) }),
  dataset: z.object({ name: z.string(), rows: z.int() }),
  evalDataset: z.object({ name: z.string(), rows: z.int() }).optional(),
})

/**
 * Puts the job of a run together again. Recipe, start, seed and number of rows come from the record; the dataset and the
 * reward, which are code, from the config file or the flags, and where there is neither from the names in the record.
 *
 * @throws GymError `resume-differs` (config) when a flag says otherwise than the record.
 */
export async function resumeJob(run: RunRecord, flags: JobFlags, cwd: string): Promise<Job> {
  requireSameStart(run, flags, cwd)
  const { recipe, dataset, evalDataset } = recordedSchema.parse(run.config)
  const isNamed = findConfig(cwd, flags.config) === null
  const { evalDataset: configured, ...job } = await resolveJob(
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
  // A run that was evaluated on its way goes on so, and one that was not does not begin to.
  const heldOut =
    evalDataset !== undefined && isNamed
      ? await datasetNamed(evalDataset.name, { split: 'eval', nRows: evalDataset.rows })
      : configured
  const evaluated = evalDataset === undefined || heldOut === undefined ? {} : { evalDataset: heldOut }
  const { kind, ...options } = recipe
  if (kind === 'slime') {
    // What is a function (reward, environment, overlay of the image) is in no record.
    const given = job.recipe?.kind === 'slime' ? job.recipe.options : {}
    const { customGenerateFunction, imageOverlay } = given
    const customRmFunction = customGenerateFunction === undefined ? (given.customRmFunction ?? job.reward) : undefined
    const compute = job.compute?.kind === run.remote?.compute.kind ? job.compute : run.remote?.compute
    return {
      ...job,
      ...evaluated,
      recipe: new SlimeRecipe({ ...options, customRmFunction, customGenerateFunction, imageOverlay }),
      compute,
    }
  }
  // What the built-in engine has begun, this machine ends, wherever the config file would train now.
  const { compute: _, ...here } = job
  if (kind === 'sft') return { ...here, recipe: new SftRecipe(options) }
  const customRmFunction = job.recipe?.kind === 'grpo' ? job.recipe.options.customRmFunction : undefined
  return { ...here, ...evaluated, recipe: new GrpoRecipe({ ...options, customRmFunction }) }
}

/** What a run starts from is its own; a flag that would change it is refused by name. */
function requireSameStart(run: RunRecord, { model, checkpoint, seed, compute }: JobFlags, cwd: string): void {
  const isStart = (folder: string) => folder === run.startPath || resolve(cwd, folder) === run.startPath
  const place = run.remote?.compute.kind ?? 'local'
  if (compute !== undefined && compute !== place) throw differing(run, 'compute', place, compute)
  if (seed !== undefined && seed !== run.seed) throw differing(run, 'seed', run.seed, seed)
  if (checkpoint !== undefined && !isStart(checkpoint)) {
    throw differing(run, 'checkpoint', run.startPath, checkpoint)
  }
  if (model === undefined || model === run.model) return
  // A folder's name is the last part of its path: others may have it too. Elsewhere its path is another one.
  const isFolder = isModelFolder(model) && run.remote === undefined && checkpoint === undefined
  if (isFolder && !isStart(model)) throw differing(run, 'model', run.startPath, model)
  if (resolveModel(model).name !== run.model) throw differing(run, 'model', run.model, model)
}

function differing({ trainingRunId }: RunRecord, flag: string, had: unknown, given: unknown): GymError {
  const weights = flag === 'checkpoint' ? 'weights from ' : `${flag} `
  const message =
    `run ${trainingRunId} had ${weights}${JSON.stringify(had)}, now it is ${JSON.stringify(given)}; ` +
    `leave out --${flag} to resume it, or start a new run from its checkpoint`
  return new GymError('config', 'resume-differs', message)
}
