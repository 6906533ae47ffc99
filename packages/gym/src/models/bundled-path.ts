import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GymError } from '../errors.js'

/**
 * Returns the absolute path of something that ships with the package, e.g. `bundledPath('tiny-poet', 'config.json')`.
 * Throws a GymError ('config') when it is not there, as in a checkout that was not built.
 */
export function bundledPath(...parts: readonly string[]): string {
  // dist/models and src/models lie equally deep under the package, which holds `bundled`.
  const path = join(fileURLToPath(new URL('../../bundled', import.meta.url)), ...parts)
  if (existsSync(path)) return path
  const message = `the bundled ${parts.join('/')} is missing from this installation; run "npm run build" in a checkout, or reinstall training-gym`
  throw new GymError('config', 'bundled-missing', message)
}
