import { z } from 'zod'
import { bundledPath } from '../models/bundled-path.js'
import { parseOptions } from '../options/parse-options.js'
import type { DatasetRow, Message } from '../trip.js'
import type { Dataset } from './dataset.js'
import { checkPromptOptions, nonEmptyRows, promptOptions, takeRows } from './dataset-options.js'
import { readLines } from './read-lines.js'
import { rowMessages } from './row-messages.js'

export interface HaikuTopicsOptions {
  /** 2,117 topics to train on, or 200 held-out ones of other word families to evaluate on. Default `train`. */
  readonly split?: 'train' | 'eval' | undefined
  /** Leaves out this many rows at the beginning, such as those held out for evaluations. Default 0. */
  readonly skipRows?: number | undefined
  /** At most this many of the topics that follow, which are in alphabetical order. Default: all. */
  readonly nRows?: number | undefined
  /** Default: the tutorial's, which the bundled model was trained on. */
  readonly systemPrompt?: string | undefined
  /** Default `Write a haiku about {input}.` */
  readonly promptTemplate?: string | undefined
  /** False sends the message contents as they are, without the model's chat template. Default true. */
  readonly applyChatTemplate?: boolean | undefined
}

const schema = z.strictObject({
  ...promptOptions,
  split: z.enum(['train', 'eval']).default('train'),
  systemPrompt: z
    .string()
    .default(
      'You are a haiku poet. Write a haiku about the given topic. Use the 5-7-5 syllable format across three lines.',
    ),
  promptTemplate: z.string().default('Write a haiku about {input}.'),
})

/** Offers the bundled haiku topics: one topic a row, no network, no reference answers. */
export class HaikuTopics implements Dataset {
  readonly name: string
  readonly applyChatTemplate: boolean
  readonly #options: z.output<typeof schema>

  constructor(options: HaikuTopicsOptions = {}) {
    this.#options = parseOptions(schema, options, 'HaikuTopics')
    checkPromptOptions(this.#options, 'HaikuTopics')
    this.applyChatTemplate = this.#options.applyChatTemplate
    this.name = `haiku-topics:${this.#options.split}`
  }

  /** Returns a copy with some options changed. */
  with(changes: HaikuTopicsOptions): HaikuTopics {
    return new HaikuTopics({ ...this.#options, ...changes })
  }

  async load(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly DatasetRow[]> {
    const rows: DatasetRow[] = []
    for await (const [index, input] of takeRows(this.#topics(options.signal), this.#options)) {
      rows.push({ index, input, columns: { input } })
    }
    return nonEmptyRows(rows, this.name, { skipRows: this.#options.skipRows, hint: 'reinstall training-gym' })
  }

  messages(row: DatasetRow): readonly Message[] {
    return rowMessages(row, this.#options)
  }

  async *#topics(signal: AbortSignal | undefined): AsyncGenerator<string> {
    const path = bundledPath('tiny-poet', `topics.${this.#options.split}.txt`)
    for await (const { text } of readLines(path, signal)) if (text.trim() !== '') yield text.trim()
  }
}
