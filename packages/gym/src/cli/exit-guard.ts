/** Tells of an exit that no command has asked for. */
export interface ExitGuard {
  /** Lets the process exit from now on. */
  allowExit(): void
}

export interface ExitGuardOptions {
  /** What exits; `process` is one. */
  readonly source: {
    exitCode?: number | string | null | undefined
    once(event: 'exit' | 'beforeExit', listener: () => void): unknown
  }
  /** Writes at once: nothing is awaited any more. */
  readonly write: (text: string) => void
  /** What to say of continuing the work. */
  readonly howToContinue: () => string
}

/**
 * Keeps a process that was ended from within from passing for one that has done its work: `process.exit(0)` in a reward
 * would otherwise pass every gate of a CI.
 */
export function guardExit({ source, write, howToContinue }: ExitGuardOptions): ExitGuard {
  let isAllowed = false
  let isIdle = false
  // Told only where nothing is left to wait for, and not by process.exit().
  source.once('beforeExit', () => {
    isIdle = true
  })
  source.once('exit', () => {
    if (isAllowed) return
    source.exitCode = 1
    const what = isIdle
      ? 'something waits for a promise that nothing will settle (in the reward or the config?)'
      : 'the process was ended from within (process.exit in the reward or the config?)'
    write(`error: ${what}, so this command has not done its work; take that out\n${howToContinue()}`)
  })
  return {
    allowExit() {
      isAllowed = true
    },
  }
}
