import type { JsonObject } from './read-json-object.js'
import { isJsonObject } from './read-json-object.js'

const names = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const

/** Special tokens as tokenizer_config.json states them. */
export interface NamedSpecialTokens {
  /** `bos_token`, `eos_token`, ... with their text, those that are set. */
  readonly byName: Readonly<Record<string, string>>
  /** Further special tokens. */
  readonly additional: readonly string[]
}

/** Collects special tokens of tokenizer_config.json, or of the older special_tokens_map.json where that is silent. */
export function namedSpecialTokens(config: JsonObject, map: JsonObject): NamedSpecialTokens {
  const byName: Record<string, string> = {}
  for (const name of names) {
    const text = textOf(name in config ? config[name] : map[name])
    if (text !== null) byName[name] = text
  }
  const lists = [config.additional_special_tokens, config.extra_special_tokens, map.additional_special_tokens]
  const additional = lists.flatMap((list) =>
    isJsonObject(list) ? Object.values(list) : Array.isArray(list) ? list : [],
  )
  return { byName, additional: [...new Set(additional.map(textOf))].filter((text) => text !== null) }
}

/** A token is spelled as a string or as `{ content }`. */
function textOf(token: unknown): string | null {
  if (typeof token === 'string') return token
  return isJsonObject(token) && typeof token.content === 'string' ? token.content : null
}
