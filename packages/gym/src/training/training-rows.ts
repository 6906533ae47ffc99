import type { ChatTokenizer } from '@training-gym/engine'
import type { Dataset } from '../datasets/dataset.js'
import type { DatasetRow } from '../trip.js'
import { fittingRows } from './fitting-rows.js'
import type { GrpoRecipe } from './grpo-recipe.js'
import { type HeldOutRows, requireOwnIndexes } from './held-out-rows.js'
import { type ReadRows, runConfig } from './run-config.js'
import type { SftRecipe } from './sft-recipe.js'

/** The rows of a run as they were read. */
export interface AllRows {
  readonly train: ReadRows
  readonly evaluation: ReadRows | undefined
}

/** What a run on this machine trains and is evaluated on. */
export interface TrainingRows {
  /** Those that the model has positions for. */
  readonly rows: readonly DatasetRow[]
  readonly heldOut: HeldOutRows | null
  /** How many rows were left out and why; empty when none was. */
  readonly warnings: readonly string[]
  /** Describes recipe and rows, as they were read, for the run's record. */
  readonly config: Record<string, unknown>
  /** Of the model, as it was loaded to measure the rows. */
  readonly tokenizer: ChatTokenizer
}

/** Reads all rows of a run, before anything that takes long. */
export async function readAllRows(
  dataset: Dataset,
  evalDataset: Dataset | undefined,
  signal: AbortSignal,
): Promise<AllRows> {
  const train = { dataset, rows: await dataset.load({ signal }) }
  if (evalDataset === undefined) return { train, evaluation: undefined }
  const evaluation = { dataset: evalDataset, rows: await evalDataset.load({ signal }) }
  requireOwnIndexes(evaluation)
  return { train, evaluation }
}

/** Leaves out the rows of a run that the model has no positions for. */
export async function fitAllRows(
  { train, evaluation }: AllRows,
  model: { readonly recipe: GrpoRecipe | SftRecipe; readonly modelPath: string; readonly signal: AbortSignal },
): Promise<TrainingRows> {
  const { rows, warning, tokenizer } = await fittingRows({ ...train, ...model })
  const heldOut = evaluation && (await fittingRows({ ...evaluation, ...model, tokenizer }))
  return {
    rows,
    heldOut: evaluation && heldOut ? { dataset: evaluation.dataset, rows: heldOut.rows } : null,
    warnings: [warning, heldOut?.warning ?? null].filter((text) => text !== null),
    config: runConfig(model.recipe, train.dataset, train.rows, evaluation),
    tokenizer,
  }
}
