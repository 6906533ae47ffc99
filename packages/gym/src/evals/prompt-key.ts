import { hash } from 'node:crypto'
import type { Message } from '../trip.js'

/** Identifies a prompt by its messages, so that evaluations of different models can be paired: 16 hex digits of SHA-256. */
export function promptKey(messages: readonly Message[]): string {
  const text = JSON.stringify(messages.map(({ role, content }) => [role, content]))
  return hash('sha256', text, 'hex').slice(0, 16)
}
