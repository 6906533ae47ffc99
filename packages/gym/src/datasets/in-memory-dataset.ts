import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import type { DatasetRow, Message } from '../trip.js'
import type { Dataset, PromptFormat } from './dataset.js'
import {
  checkPromptOptions,
  columnOptions,
  nonEmptyRows,
  ownColumns,
  promptOptions,
  rowsToRead,
} from './dataset-options.js'
import { makeRow } from './make-row.js'
import { rowMessages } from './row-messages.js'

export interface InMemoryDatasetOptions extends PromptFormat {
  /** Texts, each an input; or objects, each with its columns. */
  readonly rows: readonly (string | Readonly<Record<string, unknown>>)[]
  /** Default `in-memory`. */
  readonly name?: string | undefined
  /** Default `input`, unless there is a `messagesColumn`. */
  readonly inputColumn?: string | undefined
  /**
   * Column of the reference answer, `row.output`. Default: `output` where a row has a text or a number there, unless there is
   * a `messagesColumn`.
   */
  readonly outputColumn?: string | undefined
  /** Leaves out this many rows at the beginning, such as those held out for evaluations. Default 0. */
  readonly skipRows?: number | undefined
  /** At most this many of the rows that follow. Default: all. */
  readonly nRows?: number | undefined
}

const schema = z.strictObject({
  rows: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])),
  name: z.string().min(1).default('in-memory'),
  inputColumn: z.string().min(1).optional(),
  ...columnOptions,
  ...promptOptions,
})

/**
 * Holds rows that the program already has.
 *
 * @example
 * new InMemoryDataset({ rows: ['rain', 'snow'], promptTemplate: 'Write a haiku about {input}.' })
 */
export class InMemoryDataset implements Dataset {
  readonly name: string
  readonly applyChatTemplate: boolean
  readonly #options: z.output<typeof schema>
  readonly #given: InMemoryDatasetOptions

  constructor(options: InMemoryDatasetOptions) {
    this.#options = parseOptions(schema, options, 'InMemoryDataset')
    this.#given = options
    checkPromptOptions(this.#options, 'InMemoryDataset')
    this.applyChatTemplate = this.#options.applyChatTemplate
    this.name = this.#options.name
  }

  /** Returns a copy with some options changed. */
  with(changes: Partial<InMemoryDatasetOptions>): InMemoryDataset {
    return new InMemoryDataset({ ...this.#given, ...changes })
  }

  async load(): Promise<readonly DatasetRow[]> {
    const { rows, skipRows = 0 } = this.#options
    const use = ownColumns(this.#options)
    const made = rows.slice(skipRows, rowsToRead(this.#options)).map((row, place) => {
      const index = skipRows + place
      const columns = typeof row === 'string' ? { [use.inputColumn ?? 'input']: row } : row
      return makeRow(columns, index, `row ${index} of ${this.name}`, use)
    })
    return nonEmptyRows(made, this.name, { skipRows, hint: 'give at least one' })
  }

  messages(row: DatasetRow): readonly Message[] {
    return rowMessages(row, this.#options)
  }
}
