import { basename, resolve } from 'node:path'
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
  takeRows,
} from './dataset-options.js'
import { makeRow } from './make-row.js'
import { parseCsv } from './parse-csv.js'
import { parseJsonl } from './parse-jsonl.js'
import { readLines } from './read-lines.js'
import { rowMessages } from './row-messages.js'

export interface JsonlDatasetOptions extends PromptFormat {
  /**
   * File of one JSON object a line, `.jsonl`; or, where the name ends in `.csv`, of comma-separated values under a header line
   * that names the columns, all of them texts. Either may end in `.gz`. Relative to the working folder.
   */
  readonly path: string
  /** Default `input`, unless there is a `messagesColumn`. */
  readonly inputColumn?: string | undefined
  /**
   * Column of the reference answer, `row.output`. Default: `output` where a row has a text or a number there, unless there is
   * a `messagesColumn`.
   */
  readonly outputColumn?: string | undefined
  /** Leaves out this many rows at the beginning, such as those held out for evaluations. Default 0. */
  readonly skipRows?: number | undefined
  /** At most this many of the rows that follow; the rest of the file is not read. Default: all. */
  readonly nRows?: number | undefined
}

const schema = z.strictObject({
  path: z.string().min(1),
  inputColumn: z.string().min(1).optional(),
  ...columnOptions,
  ...promptOptions,
})

/**
 * Reads rows from a JSON Lines file, or a CSV file with a header line, streaming. A bad row is named by file and line.
 *
 * @example
 * new JsonlDataset({ path: 'topics.jsonl', inputColumn: 'topic', promptTemplate: 'Write a haiku about {input}.' })
 */
export class JsonlDataset implements Dataset {
  readonly name: string
  readonly applyChatTemplate: boolean
  readonly #options: z.output<typeof schema>
  readonly #given: JsonlDatasetOptions

  constructor(options: JsonlDatasetOptions) {
    this.#options = parseOptions(schema, options, 'JsonlDataset')
    this.#given = options
    checkPromptOptions(this.#options, 'JsonlDataset')
    this.applyChatTemplate = this.#options.applyChatTemplate
    this.name = basename(this.#options.path)
  }

  /** Returns a copy with some options changed. */
  with(changes: Partial<JsonlDatasetOptions>): JsonlDataset {
    return new JsonlDataset({ ...this.#given, ...changes })
  }

  async load(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly DatasetRow[]> {
    const { path, skipRows } = this.#options
    const use = ownColumns(this.#options)
    const rows: DatasetRow[] = []
    const isCsv = /\.csv(\.gz)?$/.test(path)
    const lines = readLines(resolve(path), options.signal)
    const records = isCsv ? parseCsv(lines, path) : parseJsonl(lines, path)
    for await (const [index, { columns, where }] of takeRows(records, this.#options)) {
      rows.push(makeRow(columns, index, where, use))
    }
    const hint = isCsv
      ? 'a header line names the columns, and each line behind it is a row'
      : 'each line must be one JSON object'
    return nonEmptyRows(rows, path, { skipRows, hint })
  }

  messages(row: DatasetRow): readonly Message[] {
    return rowMessages(row, this.#options)
  }
}
