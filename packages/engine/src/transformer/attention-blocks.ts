/** One group's tokens in a batch, by place in the batch. */
export interface GroupTokens {
  /** Tokens of the prompt, with those that all prompts of the batch begin with. */
  readonly prompt: number
  /** Place of the first prompt token that is the group's own; the others follow. */
  readonly promptStart: number
  readonly segments: readonly { readonly start: number; readonly length: number }[]
}

/**
 * Where attention finds the tokens of a batch: every group in the same number of blocks, and every block with `length`
 * places. A segment stands whole in one block, behind each other where several fit; the prompt's tokens fill what is left,
 * and so do those that all prompts begin with, an equal part of them in each group. A block reads the keys of its group's
 * prompt and its own, so the work grows with a response's length and not with the square of the group's.
 */
export interface AttentionBlocks {
  readonly groups: number
  /** Tokens that all prompts begin with, the first of the batch. */
  readonly prefix: number
  /** True when only responses have places, and prompts are there to be looked at. */
  readonly isOfResponses: boolean
  /** Blocks of all groups. */
  readonly count: number
  /** Places of a block. */
  readonly length: number
  /** Places of a prompt: as many as the longest has. */
  readonly promptLength: number
  /** Token at each place of each block, -1 where empty, [count, length]. */
  readonly tokens: Int32Array
  /** Token at each place of each group's prompt, -1 where empty, [groups, promptLength]. */
  readonly promptTokens: Int32Array
  /**
   * Added to scores, [count, length, promptLength + length]: 0 where a token may look, -1e30 where not. An empty place looks
   * at itself alone: its softmax is not empty, and whatever stands there leaves no gradient elsewhere.
   */
  readonly mask: Float32Array
}

export interface BlockOptions {
  /** Tokens that all prompts begin with; they are the batch's first. */
  readonly prefix: number
  /** Leaves prompts out of the blocks. */
  readonly isOfResponses: boolean
}

/** A block's keys and values are copied: each pair costs about as much as this many scores. */
const scoresPerKey = 16

/** Lays groups out in blocks of the cheapest length, from that of the longest segment to that of a whole group. */
export function attentionBlocks(
  groups: readonly GroupTokens[],
  { prefix, isOfResponses }: BlockOptions,
): AttentionBlocks {
  const promptLength = Math.max(...groups.map(({ prompt }) => prompt))
  const placing = groups.map((group, g): Run[][] => {
    const segments = group.segments.map((segment) => ({ ...segment, inPrompt: null }))
    return [segments, isOfResponses ? [] : promptRuns(group, prefix, { part: g, of: groups.length })]
  })
  const longest = Math.max(...groups.flatMap(({ segments }) => segments.map(({ length }) => length)))
  const whole = Math.max(...placing.map((runs) => runs.flat().reduce((sum, { length }) => sum + length, 0)))
  const cost = ({ length, perGroup }: Placed) => perGroup * (length + scoresPerKey) * (promptLength + length)
  let best = placed(placing, whole)
  for (let length = longest; length < whole; length *= 2) {
    const other = placed(placing, length)
    if (cost(other) <= cost(best)) best = other
  }
  return { ...written(groups, prefix, promptLength, best), isOfResponses }
}

/** Consecutive tokens of a group. */
interface Run {
  readonly start: number
  readonly length: number
  /** Place of its first token in the prompt, or null for a response's segment. */
  readonly inPrompt: number | null
}

/** A run in a block. */
interface Piece extends Run {
  readonly block: number
  readonly at: number
}

/** What of its prompt a group has places for: its part of the prefix, and its own. */
function promptRuns(group: GroupTokens, prefix: number, { part, of }: { part: number; of: number }): Run[] {
  const [from, to] = [part, part + 1].map((n) => Math.floor((prefix * n) / of)) as [number, number]
  return [
    { start: from, length: to - from, inPrompt: from },
    { start: group.promptStart, length: group.prompt - prefix, inPrompt: prefix },
  ]
}

interface Placed {
  readonly length: number
  readonly perGroup: number
  readonly pieces: readonly (readonly Piece[])[]
}

function placed(groups: readonly Run[][][], length: number): Placed {
  const pieces = groups.map(([segments = [], prompt = []]) => placedGroup(segments, prompt, length))
  const perGroup = Math.max(...pieces.map((own) => 1 + Math.max(...own.map(({ block }) => block))))
  return { length, perGroup, pieces }
}

/** Puts the longest segments first, each into the first block with room, then the prompt into the gaps. */
function placedGroup(segments: readonly Run[], prompt: readonly Run[], length: number): Piece[] {
  const used: number[] = []
  const pieces: Piece[] = []
  const put = (block: number, run: Run) => {
    const at = used[block] ?? 0
    pieces.push({ ...run, block, at })
    used[block] = at + run.length
  }
  for (const segment of [...segments].sort((a, b) => b.length - a.length)) {
    const open = used.findIndex((taken) => taken + segment.length <= length)
    put(open === -1 ? used.length : open, segment)
  }
  let block = 0
  for (const { start, length: size, inPrompt } of prompt) {
    for (let done = 0; done < size; ) {
      const part = Math.min(size - done, length - (used[block] ?? 0))
      if (part > 0) put(block, { start: start + done, length: part, inPrompt: (inPrompt ?? 0) + done })
      else block++
      done += part
    }
  }
  return pieces
}

function written(
  groups: readonly GroupTokens[],
  prefix: number,
  promptLength: number,
  { length, perGroup, pieces }: Placed,
) {
  const count = groups.length * perGroup
  const width = promptLength + length
  const tokens = new Int32Array(count * length).fill(-1)
  const promptTokens = new Int32Array(groups.length * promptLength).fill(-1)
  const mask = new Float32Array(count * length * width).fill(-1e30)
  groups.forEach(({ promptStart, prompt }, g) => {
    for (let p = 0; p < prompt; p++) {
      promptTokens[g * promptLength + p] = p < prefix ? p : promptStart + p - prefix
    }
    for (const { block, at, start, length: size, inPrompt } of pieces[g] as readonly Piece[]) {
      for (let i = 0; i < size; i++) {
        const place = (g * perGroup + block) * length + at + i
        const row = place * width
        tokens[place] = start + i
        mask.fill(0, row, row + (inPrompt === null ? prompt : inPrompt + i + 1))
        if (inPrompt === null) mask.fill(0, row + promptLength + at, row + promptLength + at + i + 1)
      }
    }
  })
  tokens.forEach((token, place) => {
    if (token === -1) mask[place * width + promptLength + (place % length)] = 0
  })
  return { groups: groups.length, prefix, count, length, promptLength, tokens, promptTokens, mask }
}
