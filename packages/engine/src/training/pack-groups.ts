import type { TrainGroup, TrainResponse } from '../engine-api.js'
import { attentionBlocks, type GroupTokens } from '../transformer/attention-blocks.js'
import type { PackedTokens } from '../transformer/block-layout.js'
import { sharedBeginning } from '../transformer/common-prefix.js'

/**
 * Groups laid out as one row of tokens, without padding: first what all prompts begin with, usually a system prompt, then
 * the rest of each prompt up to `prompt[P-2]`, computed once, then for each response a segment `[prompt[P-1], r_0 .. r_{n-2}]` that sees its prompt and itself only. Every token of a
 * segment predicts one response token, so each trained token owns a distinct row: the gradient of picking rows needs no
 * repeated indices.
 */
export interface PackedBatch extends PackedTokens {
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
  for (const part of parts) {
    const longer = [...pending, part]
    if (pending.length > 0 && lengthOf(longer) > options.maxBatchTokens) {
      batches.push(layOut(pending, options.includesUntrained))
      pending = [part]
    } else pending = longer
  }
  if (pending.length > 0) batches.push(layOut(pending, options.includesUntrained))
  return batches
}

/** Tokens of a batch of these parts. */
function lengthOf(parts: readonly GroupPart[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0) - (parts.length - 1) * beginningOf(parts)
}

function beginningOf(parts: readonly GroupPart[]): number {
  return sharedBeginning(parts.map(({ prompt }) => prompt))
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
  const total = lengthOf(parts)
  const prefix = beginningOf(parts)
  const tokens = new Int32Array(total)
  const positions = new Int32Array(total)
  const rows: number[] = []
  const targets: number[] = []
  const owners: RowOwner[] = []
  let next = 0
  const putPrompt = (prompt: readonly number[], from: number, to: number) => {
    const start = next
    for (let t = from; t < to; t++, next++) {
      tokens[next] = prompt[t] as number
      positions[next] = t
    }
    return start
  }
  putPrompt(parts[0]?.prompt ?? [], 0, prefix)
  const promptStarts = parts.map(({ prompt }) => putPrompt(prompt, prefix, prompt.length - 1))
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
    blocks: attentionBlocks(laidOut, { prefix, isOfResponses: false }),
    responseBlocks: attentionBlocks(laidOut, { prefix, isOfResponses: true }),
    rows: Int32Array.from(rows),
    targets: Int32Array.from(targets),
    owners,
  }
}
