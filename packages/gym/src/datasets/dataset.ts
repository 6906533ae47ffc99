import type { DatasetRow, Message } from '../trip.js'

/** How a row becomes messages; the same for eval, training and serving. */
export interface PromptFormat {
  /** First message; left out when empty. */
  readonly systemPrompt?: string | undefined
  /** The user's message; `{input}` and `{column name}` are filled from the row. Default `{input}`. */
  readonly promptTemplate?: string | undefined
  /** Column that already holds the messages; they are used as they are, and the two options above must stay out. */
  readonly messagesColumn?: string | undefined
  /** False sends the message contents as they are, without the model's chat template. Default true. */
  readonly applyChatTemplate?: boolean | undefined
}

/** Rows with a scorer-independent way to turn each into messages. */
export interface Dataset {
  /** Short human name, e.g. `statworx/haiku[train]` or `haiku-topics:eval`. */
  readonly name: string
  /**
   * False when the message contents are the whole prompt, to be sent without the model's chat template. Left out means
   * true.
   */
  readonly applyChatTemplate?: boolean
  /**
   * Reads the rows, at most `nRows` of them. Throws GymError with boundary 'data' on a bad row, naming file and line, and
   * when there is no row at all.
   */
  load(options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly DatasetRow[]>
  /** The one place where messages are made. */
  messages(row: DatasetRow): readonly Message[]
}
