import { basename } from 'node:path'
import { GymError, messageOf } from '../errors.js'

/**
 * Imports a TypeScript file without a build step and returns its exports. `import ... from 'training-gym'` in it means
 * this very installation, wherever the file lies.
 */
export async function importTypeScript(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(import.meta.url, {
    virtualModules: { 'training-gym': await import('../index.js') },
    interopDefault: false,
    fsCache: false,
    moduleCache: false,
    sourceMaps: true,
  })
  // Without source maps an error in the file would name lines of its translation.
  process.setSourceMapsEnabled(true)
  return await jiti.import<Readonly<Record<string, unknown>>>(file)
}

/** Turns whatever importing a file threw into one sentence that begins with `file:line:column`. */
export function explainImportError(error: unknown, file: string): GymError {
  const [message = 'it cannot be read'] = messageOf(error).split('\n')
  const thrownAt = error instanceof Error ? placeIn(file, error.stack ?? '') : null
  // What is put before the code when it is translated moves the columns of the first line.
  const where = placeIn(file, messageOf(error)) ?? thrownAt?.replace(/^1:.*/, '1') ?? null
  const text = `${basename(file)}${where === null ? '' : `:${where}`}: ${message.trim()}`
  if (GymError.is(error)) return new GymError(error.boundary, error.code, text, { cause: error })
  return new GymError('config', 'bad-config-file', text, { cause: error })
}

function placeIn(file: string, text: string): string | null {
  const at = text.indexOf(`${file}:`)
  return at < 0 ? null : (/^\d+(:\d+)?/.exec(text.slice(at + file.length + 1))?.[0] ?? null)
}
