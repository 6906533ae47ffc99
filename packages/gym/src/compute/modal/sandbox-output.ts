import type { Sandbox } from 'modal'
import { createLineCutter } from '../cut-lines.js'
import { interrupted, pause, unlessAborted } from '../interrupted.js'
import { isTransient, modalFailure } from './modal-failure.js'
import { type Patience, pauseOf } from './retry-transient.js'

export interface SandboxOutputOptions {
  /** Opens the sandbox anew: its output then comes from the very first character again. */
  readonly open: () => Promise<Sandbox>
  /** Names the wait for messages. */
  readonly what: string
  readonly patience: Patience
  readonly signal?: AbortSignal
}

/**
 * Gives the lines of a sandbox from the first, until it has ended. The SDK takes up a cut stream where it was; where it
 * gives up, this reads from the start again and leaves out as many characters as were seen.
 */
export async function* sandboxOutput(options: SandboxOutputOptions): AsyncGenerator<string> {
  const { open, what, patience, signal } = options
  const cutter = createLineCutter()
  let seen = 0
  let failures = 0
  for (;;) {
    let position = 0
    const reader = (await unlessAborted(open(), what, signal)).stdout.getReader()
    try {
      for (;;) {
        const { done, value } = await unlessAborted(reader.read(), what, signal)
        if (done) {
          yield* cutter.end()
          return
        }
        const known = Math.max(0, seen - position)
        position += value.length
        if (position <= seen) continue
        seen = position
        failures = 0
        yield* cutter.push(value.slice(known))
      }
    } catch (error) {
      if (signal?.aborted) throw interrupted(what, signal)
      failures++
      if (!isTransient(error) || failures >= patience.attempts) throw modalFailure(error, what)
    } finally {
      // Also when whoever listens has had enough: otherwise the stream would stay open.
      await reader.cancel().catch(() => undefined)
    }
    await pause(pauseOf(failures, patience.pauseMs), what, signal)
  }
}
