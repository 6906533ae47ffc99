import type { Compute } from '../compute/compute.js'
import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import type { Model } from '../models/model.js'
import type { DatasetRow, Reward } from '../trip.js'
import type { GrpoRecipe } from './grpo-recipe.js'
import type { SftRecipe } from './sft-recipe.js'
import { planSlimeRun } from './slime/plan-slime-run.js'
import type { SlimePlan } from './slime/slime-plan.js'
import { SlimeRecipe } from './slime-recipe.js'

export interface TrainingToPlan {
  readonly model: Model
  readonly dataset: Dataset
  /** Default: SlimeRecipe with its defaults. */
  readonly recipe?: GrpoRecipe | SftRecipe | SlimeRecipe
  readonly compute: Compute
  readonly reward?: Reward
  /** Folder of weights to start from, in the training machine. */
  readonly checkpoint?: string
  readonly seed: number
  readonly signal: AbortSignal
}

/** Stands in a plan for the id that a real run gets when it starts. */
const plannedRunId = 'dry-run'

/**
 * Plans a run on GPUs and starts nothing. Rows are read where they can be; without network the plan names them.
 *
 * @throws GymError 'config' on this machine's compute, with a recipe of the built-in engine, and for what preflight finds.
 */
export async function planTraining(training: TrainingToPlan): Promise<SlimePlan> {
  const { model, dataset, compute, reward, checkpoint, seed, signal } = training
  const { recipe = new SlimeRecipe() } = training
  if (compute.kind === 'local' || recipe.kind !== 'slime') {
    const what = compute.kind === 'local' ? 'compute local()' : `recipe "${recipe.kind}"`
    const message = `train({ dryRun: true }) plans runs of SlimeRecipe on modal() or ray(), not ${what}; leave dryRun out`
    throw new GymError('config', 'no-dry-run', message)
  }
  const read = await readRows(dataset, signal)
  const plan = planSlimeRun({
    trainingRunId: plannedRunId,
    options: { ...recipe.options },
    model,
    train: { dataset, ...(read.rows !== undefined && { rows: read.rows }) },
    ...(reward !== undefined && { reward }),
    host: compute.kind,
    ...(compute.kind === 'modal' && compute.gpu !== undefined && { gpu: compute.gpu }),
    seed,
    ...(checkpoint !== undefined && { paths: { hfCheckpoint: checkpoint } }),
  })
  return read.notice === undefined ? plan : { ...plan, notices: [...plan.notices, read.notice] }
}

async function readRows(
  dataset: Dataset,
  signal: AbortSignal,
): Promise<{ readonly rows?: readonly DatasetRow[]; readonly notice?: string }> {
  try {
    return { rows: await dataset.load({ signal }) }
  } catch (error) {
    if (!GymError.is(error) || error.boundary !== 'provider') throw error
    return { notice: `the rows are not part of this plan: ${error.message}` }
  }
}
