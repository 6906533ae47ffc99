import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../errors.js'
import type { Store } from '../../store/store.js'

/** How often the store is asked whether anything changed, milliseconds. */
const ASK_EVERY_MS = 500

/** Tells listeners that the store changed; asks it only while somebody listens. */
export interface ChangeFeed {
  /**
   * Calls back once at the start, for what changed since the listener last read, and after each change until the signal aborts or the
   * store fails, and then returns.
   */
  follow(onChange: () => void, signal: AbortSignal): Promise<void>
  /** Tells all listeners of a change that the store does not show. */
  tell(): void
  /** How many listen now. */
  readonly listeners: number
}

export interface ChangeFeedOptions {
  readonly store: Pick<Store, 'changeMark'>
  /** Ends everybody's listening. */
  readonly signal: AbortSignal
  /** Waits between two questions. Default 500 ms. */
  readonly pause?: (signal: AbortSignal) => Promise<void>
  /** Gets one line when the store cannot be asked. */
  readonly log: (line: string) => void
}

/** Makes the feed of a store; one question serves all listeners. */
export function createChangeFeed({ store, signal, pause = wait, log }: ChangeFeedOptions): ChangeFeed {
  const callbacks = new Map<() => void, () => void>()
  let isAsking = false
  // Pages reconnect every second: of a store that stays broken, one line is enough.
  let lastFailure = ''
  const ask = async () => {
    isAsking = true
    try {
      let mark = await store.changeMark()
      lastFailure = ''
      for (const callback of callbacks.keys()) callback()
      while (callbacks.size > 0 && !signal.aborted) {
        await pause(signal)
        const now = await store.changeMark()
        if (now !== mark) for (const callback of callbacks.keys()) callback()
        mark = now
      }
    } catch (error) {
      const failure = messageOf(error)
      if (!signal.aborted && failure !== lastFailure) log(`live updates broke off, pages will reconnect: ${failure}`)
      lastFailure = failure
      for (const end of callbacks.values()) end()
    } finally {
      isAsking = false
    }
  }
  return {
    tell() {
      for (const callback of callbacks.keys()) callback()
    },
    get listeners() {
      return callbacks.size
    },
    async follow(onChange, listener) {
      const both = AbortSignal.any([signal, listener])
      if (both.aborted) return
      await new Promise<void>((resolve) => {
        callbacks.set(onChange, resolve)
        both.addEventListener('abort', () => resolve(), { once: true })
        if (isAsking) onChange()
        else void ask()
      })
      callbacks.delete(onChange)
    },
  }
}

async function wait(signal: AbortSignal): Promise<void> {
  await delay(ASK_EVERY_MS, undefined, { signal })
}
