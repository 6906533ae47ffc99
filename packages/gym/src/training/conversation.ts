import type { Dataset } from '../datasets/dataset.js'
import { GymError } from '../errors.js'
import type { DatasetRow, Message } from '../trip.js'

/** Makes the conversation that fine-tuning learns from: the row's messages, ending with the answer. */
export function conversationOf(dataset: Dataset, row: DatasetRow): readonly Message[] {
  const messages = dataset.messages(row)
  if (messages.at(-1)?.role === 'assistant') return messages
  return [...messages, { role: 'assistant', content: answerOf(dataset, row) }]
}

/** Finds the answer of a row: its last message if that is the assistant's, else its output. Throws GymError 'data'. */
export function answerOf(dataset: Dataset, row: DatasetRow): string {
  const last = dataset.messages(row).at(-1)
  if (last?.role === 'assistant') return last.content
  if (row.output !== undefined) return row.output
  throw new GymError(
    'data',
    'no-answer',
    `row ${row.index} of ${dataset.name} has no answer to train on; give the dataset an outputColumn, or messages that end with an assistant's turn`,
  )
}
