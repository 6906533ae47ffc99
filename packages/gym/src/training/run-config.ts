import { createHash } from 'node:crypto'
import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import type { RunRecord } from '../store/records.js'
import type { DatasetRow } from '../trip.js'
import { defaultOptions } from './default-options.js'
import type { GrpoRecipe } from './grpo-recipe.js'
import type { SftRecipe } from './sft-recipe.js'
import type { SlimeRecipe } from './slime-recipe.js'

/** Describes a run completely enough to tell whether a resume continues the same one. */
export function runConfig(
  recipe: GrpoRecipe | SftRecipe | SlimeRecipe,
  dataset: Dataset,
  rows: readonly DatasetRow[],
): Record<string, unknown> {
  const hash = createHash('sha256')
  for (const row of rows) hash.update(JSON.stringify([dataset.messages(row), row.output ?? null]))
  const options = Object.entries(recipe.options).filter(
    ([, value]) => typeof value !== 'function' && value !== undefined,
  )
  return {
    recipe: { kind: recipe.kind, ...Object.fromEntries(options) },
    dataset: { name: dataset.name, rows: rows.length, sha256: hash.digest('hex').slice(0, 16) },
  }
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
  for (const part of ['recipe', 'dataset'] as const) {
    const before = run.config[part] as Part
    const now = config[part] as Part
    const defaults = (part === 'recipe' ? defaultOptions(before.kind) : null) ?? {}
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const had = before[key] ?? defaults[key]
      if (changeable.has(key) || JSON.stringify(had) === JSON.stringify(now[key])) continue
      const known = before[key] !== undefined || had === undefined ? '' : ' (the default; its record leaves it out)'
      throw new GymError(
        'config',
        'resume-differs',
        `run ${run.trainingRunId} had ${part} ${key} ${shown(had)}${known}, now it is ${shown(now[key])}; ` +
          `resume with the same ${part}, or start a new run from its checkpoint`,
      )
    }
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value)
}
