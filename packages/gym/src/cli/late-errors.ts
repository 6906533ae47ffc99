import { GymError } from '../errors.js'
import { placesOf } from '../places-of.js'
import { toldOf } from './explain-error.js'

/** What was thrown where nobody could catch it. */
export interface LateError {
  readonly error: unknown
  /** Attributes it to the reward or, where nothing tells whose it is, to the machine; null for a fault of the gym itself. */
  readonly failure: GymError | null
}

/** How Node tells of a throw in a timer or an event, and of a rejection that nobody awaits. */
type LateEvent = 'uncaughtException' | 'unhandledRejection'

export interface LateErrorOptions {
  /** Where they come from; `process` is one. */
  readonly source: {
    on(event: LateEvent, listener: (error: unknown) => void): unknown
    removeListener(event: LateEvent, listener: (error: unknown) => void): unknown
  }
  /** Told once, of the first: those that follow are of its kind, and what was trained is being saved. */
  readonly onFirst: (late: LateError) => void
  /** Told of a fault of the gym itself after that: what it does to end may never end. */
  readonly onBroken: (error: unknown) => void
}

const lateEvents = ['uncaughtException', 'unhandledRejection'] as const

/** Listens for what is thrown outside of any call, as by a timer that a reward has set. Returns how to stop. */
export function listenForLateErrors({ source, onFirst, onBroken }: LateErrorOptions): () => void {
  let isFirst = true
  const listener = (error: unknown) => {
    const failure = lateFailure(error)
    if (isFirst) {
      isFirst = false
      onFirst({ error, failure })
    } else if (failure === null) onBroken(error)
  }
  for (const event of lateEvents) source.on(event, listener)
  return () => {
    for (const event of lateEvents) source.removeListener(event, listener)
  }
}

/** Only the stack can tell whose it is: what a reward throws late has a place in a file of the user's. */
function lateFailure(error: unknown): GymError | null {
  const { theirs, isOurs } = placesOf(error)
  if (theirs === undefined) {
    if (isOurs) return null
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const told = toldOf(error)
    const what = code === '' || told.includes(code) ? told : `${told} (${code})`
    const unknown = `something failed outside of any call: ${what}; nothing tells where it comes from; run the command again, with --verbose to see its stack`
    return new GymError('engine', 'failed-late', unknown, { cause: error })
  }
  const message = `something threw outside of any call: ${toldOf(error)} (${theirs}); await every promise of the reward, and let none of its timers throw`
  return new GymError('reward', 'reward-threw-late', message, { cause: error })
}
