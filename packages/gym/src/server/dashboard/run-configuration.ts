import type { RunRecord } from '../../store/records.js'
import { defaultOptions } from '../../training/default-options.js'
import type { Run } from './run-schemas.js'

/** Lists every option that a run was started with, and whether it is the recipe's default; those that differ first. */
export function runConfiguration({ config, recipe }: Pick<RunRecord, 'config' | 'recipe'>): Run['configuration'] {
  const defaults = defaultOptions(recipe)
  const options = Object.entries(config).flatMap(([part, value]) =>
    isRecord(value)
      ? Object.entries(value).map(([name, option]) =>
          configured(part, name, option, part === 'recipe' ? defaults : null),
        )
      : [configured('run', part, value, null)],
  )
  return options.sort((a, b) => Number(a.isDefault ?? false) - Number(b.isDefault ?? false))
}

function configured(part: string, name: string, option: unknown, defaults: Readonly<Record<string, unknown>> | null) {
  const value = JSON.stringify(option) ?? 'null'
  const isDefault = defaults === null || name === 'kind' ? null : value === JSON.stringify(defaults[name])
  return { part, name, value, isDefault }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
