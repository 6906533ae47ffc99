import { GymError } from '../errors.js'
import type { PlacedRecord } from './parse-jsonl.js'
import type { TextLine } from './read-lines.js'

/** Characters of the longest row that is accepted: a quote that is never closed must not fill the memory. */
const longestRow = 16 * 2 ** 20

/** The fields of one row, and the line on which it begins. */
interface CsvRow {
  readonly number: number
  readonly fields: readonly string[]
}

/**
 * Reads comma-separated lines of which the first is the header (RFC 4180: quotes, doubled quotes, line ends inside quotes,
 * read as LF) into rows by column name. All values are text. Empty lines are skipped.
 *
 * Throws a GymError ('data') naming file and line for a row longer or shorter than the header, a name that the header has
 * twice, or a quote that stays open.
 */
export async function* parseCsv(lines: AsyncIterable<TextLine>, name: string): AsyncGenerator<PlacedRecord> {
  let header: readonly string[] | undefined
  for await (const { number, fields } of csvRows(lines, name)) {
    const where = `${name} line ${number}`
    if (header === undefined) {
      header = checkedHeader(fields, where)
      continue
    }
    if (fields.length !== header.length) {
      const message = `${where} has ${fields.length} fields and the header has ${header.length}; repair that row`
      throw new GymError('data', 'bad-csv', message)
    }
    yield { columns: Object.fromEntries(header.map((column, at) => [column, fields[at] ?? ''])), where }
  }
}

function checkedHeader(fields: readonly string[], where: string): readonly string[] {
  const twice = fields.find((field, at) => field !== '' && fields.indexOf(field) !== at)
  if (twice === undefined) return fields
  const message = `${where} must name the columns and has "${twice}" twice; give each column a name of its own`
  throw new GymError('data', 'bad-csv', message)
}

async function* csvRows(lines: AsyncIterable<TextLine>, name: string): AsyncGenerator<CsvRow> {
  const reader = new CsvReader()
  let begun = 1
  for await (const { number, text } of lines) {
    if (!reader.isQuoted) begun = number
    const fields = reader.read(text)
    if (fields !== undefined) yield { number: begun, fields }
    if (reader.pending > longestRow) break
  }
  if (!reader.isQuoted) return
  const message = `${name} line ${begun} begins a row with a quote that is never closed; repair that row`
  throw new GymError('data', 'bad-csv', message)
}

/** Keeps what a line end inside quotes leaves open. */
class CsvReader {
  #fields: string[] = []
  #field = ''
  #isQuoted = false
  /** A quote inside quotes: it ends the field unless another one follows. */
  #sawQuote = false

  get isQuoted(): boolean {
    return this.#isQuoted && !this.#sawQuote
  }

  get pending(): number {
    return this.#field.length
  }

  /** Takes one line without its end; gives the row that ends with it, if one does. */
  read(line: string): string[] | undefined {
    if (line === '' && !this.#isQuoted) return undefined
    for (const char of line) {
      if (this.isQuoted) {
        if (char === '"') this.#sawQuote = true
        else this.#field += char
      } else if (this.#sawQuote && char === '"') {
        this.#field += '"'
        this.#sawQuote = false
      } else if (char === '"' && this.#field === '' && !this.#isQuoted) this.#isQuoted = true
      else if (char === ',') this.#endField()
      else this.#field += char
    }
    if (this.isQuoted) {
      this.#field += '\n'
      return undefined
    }
    this.#endField()
    const row = this.#fields
    this.#fields = []
    return row
  }

  #endField(): void {
    this.#fields.push(this.#field)
    this.#field = ''
    this.#isQuoted = false
    this.#sawQuote = false
  }
}
