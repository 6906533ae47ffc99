import { isRecord } from '../../is-record.js'
import type { DatasetRow, Message } from '../../trip.js'

/** A row as it travels through a trainer in the sample's label, to come back with each response. */
export interface TrainerRow extends DatasetRow {
  readonly messages: readonly Message[]
}

/**
 * Reads the row out of a label. A label that is none of ours is another trainer's: an object becomes the
 * row's columns, a text or a number its reference answer, and the prompt its input.
 */
export function rowOfLabel(label: unknown, prompt: string): TrainerRow {
  if (isTrainerRow(label)) return label
  const messages: Message[] = [{ role: 'user', content: prompt }]
  const row = { index: 0, input: prompt, messages }
  if (typeof label === 'string' || typeof label === 'number') {
    return { ...row, output: String(label), columns: { label } }
  }
  return { ...row, columns: isRecord(label) ? label : { label } }
}

function isTrainerRow(label: unknown): label is TrainerRow {
  if (typeof label !== 'object' || label === null) return false
  const { index, input, columns, messages } = label as Partial<TrainerRow>
  const isRow = typeof index === 'number' && typeof input === 'string'
  return isRow && typeof columns === 'object' && columns !== null && Array.isArray(messages)
}
