import { isRecord } from '../../is-record.js'
import type { RewardSample } from '../../trip.js'
import { stripEndOfTurn } from './strip-end-of-turn.js'
import { rowOfLabel } from './trainer-row.js'

/** One sample to score, as a trainer sent it. */
export interface RewardRequest {
  readonly sample: RewardSample
  /** The response before end-of-turn markers were taken off. */
  readonly rawResponse: string
}

/**
 * Reads the body of `POST /score`: `{ prompt, response, label, finish_reason?, sample_index? }`, of which slime's
 * `remote_rm` sends the first three. Without a finish reason the marker at the end tells: a response that was cut off has
 * none. Throws an Error whose message says what the body must be.
 */
export function readRewardRequest(text: string, markers: readonly string[]): RewardRequest {
  const body = readJsonObject(text)
  const { prompt, response: rawResponse, label } = body
  if (typeof rawResponse !== 'string') throw new Error('"response" must be a text: what the model wrote')
  const response = stripEndOfTurn(rawResponse, markers)
  const { messages, ...row } = rowOfLabel(label, promptText(prompt))
  const finishReason = finishReasonOf(body.finish_reason, response !== rawResponse)
  const sampleIndex = typeof body.sample_index === 'number' ? body.sample_index : 0
  return { sample: { row, messages, response, finishReason, sampleIndex }, rawResponse }
}

/** Reads a JSON object; throws an Error that says so when the text is none. */
export function readJsonObject(text: string): Readonly<Record<string, unknown>> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  if (isRecord(body)) return body
  throw new Error('the body must be a JSON object such as {"prompt": "...", "response": "...", "label": {...}}')
}

/** Reads a finish reason by its name in the OpenAI and SGLang formats. */
export function finishReasonOf(given: unknown, hasMarker: boolean): 'stop' | 'length' {
  if (given === 'stop' || given === 'length') return given
  return hasMarker ? 'stop' : 'length'
}

function promptText(prompt: unknown): string {
  return typeof prompt === 'string' ? prompt : JSON.stringify(prompt ?? '')
}
