import type { EvalRowRecord } from '../../store/records.js'

/** Says in one word what became of a response for the main scorer. */
export function outcomeOf({ failure, score }: EvalRowRecord): 'scored' | 'abstained' | 'failed' {
  if (failure !== null) return 'failed'
  return score === null ? 'abstained' : 'scored'
}
