import type { OnProgress } from '../progress.js'

/** Where progress goes, and how to leave the terminal tidy afterwards. */
export interface ProgressOutlet {
  readonly onProgress: OnProgress
  /** Takes what is redrawn in place off the screen, however the work ended. */
  end(): void
}

/** Takes the caller's listener, or makes one that tells progress on standard error; loaded only when it is needed. */
export async function consoleProgress(given?: OnProgress): Promise<ProgressOutlet> {
  if (given !== undefined) return { onProgress: given, end: () => undefined }
  const { createConsoleReporter } = await import('./console-reporter.js')
  return createConsoleReporter()
}
