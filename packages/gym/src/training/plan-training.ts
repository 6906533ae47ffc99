import type { Compute } from '../compute/compute.js'
import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import type { Model } from '../models/model.js'
import type { Reward } from '../trip.js'
import type { GrpoRecipe } from './grpo-recipe.js'
import type { SftRecipe } from './sft-recipe.js'
import { type PlannedDataset, planSlimeRun } from './slime/plan-slime-run.js'
import type { SlimePlan } from './slime/slime-plan.js'
import { SlimeRecipe } from './slime-recipe.js'

export interface TrainingToPlan {
  readonly model: Model
  readonly dataset: Dataset
  /** Rows to evaluate on while it trains. */
  readonly evalDataset?: Dataset
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
  const { model, dataset, evalDataset, compute, reward, checkpoint, seed, signal } = training
  const { recipe = new SlimeRecipe() } = training
  if (compute.kind === 'local' || recipe.kind !== 'slime') {
    const what = compute.kind === 'local' ? 'compute local()' : `recipe "${recipe.kind}"`
    const message = `train({ dryRun: true }) plans runs of SlimeRecipe on modal() or ray(), not ${what}; leave dryRun out`
    throw new GymError('config', 'no-dry-run', message)
  }
  const train = await plannedRows(dataset, signal)
  const evaluation = evalDataset === undefined ? null : await plannedRows(evalDataset, signal)
  const plan = planSlimeRun({
    trainingRunId: plannedRunId,
    options: { ...recipe.options },
    model,
    train: train.planned,
    ...(evaluation !== null && { evaluation: evaluation.planned }),
    ...(reward !== undefined && { reward }),
    host: compute.kind,
    ...(compute.kind === 'modal' && compute.gpu !== undefined && { gpu: compute.gpu }),
    seed,
    ...(checkpoint !== undefined && { paths: { hfCheckpoint: checkpoint } }),
  })
  return { ...plan, notices: [...plan.notices, ...train.notices, ...(evaluation?.notices ?? [])] }
}

async function plannedRows(
  dataset: Dataset,
  signal: AbortSignal,
): Promise<{ readonly planned: PlannedDataset; readonly notices: readonly string[] }> {
  try {
    return { planned: { dataset, rows: await dataset.load({ signal }) }, notices: [] }
  } catch (error) {
    if (!GymError.is(error) || error.boundary !== 'provider') throw error
    return {
      planned: { dataset },
      notices: [`the rows of ${dataset.name} are not part of this plan: ${error.message}`],
    }
  }
}
