import { GymError } from '../errors.js'
import type { EvalRowRecord } from '../store/records.js'

/** Sees the records of each row and says when there is no use in going on. */
export type FailureWatch = (position: number, records: readonly EvalRowRecord[]) => GymError | undefined

/**
 * Watches the first rows of an evaluation: when each of them failed by the same boundary, the scorer is broken or the
 * server is gone, and every further row would cost time or money to say so again.
 */
export function watchFirstRows(name: string, firstRows: number): FailureWatch {
  let seen = 0
  let hasSuccess = false
  let first: { readonly position: number; readonly failure: NonNullable<EvalRowRecord['failure']> } | undefined
  return (position, records) => {
    if (position >= firstRows || hasSuccess) return undefined
    const failure = records[0]?.failure
    const isLost = records.every((record) => record.failure?.boundary === failure?.boundary)
    if (!failure || !isLost || (first !== undefined && first.failure.boundary !== failure.boundary)) {
      hasSuccess = true
      return undefined
    }
    seen += 1
    if (first === undefined || position < first.position) first = { position, failure }
    if (seen < firstRows) return undefined
    const which = firstRows === 1 ? 'the first row' : `all of the first ${firstRows} rows`
    const message = `evaluation "${name}" was ended: ${which} failed, the first with: ${first.failure.message}`
    return new GymError(first.failure.boundary, 'every-row-failed', message)
  }
}
