import { isRecord } from '../../is-record.js'
import type { RunRecord } from '../../store/records.js'
import { defaultOptions } from '../../training/default-options.js'
import { type RecordedSecret, secretsIn, withoutSecrets } from '../../training/recorded-secrets.js'
import type { Run } from './run-schemas.js'
import type { MarkSecret } from './secret-marker.js'

type Configured = Run['configuration'][number]

/**
 * Lists every option that a run was started with, and whether it is the recipe's default; those that differ first. Secrets
 * are replaced by marks, and each environment variable is an option of its own.
 */
export function runConfiguration(
  { config, recipe }: Pick<RunRecord, 'config' | 'recipe'>,
  mark: MarkSecret,
): Run['configuration'] {
  const defaults = defaultOptions(recipe)
  const secrets = secretsIn(config)
  const options = Object.entries(withoutSecrets(config)).flatMap(([part, value]) => {
    if (!isRecord(value)) return [configured('run', part, value, null)]
    return Object.entries(value).flatMap(([name, option]) => {
      if (part !== 'recipe') return [configured(part, name, option, null)]
      const hidden = secrets.filter((secret) => secret.option === name)
      return hidden.length === 0
        ? [configured(part, name, option, defaults)]
        : hiddenOptions(name, option, hidden, mark)
    })
  })
  return options.sort((a, b) => Number(a.isDefault ?? false) - Number(b.isDefault ?? false))
}

function hiddenOptions(
  name: string,
  shown: unknown,
  hidden: readonly RecordedSecret[],
  mark: MarkSecret,
): readonly Configured[] {
  const line = (path: string, value: unknown, secret: unknown) => ({
    part: 'recipe',
    name: path,
    value: JSON.stringify(value),
    isDefault: false,
    hiddenMark: mark(secret),
  })
  if (!isRecord(shown))
    return [
      line(
        name,
        shown,
        hidden.map(({ value }) => value),
      ),
    ]
  return hidden.map((secret) => line(`${name}.${secret.name}`, shown[secret.name ?? ''], secret.value))
}

function configured(part: string, name: string, option: unknown, defaults: Readonly<Record<string, unknown>> | null) {
  const value = JSON.stringify(option) ?? 'null'
  const isDefault = defaults === null || name === 'kind' ? null : value === JSON.stringify(defaults[name])
  return { part, name, value, isDefault, hiddenMark: null }
}
