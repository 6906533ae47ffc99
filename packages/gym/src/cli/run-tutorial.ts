import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundledPath } from '../models/bundled-path.js'
import { importTypeScript } from './import-typescript.js'

/**
 * Runs a tutorial in this process, as `node tutorial.ts ...args` would. It listens for Ctrl-C itself, and ends when it has
 * saved.
 */
export async function runTutorial(file: string, args: readonly string[]): Promise<void> {
  process.argv = [process.argv[0] ?? 'node', file, ...args]
  await importTypeScript(file)
}

/** Finds a bundled tutorial by its file name: in a checkout, where it may have been edited since the last build, else in the package. */
export function findTutorial(name: string): string {
  const inCheckout = fileURLToPath(new URL(`../../../../tutorials/${name}`, import.meta.url))
  return existsSync(inCheckout) ? inCheckout : bundledPath('tutorials', name)
}
