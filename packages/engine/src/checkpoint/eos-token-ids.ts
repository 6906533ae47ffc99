import { join } from 'node:path'
import { EngineError } from '../errors.js'
import type { JsonObject } from './read-json-object.js'

/**
 * Reads `eos_token_id` (a number or a list) of generation_config.json, or of config.json where that has none.
 * Throws `bad-checkpoint` for anything that is not a token id below `vocab`.
 */
export function readEosTokenIds(
  folder: string,
  config: JsonObject | null,
  generationConfig: JsonObject | null,
  vocab: number,
): number[] {
  for (const [name, values] of [
    ['generation_config.json', generationConfig] as const,
    ['config.json', config] as const,
  ]) {
    const value = values?.eos_token_id
    if (value == null) continue
    const ids: unknown[] = Array.isArray(value) ? value : [value]
    return [...new Set(ids)].map((id) => {
      if (Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < vocab) return id as number
      const shown = (JSON.stringify(id) ?? 'nothing').slice(0, 80)
      throw new EngineError(
        'bad-checkpoint',
        `"${join(folder, name)}" has eos_token_id = ${shown}, not a token id below ${vocab}; correct it or download it again`,
      )
    })
  }
  return []
}
