import { createHash } from 'node:crypto'
import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import type { RunRecord } from '../store/records.js'
import type { DatasetRow } from '../trip.js'
import { defaultOptions } from './default-options.js'
import type { GrpoRecipe } from './grpo-recipe.js'
import { withoutSecrets } from './recorded-secrets.js'
import type { SftRecipe } from './sft-recipe.js'
import type { SlimeRecipe } from './slime-recipe.js'

/** A dataset with the rows that it had. */
export interface ReadRows {
  readonly dataset: Dataset
  readonly rows: readonly DatasetRow[]
}

/** Describes a run completely enough to tell whether a resume continues the same one. */
export function runConfig(
  recipe: GrpoRecipe | SftRecipe | SlimeRecipe,
  dataset: Dataset,
  rows: readonly DatasetRow[],
  evaluation?: ReadRows,
): Record<string, unknown> {
  const options = Object.entries(recipe.options).filter(
    ([, value]) => typeof value !== 'function' && value !== undefined,
  )
  return {
    recipe: { kind: recipe.kind, ...Object.fromEntries(options) },
    dataset: describeRows({ dataset, rows }),
    ...(evaluation !== undefined && { evalDataset: describeRows(evaluation) }),
  }
}

function describeRows({ dataset, rows }: ReadRows): Part {
  const hash = createHash('sha256')
  for (const row of rows) hash.update(JSON.stringify([dataset.messages(row), row.output ?? null]))
  return { name: dataset.name, rows: rows.length, sha256: hash.digest('hex').slice(0, 16) }
}

/** Options that may change when a run is resumed: they do not alter what it computes. */
const changeable = new Set([
  'saveInterval',
  'keepLast',
  'rewardConcurrency',
  'rewardTimeLimitMs',
  'onRewardError',
  'recomputeActivations',
  'measureKl',
])

type Part = Readonly<Record<string, unknown>>

/**
 * Refuses to resume a run with other data or options; names the first that differs, with both values. An option that the
 * record leaves out, since it is younger than the run, counts as today's default.
 */
export function requireSameConfig(run: RunRecord, config: Part): void {
  for (const part of ['recipe', 'dataset', 'evalDataset'] as const) {
    const before = (run.config[part] ?? {}) as Part
    const now = (config[part] ?? {}) as Part
    const defaults = (part === 'recipe' ? defaultOptions(before.kind) : null) ?? {}
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const had = before[key] ?? defaults[key]
      if (changeable.has(key) || JSON.stringify(had) === JSON.stringify(now[key])) continue
      const known = before[key] !== undefined || had === undefined ? '' : ' (the default; its record leaves it out)'
      throw new GymError(
        'config',
        'resume-differs',
        `run ${run.trainingRunId} had ${part} ${key} ${shown(part, key, had)}${known}, now it is ${shown(part, key, now[key])}; ` +
          `resume with the same ${part}, or start a new run from its checkpoint`,
      )
    }
  }
}

function shown(part: string, key: string, value: unknown): string {
  if (value === undefined) return 'not set'
  return JSON.stringify((withoutSecrets({ [part]: { [key]: value } })[part] as Part)[key])
}
