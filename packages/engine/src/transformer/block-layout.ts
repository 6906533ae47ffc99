import type { ModelConfig } from '../checkpoint/model-config.js'
import type { Dim, GraphBuilder, Shape, Value } from '../graph/graph-builder.js'
import { reshape, tailOf } from '../graph/operators.js'
import type { Feeds, Session } from '../graph/session.js'
import type { Tape } from '../graph/tape.js'
import type { AttentionBlocks } from './attention-blocks.js'
import { attentionIndex } from './attention-index.js'
import type { AttentionLayout } from './attention-layout.js'
import type { DecoderInputs } from './decoder.js'
import { rotaryTables } from './rotary-tables.js'

/** Sequences as one row of tokens, without padding: first what several of them begin with, then the rest of each. */
export interface PackedTokens {
  /** Token ids, [tokens]. */
  readonly tokens: Int32Array
  /** Position of each in its own sequence, [tokens]. */
  readonly positions: Int32Array
  /** How many of the tokens, the first ones, are of prompts. */
  readonly promptTokens: number
  readonly blocks: AttentionBlocks
  /** Blocks of the responses alone, for the last layer; null where the output of prompts is wanted too. */
  readonly responseBlocks: AttentionBlocks | null
}

/** Names of one set of blocks in a graph: its feeds begin with `prefix`, its tokens, blocks, places and keys are sizes. */
interface BlockNames {
  readonly prefix: string
  readonly tokens: string
  readonly blocks: string
  readonly places: string
  readonly keys: string
}

const allTokens: BlockNames = { prefix: '', tokens: 'N', blocks: 'K', places: 'L', keys: 'W' }
/** The last layer asks for responses alone. */
const responseTokens: BlockNames = { prefix: 'last:', tokens: 'A', blocks: 'K2', places: 'L2', keys: 'W2' }

/**
 * Declares the inputs of packed tokens: tokens [N], positions [N, 1], and for all tokens, and once more for the A of responses
 * where only their output is wanted, the index arrays of `AttentionIndex` and the mask [K, 1, 1, L, W] over K blocks of L
 * places that see W keys. G groups, P tokens of prompts, the first F of them those that all prompts begin with, Q the others.
 */
export function packedInputs(graph: GraphBuilder, config: ModelConfig, wants: 'all' | 'responses'): DecoderInputs {
  const positions = graph.input('positions', ['N', 1], 'int64')
  return {
    batch: 'N',
    time: 1,
    tokens: graph.input('tokens', ['N'], 'int64'),
    positions,
    rotary: rotaryTables(graph, config, config.maxPositions),
    layout: blockLayout(graph, config, allTokens),
    ...(wants === 'responses' && {
      end: {
        from: 'P',
        batch: 'A',
        time: 1,
        positions: tailOf(graph, positions, 'P', 'A'),
        layout: blockLayout(graph, config, responseTokens),
      },
    }),
  }
}

/** Gives the feeds that `packedInputs` declares. */
export function packedFeeds(session: Session, batch: PackedTokens, config: ModelConfig): Feeds {
  const { responseBlocks } = batch
  const tokens = batch.tokens.length
  return {
    tokens: session.int64(batch.tokens, [tokens]),
    positions: session.int64(batch.positions, [tokens, 1]),
    ...blockFeeds(session, batch, config, batch.blocks, allTokens),
    ...(responseBlocks && blockFeeds(session, batch, config, responseBlocks, responseTokens)),
  }
}

function blockFeeds(
  session: Session,
  { tokens, promptTokens }: PackedTokens,
  config: ModelConfig,
  blocks: AttentionBlocks,
  { prefix }: BlockNames,
): Feeds {
  const { heads, kvHeads } = config
  const { count, length, promptLength } = blocks
  const index = attentionIndex(blocks, { tokens: tokens.length, promptTokens }, config)
  const width = promptLength + length
  return {
    [`${prefix}mask`]: session.float32(blocks.mask, [count, 1, 1, length, width]),
    [`${prefix}queries`]: session.int32(index.queries, [count, kvHeads, (heads / kvHeads) * length]),
    [`${prefix}outputs`]: session.int32(index.outputs, [index.outputs.length / heads, heads]),
    [`${prefix}keys`]: session.int32(index.keys, [count, kvHeads, width]),
    [`${prefix}prefixKeys`]: session.int32(index.prefixKeys, [blocks.prefix, kvHeads]),
    [`${prefix}promptKeys`]: session.int32(index.promptKeys, [promptTokens - blocks.prefix, kvHeads]),
    [`${prefix}ownKeys`]: session.int32(index.ownKeys, [tokens.length - promptTokens, kvHeads]),
  }
}

/** The symbolic sizes that `packedInputs` names. */
export function packedSizes({ tokens, promptTokens, blocks, responseBlocks }: PackedTokens): Record<string, number> {
  const sizes = ({ count, length, promptLength }: AttentionBlocks, names: BlockNames) => ({
    [names.blocks]: count,
    [names.places]: length,
    [names.keys]: promptLength + length,
  })
  return {
    N: tokens.length,
    P: promptTokens,
    F: blocks.prefix,
    Q: promptTokens - blocks.prefix,
    A: tokens.length - promptTokens,
    G: blocks.groups,
    ...sizes(blocks, allTokens),
    ...(responseBlocks && sizes(responseBlocks, responseTokens)),
  }
}

/**
 * Fills attention's blocks by picking rows of heads, and empties them by picking those back: no scatter, and no padding
 * outside of attention.
 */
function blockLayout(graph: GraphBuilder, config: ModelConfig, names: BlockNames): AttentionLayout {
  const { heads, kvHeads, headDim } = config
  const { blocks, places, keys: width } = names
  const index = (name: string, shape: Shape) => graph.input(`${names.prefix}${name}`, shape, 'int32')
  const queries = index('queries', [blocks, kvHeads, `${names.prefix}queries`])
  const outputs = index('outputs', [names.tokens, heads])
  const keys = index('keys', [blocks, kvHeads, width])
  const prefixKeys = index('prefixKeys', ['F', kvHeads])
  const promptKeys = index('promptKeys', ['Q', kvHeads])
  const ownKeys = index('ownKeys', ['A', kvHeads])
  const mask = graph.input(`${names.prefix}mask`, [blocks, 1, 1, places, width])

  /** Each row stands at one place, and `back` names it. What stands at other places must have no effect on the loss. */
  const rearranged = (tape: Tape, x: Value, there: Value, back: Value): Value => {
    const y = pick(graph, x, there, headDim)
    tape.record([x], [y], ([d]) => tape.accumulate(x, graph.reshape(pick(graph, d as Value, back, headDim), x.shape)))
    return y
  }
  /** The rows of the prefix stand in every block, those of a prompt in those of their group, those of a response in one. */
  const shared = (tape: Tape, x: Value): Value => {
    const y = pick(graph, x, keys, headDim)
    tape.record([x], [y], ([d]) => {
      const byGroup = graph.reshape(d as Value, ['G', 'blocksOfGroup', kvHeads, width, headDim])
      const summed = (value: Value, axis: number, shape: Shape) =>
        graph.op('ReduceSum', [value, graph.ints([axis])], shape, { keepdims: 0 })
      const ofGroups = summed(byGroup, 1, ['G', kvHeads, width, headDim])
      const ofAll = summed(ofGroups, 0, [kvHeads, width, headDim])
      const parts = [
        pick(graph, ofAll, prefixKeys, headDim),
        pick(graph, ofGroups, promptKeys, headDim),
        pick(graph, d as Value, ownKeys, headDim),
      ]
      const all = graph.op('Concat', parts, ['N', kvHeads, headDim], { axis: 0 })
      tape.accumulate(x, graph.reshape(all, x.shape))
    })
    return y
  }
  return {
    arrange: (tape, rows) => ({
      queries: rearranged(tape, rows.queries, queries, outputs),
      keys: shared(tape, rows.keys),
      values: shared(tape, rows.values),
      mask,
    }),
    restore: (tape, attended) =>
      reshape(tape, rearranged(tape, attended, outputs, queries), [names.tokens, heads * headDim]),
  }
}

/** Rows of `headDim` values of anything, by index: [...index, headDim]. */
function pick(graph: GraphBuilder, source: Value, index: Value, headDim: number): Value {
  const rows = graph.reshape(source, [`rows of ${source.name}` as Dim, headDim])
  return graph.op('Gather', [rows, index], [...index.shape, headDim], { axis: 0 })
}
