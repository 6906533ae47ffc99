import type { EvalRowRecord } from '../store/records.js'
import { numericDetails } from '../trip.js'
import type { CheckedEvaluateOptions } from './eval-options.js'

/** Responses that `debug` shows. */
const shownAtMost = 3

/** Tells the first few responses with their scores as notices when `debug` is on. */
export function sampleTeller({ debug, onProgress }: CheckedEvaluateOptions): (row: EvalRowRecord) => void {
  let shown = 0
  return (row) => {
    if (!debug || onProgress === undefined || shown >= shownAtMost) return
    shown += 1
    onProgress({ kind: 'notice', message: `${row.prompt}: ${verdict(row)}\n${row.response}` })
  }
}

function verdict({ score, failure, metadata }: EvalRowRecord): string {
  if (failure !== null) return `failed, ${failure.message}`
  const said = score === null ? 'not scored' : `score ${score}`
  const details = Object.entries(numericDetails(metadata)).map(([name, value]) => `${name} ${value}`)
  return details.length === 0 ? said : `${said} (${details.join(', ')})`
}
