import type { TrainGroup, TrainResponse } from '../engine-api.js'
import { type AttentionBlocks, attentionBlocks, type GroupTokens } from './attention-blocks.js'

/**
 * Groups laid out as one row of tokens, without padding: first the prompts, `prompt[0 .. P-2]` of each, computed once,
 * then for each response a segment `[prompt[P-1], r_0 .. r_{n-2}]` that sees its prompt and itself only. Every token of a
 * segment predicts one response token, so each trained token owns a distinct row: the gradient of picking rows needs no
 * repeated indices.
 */
export interface PackedBatch {
  /** Token ids, [tokens]. */
  readonly tokens: Int32Array
  /** Position of each in its own sequence, [tokens]. */
  readonly positions: Int32Array
  /** How many of the tokens, the first ones, are of prompts. */
  readonly promptTokens: number
  readonly blocks: AttentionBlocks
  /** Blocks of the responses alone, for the last layer. */
  readonly responseBlocks: AttentionBlocks
  /** Which of the tokens behind the prompts predict, [rows]. */
  readonly rows: Int32Array
  /** Predicted token ids, [rows]. */
  readonly targets: Int32Array
  /** Where each row comes from. */
  readonly owners: readonly RowOwner[]
}

export interface RowOwner {
  readonly groupIndex: number
  readonly responseIndex: number
  readonly tokenIndex: number
}

export interface PackOptions {
  /** Tokens a batch may hold. A longer group is split, its prompt computed once for each part; a response never is. */
  readonly maxBatchTokens: number
  /** Includes rows whose token carries no loss, as scoring needs; training leaves them out. */
  readonly includesUntrained: boolean
}

/** A group, or as many of its responses as a batch may hold. */
interface GroupPart {
  readonly groupIndex: number
  readonly prompt: readonly number[]
  readonly responses: readonly { readonly responseIndex: number; readonly response: TrainResponse }[]
  /** Tokens of the prompt and the segments. */
  readonly length: number
  readonly longest: number
}

/** Packs groups into batches, those with responses of similar lengths together; the order is fixed by the input alone. */
export function packGroups(groups: readonly TrainGroup[], options: PackOptions): PackedBatch[] {
  const parts = groups.flatMap((group, groupIndex) => splitGroup(group, groupIndex, options.maxBatchTokens))
  parts.sort((a, b) => a.longest - b.longest || a.length - b.length || a.groupIndex - b.groupIndex)
  const batches: PackedBatch[] = []
  let pending: GroupPart[] = []
  let length = 0
  for (const part of parts) {
    if (pending.length > 0 && length + part.length > options.maxBatchTokens) {
      batches.push(layOut(pending, options.includesUntrained))
      pending = []
      length = 0
    }
    pending.push(part)
    length += part.length
  }
  if (pending.length > 0) batches.push(layOut(pending, options.includesUntrained))
  return batches
}

function splitGroup(group: TrainGroup, groupIndex: number, maxTokens: number): GroupPart[] {
  const { promptTokenIds: prompt } = group
  const shared = prompt.length - 1
  const parts: GroupPart[] = []
  let responses: { responseIndex: number; response: TrainResponse }[] = []
  let length = shared
  const flush = () => {
    const longest = Math.max(...responses.map(({ response }) => response.tokenIds.length))
    if (responses.length > 0) parts.push({ groupIndex, prompt, responses, length, longest })
    responses = []
    length = shared
  }
  group.responses.forEach((response, responseIndex) => {
    if (response.tokenIds.length === 0) return
    if (responses.length > 0 && length + response.tokenIds.length > maxTokens) flush()
    responses.push({ responseIndex, response })
    length += response.tokenIds.length
  })
  flush()
  return parts
}

function layOut(parts: readonly GroupPart[], includesUntrained: boolean): PackedBatch {
  const total = parts.reduce((sum, { length }) => sum + length, 0)
  const tokens = new Int32Array(total)
  const positions = new Int32Array(total)
  const rows: number[] = []
  const targets: number[] = []
  const owners: RowOwner[] = []
  let next = 0
  const promptStarts = parts.map(({ prompt }) => {
    const start = next
    for (let t = 0; t < prompt.length - 1; t++, next++) {
      tokens[next] = prompt[t] as number
      positions[next] = t
    }
    return start
  })
  const promptTokens = next
  const segmentsOf = ({ groupIndex, prompt, responses }: GroupPart) =>
    responses.map(({ responseIndex, response: { tokenIds, isTrained } }) => {
      const start = next
      const last = prompt.length - 1
      tokenIds.forEach((target, tokenIndex) => {
        tokens[next] = (tokenIndex === 0 ? prompt[last] : tokenIds[tokenIndex - 1]) as number
        positions[next] = last + tokenIndex
        if (includesUntrained || isTrained?.[tokenIndex] !== false) {
          rows.push(next - promptTokens)
          targets.push(target)
          owners.push({ groupIndex, responseIndex, tokenIndex })
        }
        next++
      })
      return { start, length: tokenIds.length }
    })
  const laidOut = parts.map(
    (part, i): GroupTokens => ({
      promptStart: promptStarts[i] as number,
      prompt: part.prompt.length - 1,
      segments: segmentsOf(part),
    }),
  )
  return {
    tokens,
    positions,
    promptTokens,
    blocks: attentionBlocks(laidOut, false),
    responseBlocks: attentionBlocks(laidOut, true),
    rows: Int32Array.from(rows),
    targets: Int32Array.from(targets),
    owners,
  }
}
