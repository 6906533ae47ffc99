import { join } from 'node:path'
import { EngineError } from '../errors.js'
import { isJsonObject, type JsonObject } from './read-json-object.js'
import { readTextFile, tooLarge } from './read-text-file.js'

/** Upper bound of a chat template, bytes: known ones have up to 30 kB, and parsing one takes longer than it is long. */
const maxTemplateBytes = 2 ** 20

/**
 * Reads the chat templates of a folder by name: `chat_template` of tokenizer_config.json (one text, or a list of
 * `{ name, template }`), and `chat_template.jinja`, which wins as "default". Empty when the folder has none.
 * Throws `bad-checkpoint` for a template beyond 1 MiB.
 */
export async function readChatTemplates(folder: string, tokenizerConfig: JsonObject): Promise<Map<string, string>> {
  const templates = new Map<string, string>()
  const stated = tokenizerConfig.chat_template ?? []
  for (const entry of Array.isArray(stated) ? stated : [{ name: 'default', template: stated }]) {
    if (!isJsonObject(entry) || typeof entry.name !== 'string' || typeof entry.template !== 'string') {
      const file = join(folder, 'tokenizer_config.json')
      const message = `"${file}" has a chat_template that is neither text nor a list of { name, template }`
      throw new EngineError('bad-checkpoint', `${message}; correct it or download the checkpoint again`)
    }
    const bytes = Buffer.byteLength(entry.template)
    if (bytes > maxTemplateBytes) {
      const where = `${join(folder, 'tokenizer_config.json')}, template ${entry.name.slice(0, 60)}`
      throw tooLarge(where, bytes, maxTemplateBytes, 'a chat template')
    }
    templates.set(entry.name, entry.template)
  }
  const text = await readTextFile(join(folder, 'chat_template.jinja'), maxTemplateBytes, 'a chat template')
  if (text !== null) templates.set('default', text)
  return templates
}
