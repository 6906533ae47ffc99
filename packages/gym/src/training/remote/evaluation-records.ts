import { promptKey } from '../../evals/prompt-key.js'
import type { EvalRowRecord } from '../../store/records.js'
import type { Message } from '../../trip.js'
import type { KeptSample } from './kept-samples.js'

/** A row of the file of rows to evaluate on. */
export interface HeldOutRow {
  readonly input: string
  readonly messages: readonly Message[]
}

/** Reads the file of rows to evaluate on, by the index of the row. */
export function heldOutRows(evalFile: string): Map<number, HeldOutRow> {
  const lines = evalFile.split('\n').filter((line) => line !== '')
  const rows = lines.map((line) => (JSON.parse(line) as { readonly row: HeldOutRow & { readonly index: number } }).row)
  return new Map(rows.map((row) => [row.index, row]))
}

/** Puts the responses of an evaluation, as the sample hook wrote them, together with the rows that they answer. */
export function evaluationRows(samples: readonly KeptSample[], rows: ReadonlyMap<number, HeldOutRow>): EvalRowRecord[] {
  const counts = new Map<number, number>()
  return samples.flatMap(({ row: rowIndex, response, score, details, finishReason }) => {
    const row = rowIndex === null ? undefined : rows.get(rowIndex)
    if (rowIndex === null || row === undefined) return []
    const sampleIndex = counts.get(rowIndex) ?? 0
    counts.set(rowIndex, sampleIndex + 1)
    return {
      rowIndex,
      sampleIndex,
      promptKey: promptKey(row.messages),
      prompt: row.input,
      response,
      score: details.unscorable === true ? null : score,
      metadata: details,
      finishReason,
      tokens: null,
      failure: null,
    }
  })
}
