import type { OnProgress } from '../progress.js'

/** Takes the caller's listener, or makes one that tells progress on standard error; loaded only when it is needed. */
export async function consoleProgress(given?: OnProgress): Promise<OnProgress> {
  if (given !== undefined) return given
  const { createConsoleReporter } = await import('./console-reporter.js')
  return createConsoleReporter().onProgress
}
