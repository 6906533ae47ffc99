import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError } from '../errors.js'
import { diskError, systemCode } from './disk-error.js'
import { isJsonObject, type JsonObject } from './read-json-object.js'

/**
 * Reads the chat templates of a folder by name: `chat_template` of tokenizer_config.json (one text, or a list of
 * `{ name, template }`), and `chat_template.jinja`, which wins as "default". Empty when the folder has none.
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
    templates.set(entry.name, entry.template)
  }
  const file = join(folder, 'chat_template.jinja')
  try {
    templates.set('default', await readFile(file, 'utf8'))
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw diskError(error, 'read', file)
  }
  return templates
}
