import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Returns the absolute folder that keeps runs, checkpoints, prepared datasets and downloaded models: TRAINING_GYM_HOME
 * where it is set, else `.training-gym` in the working folder. The folder need not exist yet.
 */
export function gymHome(
  env: Readonly<Record<string, string | undefined>> = process.env,
  cwd: string = process.cwd(),
): string {
  const chosen = env.TRAINING_GYM_HOME?.trim()
  if (chosen === undefined || chosen === '') return resolve(cwd, '.training-gym')
  // Shells expand the tilde; .env files and service managers do not.
  if (chosen === '~' || chosen.startsWith('~/')) return join(homedir(), chosen.slice(1))
  return resolve(cwd, chosen)
}
