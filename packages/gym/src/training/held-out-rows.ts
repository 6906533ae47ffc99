import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import type { DatasetRow } from '../trip.js'
import type { GrpoRecipe } from './grpo-recipe.js'
import type { SftRecipe } from './sft-recipe.js'

/** Rows that a run is evaluated on while it trains. */
export interface HeldOutRows {
  readonly dataset: Dataset
  /** Those that the model has positions for. */
  readonly rows: readonly DatasetRow[]
}

/**
 * Refuses rows to evaluate on that share an index, by which their seeds are given and evaluations are paired.
 *
 * @throws GymError 'data'.
 */
export function requireOwnIndexes({ dataset, rows }: HeldOutRows): void {
  const indexes = new Set(rows.map(({ index }) => index))
  if (indexes.size === rows.length) return
  const message = `evalDataset ${dataset.name} gives ${rows.length} rows but only ${indexes.size} different row indexes; number them from 0`
  throw new GymError('data', 'repeated-row-index', message)
}

/**
 * Refuses options of an evaluation that would never take place: no rows, or no reward to score them with.
 *
 * @throws GymError 'config'.
 */
export function requireEvaluation(recipe: GrpoRecipe | SftRecipe, evalDataset: Dataset | undefined): void {
  if (recipe.kind === 'sft' && evalDataset !== undefined) {
    const message = `evalDataset ${evalDataset.name} is scored by a reward, and SftRecipe trains without one; leave it out and evaluate the checkpoints with EvalConfig`
    throw new GymError('config', 'no-eval-dataset', message)
  }
  if (recipe.kind === 'grpo' && recipe.options.evalInterval !== undefined && evalDataset === undefined) {
    const message = `evalInterval is ${recipe.options.evalInterval} and there is nothing to evaluate on; give TrainConfig an evalDataset, or leave evalInterval out`
    throw new GymError('config', 'eval-needs-data', message)
  }
}
