import type { Steps } from '../../gym/src/server/dashboard/run-schemas.js'
import { read } from './api.js'

/** Steps drawn at most. */
const points = 1_000

/** Makes a reader of a run's steps that asks only for what is new since its last call. */
export function stepsReader(path: string): (signal: AbortSignal) => Promise<Steps> {
  let known: Steps | undefined
  return async (signal) => {
    const last = known?.every === 1 ? known.steps.at(-1) : undefined
    if (known !== undefined && last !== undefined && known.steps.length < points) {
      const more = await read<Steps>(path, { from: last.rolloutId, points }, signal)
      // A resumed run goes back and repeats steps: then the last one known is gone for a while.
      if (more.every === 1 && more.steps[0]?.rolloutId === last.rolloutId) {
        known = { every: 1, steps: [...known.steps.slice(0, -1), ...more.steps] }
        return known
      }
    }
    known = await read<Steps>(path, { points }, signal)
    return known
  }
}
