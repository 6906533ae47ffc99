import { createHash } from 'node:crypto'
import { GymError, messageOf } from '../../../errors.js'
import { type Receipt, receiptSchema, sumOf, sumOfAll } from './receipt.js'

/** What became of a check. */
export interface ReceiptCheck {
  readonly title: string
  /** Every part that was checked, in order; `page` is what an HTML receipt shows around its data. */
  readonly parts: readonly { readonly name: string; readonly isIntact: boolean }[]
  readonly isIntact: boolean
}

/** What stands before the data in an HTML receipt, and after it; the sum is that of the page before. */
const dataBlock =
  /<script type="application\/json" id="receipt" data-page-sha256="([0-9a-f]{64})">\n(.*)\n<\/script>\n<\/body>\n<\/html>\n$/s

/** Puts the data of a receipt behind a page, with the page's sum; the data is inert and cannot end its own element. */
export function withData(page: string, receipt: Receipt): string {
  const data = JSON.stringify(receipt).replaceAll('<', '\\u003c')
  return `${page}<script type="application/json" id="receipt" data-page-sha256="${pageSum(page)}">\n${data}\n</script>\n</body>\n</html>\n`
}

/**
 * Checks the sums of a receipt, JSON or HTML, and says which part was altered. Sums tell of changes, not of who made the
 * receipt: whoever can write one can write another.
 *
 * @throws GymError `not-a-receipt` (data).
 */
export function verifyReceipt(text: string, file: string): ReceiptCheck {
  const block = dataBlock.exec(text)
  const receipt = parsed(block?.[2] ?? text, file)
  const parts = receipt.sections.map(({ name, sha256, content }) => ({ name, isIntact: sumOf(content) === sha256 }))
  parts.push({ name: 'the list of sections', isIntact: sumOfAll(receipt) === receipt.sha256 })
  if (block !== null) parts.push({ name: 'the page', isIntact: pageSum(text.slice(0, block.index)) === block[1] })
  return { title: receipt.title, parts, isIntact: parts.every(({ isIntact }) => isIntact) }
}

function parsed(json: string, file: string): Receipt {
  try {
    return receiptSchema.parse(JSON.parse(json))
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? messageOf(cause) : 'its parts are missing or of another kind'
    const message = `${file} is no receipt, or was cut off or rewritten (${reason.slice(0, 200)}); make one with: training-gym receipt RUN -o FILE`
    throw new GymError('data', 'not-a-receipt', message, { cause })
  }
}

function pageSum(page: string): string {
  return createHash('sha256').update(page).digest('hex')
}
