import type { EvalRowRecord } from '../store/records.js'
import { outcomeOf } from './reports/row-outcome.js'

/** One response that came out otherwise. */
export interface RowChange {
  readonly rowIndex: number
  readonly sampleIndex: number
  readonly prompt: string
  readonly response: string
  /** Null where it abstained or failed. */
  readonly before: number | null
  readonly after: number | null
  /** What it is now, where that is no score. */
  readonly outcome: 'scored' | 'abstained' | 'failed'
}

/** Lists the responses whose score, abstention or failure differs: first those that won or lost a score, then by size. */
export function changedRows(before: readonly EvalRowRecord[], after: readonly EvalRowRecord[]): RowChange[] {
  const old = new Map(before.map((row) => [keyOf(row), row]))
  return after
    .flatMap((row) => {
      const was = old.get(keyOf(row))
      if (was === undefined || (was.score === row.score && outcomeOf(was) === outcomeOf(row))) return []
      const { rowIndex, sampleIndex, prompt, response, score } = row
      return [{ rowIndex, sampleIndex, prompt, response, before: was.score, after: score, outcome: outcomeOf(row) }]
    })
    .sort((a, b) => sizeOf(b) - sizeOf(a) || a.rowIndex - b.rowIndex || a.sampleIndex - b.sampleIndex)
}

function sizeOf({ before, after }: RowChange): number {
  return before === null || after === null ? Number.MAX_VALUE : Math.abs(after - before)
}

function keyOf({ rowIndex, sampleIndex }: EvalRowRecord): string {
  return `${rowIndex}:${sampleIndex}`
}
