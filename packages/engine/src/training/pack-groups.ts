import type { TrainGroup, TrainResponse } from '../engine-api.js'

/**
 * Several groups laid out as one batch of packed sequences.
 *
 * A packed sequence is `prompt[0 .. P-2]`, computed once, then for each response a segment
 * `[prompt[P-1], r_0 .. r_{n-2}]` that sees the prompt and itself only. Every segment position predicts one response
 * token, so each trained token owns a distinct row: the gradient of picking rows needs no repeated indices.
 */
export interface PackedBatch {
  readonly batch: number
  readonly time: number
  /** [batch * time], 0 where padded. */
  readonly tokens: Int32Array
  /** [batch, time] */
  readonly positions: Int32Array
  /** [batch, 1, 1, time, time]: 0 where the row may look at the column, -1e30 where not. */
  readonly mask: Float32Array
  /** Flat position of each predicted token's row, [rows]. */
  readonly rows: Int32Array
  /** Predicted token ids, [rows]. */
  readonly targets: Int32Array
  /** Where each row comes from. */
  readonly owners: readonly RowOwner[]
  readonly usefulTokens: number
}

export interface RowOwner {
  readonly groupIndex: number
  readonly responseIndex: number
  readonly tokenIndex: number
}

export interface PackOptions {
  /** Positions a batch may hold, padding included; a single longer sequence still gets a batch of its own. */
  readonly maxBatchTokens: number
  /** Longest packed sequence; a group that is longer is split, and its prompt computed once for each part. */
  readonly maxPackedTokens: number
  /** Includes rows whose token carries no loss, as scoring needs; training leaves them out. */
  readonly includesUntrained: boolean
}

interface PackedSequence {
  readonly groupIndex: number
  readonly prompt: readonly number[]
  readonly parts: readonly { readonly responseIndex: number; readonly response: TrainResponse }[]
  readonly length: number
}

/** Packs groups into batches, similar lengths together; the order is fixed by the input alone. */
export function packGroups(groups: readonly TrainGroup[], options: PackOptions): PackedBatch[] {
  const sequences = groups.flatMap((group, groupIndex) => splitGroup(group, groupIndex, options.maxPackedTokens))
  sequences.sort((a, b) => a.length - b.length || a.groupIndex - b.groupIndex)
  const batches: PackedBatch[] = []
  let pending: PackedSequence[] = []
  for (const sequence of sequences) {
    // Sorted by length, so the newest is the longest and sets the padded width.
    if (pending.length > 0 && (pending.length + 1) * sequence.length > options.maxBatchTokens) {
      batches.push(layOut(pending, options.includesUntrained))
      pending = []
    }
    pending.push(sequence)
  }
  if (pending.length > 0) batches.push(layOut(pending, options.includesUntrained))
  return batches
}

function splitGroup(group: TrainGroup, groupIndex: number, maxPackedTokens: number): PackedSequence[] {
  const shared = group.promptTokenIds.length - 1
  const sequences: PackedSequence[] = []
  let parts: { responseIndex: number; response: TrainResponse }[] = []
  let length = shared
  const flush = () => {
    if (parts.length > 0) sequences.push({ groupIndex, prompt: group.promptTokenIds, parts, length })
    parts = []
    length = shared
  }
  group.responses.forEach((response, responseIndex) => {
    if (response.tokenIds.length === 0) return
    if (parts.length > 0 && length + response.tokenIds.length > maxPackedTokens) flush()
    parts.push({ responseIndex, response })
    length += response.tokenIds.length
  })
  flush()
  return sequences
}

function layOut(sequences: readonly PackedSequence[], includesUntrained: boolean): PackedBatch {
  const batch = sequences.length
  const time = Math.max(...sequences.map((sequence) => sequence.length))
  const tokens = new Int32Array(batch * time)
  const positions = new Int32Array(batch * time)
  const mask = new Float32Array(batch * time * time).fill(-1e30)
  const rows: number[] = []
  const targets: number[] = []
  const owners: RowOwner[] = []
  sequences.forEach(({ groupIndex, prompt, parts, length }, b) => {
    const shared = prompt.length - 1
    const lookAt = (row: number, from: number, to: number) => {
      const start = (b * time + row) * time
      mask.fill(0, start + from, start + to + 1)
    }
    for (let t = 0; t < shared; t++) {
      tokens[b * time + t] = prompt[t] as number
      positions[b * time + t] = t
      lookAt(t, 0, t)
    }
    let start = shared
    for (const { responseIndex, response } of parts) {
      response.tokenIds.forEach((target, tokenIndex) => {
        const t = start + tokenIndex
        tokens[b * time + t] = (tokenIndex === 0 ? prompt[shared] : response.tokenIds[tokenIndex - 1]) as number
        positions[b * time + t] = shared + tokenIndex
        if (shared > 0) lookAt(t, 0, shared - 1)
        lookAt(t, start, t)
        if (!includesUntrained && response.isTrained?.[tokenIndex] === false) return
        rows.push(b * time + t)
        targets.push(target)
        owners.push({ groupIndex, responseIndex, tokenIndex })
      })
      start += response.tokenIds.length
    }
    // Padding looks at itself, so that no softmax row is empty.
    for (let t = length; t < time; t++) lookAt(t, t, t)
  })
  return {
    batch,
    time,
    tokens,
    positions,
    mask,
    rows: Int32Array.from(rows),
    targets: Int32Array.from(targets),
    owners,
    usefulTokens: sequences.reduce((total, sequence) => total + sequence.length, 0),
  }
}
