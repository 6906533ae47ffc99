import { GymError } from '../errors.js'

/** Characters of the longest row that is accepted: a quote that is never closed must not fill the memory. */
const longestRow = 16 * 2 ** 20

/**
 * Reads comma-separated text with a header line (RFC 4180: quotes, doubled quotes, line ends inside quotes) into rows by
 * column name. All values are text. Empty lines are skipped.
 *
 * Throws a GymError ('data') naming the row for a row longer or shorter than the header, or a quote that stays open.
 */
export async function* parseCsv(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Readonly<Record<string, string>>> {
  let header: readonly string[] | undefined
  let number = 0
  for await (const fields of csvRows(bytes, name)) {
    number++
    if (header === undefined) {
      header = fields
      continue
    }
    if (fields.length !== header.length) {
      const message = `${name} has ${fields.length} fields in row ${number} but ${header.length} in its header; repair that row`
      throw new GymError('data', 'bad-csv', message)
    }
    yield Object.fromEntries(header.map((column, at) => [column, fields[at] ?? '']))
  }
}

async function* csvRows(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string[]> {
  const reader = new CsvReader()
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of bytes) {
    yield* reader.read(decoder.decode(chunk, { stream: true }))
    if (reader.pending > longestRow) throw openQuote(name)
  }
  yield* reader.read(decoder.decode())
  yield* reader.end()
  if (reader.isQuoted) throw openQuote(name)
}

function openQuote(name: string): GymError {
  return new GymError('data', 'bad-csv', `${name} has a quote that is never closed; repair the file`)
}

/** Keeps what a cut between two chunks leaves open. */
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

  *read(text: string): Generator<string[]> {
    for (const char of text) {
      if (this.#isQuoted && !this.#sawQuote) {
        if (char === '"') this.#sawQuote = true
        else this.#field += char
        continue
      }
      if (this.#sawQuote && char === '"') {
        this.#field += '"'
        this.#sawQuote = false
        continue
      }
      if (char === '"' && this.#field === '' && !this.#isQuoted) this.#isQuoted = true
      else if (char === ',') this.#endField()
      else if (char === '\n') yield* this.#endRow()
      else this.#field += char
    }
  }

  *end(): Generator<string[]> {
    if (!this.isQuoted) yield* this.#endRow()
  }

  *#endRow(): Generator<string[]> {
    if (this.#field.endsWith('\r')) this.#field = this.#field.slice(0, -1)
    const isEmpty = this.#fields.length === 0 && this.#field === '' && !this.#isQuoted
    if (isEmpty) return
    this.#endField()
    const row = this.#fields
    this.#fields = []
    yield row
  }

  #endField(): void {
    this.#fields.push(this.#field)
    this.#field = ''
    this.#isQuoted = false
    this.#sawQuote = false
  }
}
