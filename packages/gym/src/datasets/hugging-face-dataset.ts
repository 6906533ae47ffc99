import { join } from 'node:path'
import { z } from 'zod'
import { connectToHub, type HubOptions } from '../hub/hub-connection.js'
import { hubOptions, repoName } from '../hub/hub-options.js'
import { parseOptions } from '../options/parse-options.js'
import { gymHome } from '../store/home.js'
import type { DatasetRow, Message } from '../trip.js'
import type { Dataset, PromptFormat } from './dataset.js'
import {
  checkPromptOptions,
  columnOptions,
  nonEmptyRows,
  promptOptions,
  rowsToRead,
  takeRows,
} from './dataset-options.js'
import { placeholdersOf } from './fill-template.js'
import { hubRows } from './hub-rows.js'
import { makeRow, unknownColumn } from './make-row.js'
import { parseJsonl } from './parse-jsonl.js'
import { findPrepared, type PreparedKey, preparedPath, writePrepared } from './prepared-rows.js'
import { readLines } from './read-lines.js'
import { rowMessages } from './row-messages.js'

export interface HuggingFaceDatasetOptions extends PromptFormat, HubOptions {
  /** Dataset repository, e.g. `statworx/haiku`. */
  readonly hfRepo: string
  /** Default `train`. */
  readonly hfSplit?: string | undefined
  /** Needed when the repository has several. */
  readonly hfConfig?: string | undefined
  /** Branch, tag or commit. Default: `main`, as it was when the rows were first prepared. */
  readonly hfRevision?: string | undefined
  /** Column of the text that fills `{input}`. Needed unless there is a `messagesColumn`. */
  readonly inputColumn?: string | undefined
  readonly outputColumn?: string | undefined
  /** Further columns to keep for rewards, beside those that the other options name. Default: all columns. */
  readonly columns?: readonly string[] | undefined
  /** Format of the prepared rows on disk; JSON Lines is the only one. */
  readonly outputFormat?: 'jsonl' | undefined
  /** Leaves out this many rows at the beginning, such as those held out for evaluations. Default 0. */
  readonly skipRows?: number | undefined
  /** At most this many of the rows that follow; what comes behind them is not downloaded. Default: all. */
  readonly nRows?: number | undefined
  /** True downloads again though prepared rows are there. Default false. */
  readonly alwaysPrepare?: boolean | undefined
  /** Folder of the prepared rows. Default: `datasets` in the gym's home folder. */
  readonly cacheDir?: string | undefined
}

const schema = z
  .strictObject({
    hfRepo: repoName,
    hfSplit: z.string().min(1).default('train'),
    hfConfig: z.string().min(1).optional(),
    hfRevision: z.string().min(1).optional(),
    inputColumn: z.string().min(1).optional(),
    columns: z.array(z.string().min(1)).optional(),
    outputFormat: z.literal('jsonl').default('jsonl'),
    alwaysPrepare: z.boolean().default(false),
    cacheDir: z.string().min(1).optional(),
    ...columnOptions,
    ...promptOptions,
    ...hubOptions,
  })
  .refine(
    (one) => one.inputColumn !== undefined || one.messagesColumn !== undefined,
    'needs inputColumn or messagesColumn',
  )

/**
 * Reads a dataset of the Hugging Face hub, downloading it once: the prepared rows stay under the gym's home folder and work
 * without network afterwards.
 *
 * @example
 * const dataset = new HuggingFaceDataset({ hfRepo: 'statworx/haiku', inputColumn: 'keywords', outputColumn: 'text',
 *   promptTemplate: 'Write a haiku about {input}.', nRows: 10 })
 * const heldOut = dataset.with({ skipRows: 10, nRows: 5 })
 */
export class HuggingFaceDataset implements Dataset {
  readonly name: string
  readonly applyChatTemplate: boolean
  readonly #options: z.output<typeof schema>
  readonly #given: HuggingFaceDatasetOptions

  constructor(options: HuggingFaceDatasetOptions) {
    this.#options = parseOptions(schema, options, 'HuggingFaceDataset')
    this.#given = options
    checkPromptOptions(this.#options, 'HuggingFaceDataset')
    this.name = `${this.#options.hfRepo}[${this.#options.hfSplit}]`
    this.applyChatTemplate = this.#options.applyChatTemplate
  }

  /** Returns a copy with some options changed. */
  with(changes: Partial<HuggingFaceDatasetOptions>): HuggingFaceDataset {
    return new HuggingFaceDataset({ ...this.#given, ...changes })
  }

  async load(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly DatasetRow[]> {
    const path = await this.#prepared(options.signal)
    const rows: DatasetRow[] = []
    for await (const [index, { columns }] of takeRows(
      parseJsonl(readLines(path, options.signal), path),
      this.#options,
    )) {
      rows.push(makeRow(columns, index, `row ${index} of ${this.name}`, this.#options))
    }
    const { skipRows } = this.#options
    return nonEmptyRows(rows, this.name, { skipRows, hint: 'choose another hfSplit or hfConfig' })
  }

  messages(row: DatasetRow): readonly Message[] {
    return rowMessages(row, this.#options)
  }

  async #prepared(signal: AbortSignal | undefined): Promise<string> {
    const { hfRepo: repo, hfSplit: split, hfConfig: config, hfRevision: revision } = this.#options
    const nRows = rowsToRead(this.#options)
    const offline = 'without network, use JsonlDataset, HaikuTopics, or rows that were prepared before'
    const connection = connectToHub({ kind: 'dataset', repo, revision, offline }, this.#options, signal)
    const columns = this.#neededColumns()
    const key: PreparedKey = { hubUrl: connection.params.hubUrl, repo, revision, config, split, columns }
    const folder = this.#options.cacheDir ?? join(gymHome(), 'datasets')
    const found = this.#options.alwaysPrepare ? undefined : await findPrepared(folder, key, nRows)
    if (found !== undefined) return found

    const path = preparedPath(folder, key, nRows)
    const onColumns = (names: readonly string[], file: string) => {
      for (const column of columns ?? this.#namedColumns()) {
        if (!names.includes(column)) throw unknownColumn(column, names, file)
      }
    }
    await writePrepared(path, hubRows({ connection, repo, revision, config, split, columns, nRows, onColumns }))
    return path
  }

  #namedColumns(): string[] {
    const { inputColumn, outputColumn, messagesColumn } = this.#options
    return [inputColumn, outputColumn, messagesColumn].filter((column) => column !== undefined)
  }

  /** What to read when the user limits it; undefined reads everything. */
  #neededColumns(): readonly string[] | undefined {
    const { columns, promptTemplate = '' } = this.#options
    if (columns === undefined) return undefined
    const filled = placeholdersOf(promptTemplate).filter((name) => name !== 'input')
    return [...new Set([...this.#namedColumns(), ...filled, ...columns])].sort()
  }
}
