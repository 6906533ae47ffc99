import type { EvalResult } from '../eval-result.js'
import { csvReport } from './csv-report.js'
import { htmlReport } from './html-report.js'
import { jsonlReport } from './jsonl-report.js'

/** The files that an evaluation can be written as. */
export type ReportFormat = 'html' | 'csv' | 'jsonl'

/**
 * Renders an evaluation as the text of a file: a page that stands alone, CSV, or JSON Lines.
 *
 * @example
 * await writeFile('report.html', renderReport(await evalConfig.evaluate(deployment), 'html'))
 */
export function renderReport(result: EvalResult, format: ReportFormat): string {
  switch (format) {
    case 'html':
      return htmlReport(result)
    case 'csv':
      return csvReport(result)
    case 'jsonl':
      return jsonlReport(result)
  }
}
