import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const schema = z.object({ max_new_tokens: z.int().min(1).optional().catch(undefined) }).catch({})

/** Reads the model's own limit of new tokens from its generation_config.json; null when it states none. */
export async function readDefaultMaxTokens(modelPath: string): Promise<number | null> {
  let text: string
  try {
    text = await readFile(join(modelPath, 'generation_config.json'), 'utf8')
  } catch {
    return null
  }
  try {
    return schema.parse(JSON.parse(text)).max_new_tokens ?? null
  } catch {
    // Not JSON: the engine, which needs more of this file, says what is wrong with it.
    return null
  }
}
