import { markupLine, markupLines } from '../../../evals/reports/markup.js'
import { pageOpening } from '../../../evals/reports/page-opening.js'
import { reportStyle } from '../../../evals/reports/report-style.js'
import { isRecord } from '../../../is-record.js'
import type { Receipt } from './receipt.js'
import { type Curves, renderCurves } from './render-curves.js'
import { withData } from './verify-receipt.js'

const style = `${reportStyle}.sum { font: 12px ui-monospace, monospace; overflow-wrap: anywhere; opacity: .75; }
table table { width: auto; } th[scope=row] { white-space: nowrap; }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 1rem; } .curves figure { margin: 0; }
.line { fill: none; stroke: var(--bar); stroke-width: 1.5; } .band { fill: var(--bar); opacity: .18; }`

/** Renders a receipt as one HTML file that stands alone: read without script, nothing loaded, its data inside. */
export function renderReceipt(receipt: Receipt): string {
  const sections = receipt.sections.map(({ name, sha256, content }) => {
    const body = name === 'curves' ? renderCurves(content as unknown as Curves) : renderValue(content)
    return `<section>\n<h2>${markupLine(name)}</h2>\n${body}\n<p class="sum">sha256 ${sha256}</p>\n</section>`
  })
  const page = `${pageOpening(`${receipt.title}: receipt`, style)}
<h1>${markupLine(receipt.title)}</h1>
<p>A receipt: what was given, measured and written, with the sha256 of each part. Check it with <code>training-gym verify FILE</code>.
The sums tell whether it was altered, not who made it.</p>
<p class="sum">sha256 of all ${receipt.sha256}</p>
${sections.join('\n')}
</main>
`
  return withData(page, receipt)
}

type Json = Receipt['sections'][number]['content']

/** Renders any plain data: records as two columns, lists of records as one table, texts as they are. */
function renderValue(value: Json): string {
  if (Array.isArray(value)) {
    return value.every((item) => isRecord(item)) && value.length > 0 ? renderTable(value) : renderList(value)
  }
  if (isRecord(value)) {
    const rows = Object.entries(value).map(
      ([name, item]) => `<tr><th scope="row">${markupLine(name)}</th><td>${renderValue(item)}</td></tr>`,
    )
    return rows.length === 0 ? 'nothing' : `<table><tbody>\n${rows.join('\n')}\n</tbody></table>`
  }
  if (typeof value === 'string') return value.includes('\n') ? `<pre>${markupLines(value)}</pre>` : markupLine(value)
  return value === null ? 'none' : markupLine(String(value))
}

function renderTable(records: readonly Record<string, Json>[]): string {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
  const head = names.map((name) => `<th scope="col">${markupLine(name)}</th>`).join('')
  const rows = records.map((record) => {
    const cells = names.map((name) => `<td>${name in record ? renderValue(record[name] ?? null) : ''}</td>`)
    return `<tr>${cells.join('')}</tr>`
  })
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`
}

function renderList(items: readonly Json[]): string {
  if (items.length === 0) return 'nothing'
  const isPlain = items.every((item) => typeof item !== 'object' || item === null)
  return isPlain
    ? items.map(renderValue).join(', ')
    : `<ul>${items.map((item) => `<li>${renderValue(item)}</li>`).join('')}</ul>`
}
