import { existsSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { GymError, messageOf } from '../../errors.js'
import { explainImportError, importTypeScript } from '../import-typescript.js'
import { type GymConfig, parseConfig } from './define-config.js'

const names = ['gym.config.ts', 'gym.config.mts', 'gym.config.js', 'gym.config.mjs'] as const

/** Finds the config file: the one that was named, else `gym.config.ts` (or .mts, .js, .mjs) in the working folder. */
export function findConfig(cwd: string, named?: string): string | null {
  if (named === undefined) return names.map((name) => join(cwd, name)).find((file) => existsSync(file)) ?? null
  const file = resolve(cwd, named)
  if (existsSync(file) && statSync(file).isFile()) return file
  throw new GymError('config', 'no-config-file', `there is no config file ${file}; check the path given to --config`)
}

/** Loads and validates a config file; throws GymError whose message begins with file and line. */
export async function loadConfig(file: string): Promise<GymConfig> {
  const exports = await importTypeScript(file).catch((error: unknown) => {
    throw explainImportError(error, file)
  })
  if (exports.default === undefined) {
    throw new GymError(
      'config',
      'bad-config-file',
      `${basename(file)} has no default export; write: export default defineConfig({ ... })`,
    )
  }
  try {
    return parseConfig(exports.default)
  } catch (error) {
    if (!GymError.is(error)) throw error
    throw new GymError(error.boundary, error.code, `${await placeOf(file, error)}: ${error.message}`, { cause: error })
  }
}

/** Names the line of the first option that a message quotes, as far as the file's text shows it. */
async function placeOf(file: string, error: GymError): Promise<string> {
  const option = /"([^"]+)"/.exec(messageOf(error))?.[1]?.split('.').at(-1)
  const { readFile } = await import('node:fs/promises')
  const lines = (await readFile(file, 'utf8')).split('\n')
  const isKey = (line: string) =>
    option !== undefined && new RegExp(`(^|[\\s{,'"])${escapeRegExp(option)}['"]?\\s*[:,(]`).test(line)
  const found = lines.findIndex(isKey)
  return found < 0 ? basename(file) : `${basename(file)}:${found + 1}`
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
