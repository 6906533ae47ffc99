import { elementCode, type GraphBuilder, type Shape, type Value } from '../graph/graph-builder.js'

/** How a vocabulary is cut for drawing: so many chunks of so many tokens, the last one filled up with nothing. */
export function drawingChunks(vocab: number): { readonly chunks: number; readonly width: number } {
  const width = Math.ceil(Math.sqrt(vocab))
  return { chunks: Math.ceil(vocab / width), width }
}

/** Keeps what is asked for below the whole by more than rounding. */
const belowOne = 1 - 2 ** -20

/**
 * Draws a token of each row by inverting the distribution's cumulative sum at `uniform`, in the order of the vocabulary:
 * first the chunk, then the token in it, so that cumulative sums are two products with small triangles of ones. Declares the
 * inputs uniform [B, 1], from 0 to 1, and firstChunk [B, 1], the number of a row's first chunk among those of all rows.
 * Gives the token and its probability, [B, 1] each.
 */
export function drawnTokens(graph: GraphBuilder, vocab: number, probabilities: Value): { token: Value; chance: Value } {
  const { chunks, width } = drawingChunks(vocab)
  const missing = chunks * width - vocab
  const filled =
    missing === 0
      ? probabilities
      : graph.op(
          'Concat',
          [probabilities, graph.op('Expand', [graph.scalar(0), graph.shapeVector(['B', missing])], ['B', missing])],
          ['B', chunks * width],
          { axis: 1 },
        )
  const column = ['B', 1]
  const rowSum = (x: Value) => graph.op('ReduceSum', [x, graph.ints([x.shape.length - 1])], column, { keepdims: 1 })
  const op = (opType: string, a: Value, b: Value, shape: Shape) => graph.op(opType, [a, b], shape)
  /** The whole of cumulative sums, less a little. */
  const mostOf = (sums: Value, count: number) => {
    const whole = graph.op('Slice', [sums, graph.ints([count - 1]), graph.ints([count]), graph.ints([1])], column)
    return op('Mul', whole, graph.scalar(belowOne), column)
  }
  /** Ones where the cumulative sum up to and with an entry is not beyond `target`. */
  const passed = (sums: Value, target: Value) => {
    const isPassed = graph.op('LessOrEqual', [sums, target], sums.shape, {}, { type: 'bool' })
    return graph.op('Cast', [isPassed], sums.shape, { to: elementCode.float32 })
  }

  const ofChunks = graph.op(
    'ReduceSum',
    [graph.reshape(filled, ['B', chunks, width]), graph.ints([2])],
    ['B', chunks],
    {
      keepdims: 0,
    },
  )
  const upToChunk = op('MatMul', ofChunks, triangle(graph, chunks), ['B', chunks])
  const target = op('Mul', graph.input('uniform', column), mostOf(upToChunk, chunks), column)
  const chunksPassed = passed(upToChunk, target)
  const chunk = rowSum(chunksPassed)
  const rest = op('Sub', target, rowSum(op('Mul', ofChunks, chunksPassed, ofChunks.shape)), column)

  const place = graph.op(
    'Cast',
    [op('Add', graph.input('firstChunk', column), chunk, column)],
    column,
    {
      to: elementCode.int32,
    },
    { type: 'int32' },
  )
  const picked = graph.op('Gather', [graph.reshape(filled, ['chunksOfAll', width]), place], ['B', 1, width], {
    axis: 0,
  })
  const own = graph.reshape(picked, ['B', width])
  const upToToken = op('MatMul', own, triangle(graph, width), ['B', width])
  const inside = op('Min', op('Max', rest, graph.scalar(0), column), mostOf(upToToken, width), column)
  const inChunk = rowSum(passed(upToToken, inside))
  const isDrawn = graph.op(
    'Equal',
    [graph.constant(counted(width), [1, width]), inChunk],
    ['B', width],
    {},
    { type: 'bool' },
  )
  const one = graph.op('Cast', [isDrawn], ['B', width], { to: elementCode.float32 })
  return {
    token: op('Add', op('Mul', chunk, graph.scalar(width), column), inChunk, column),
    chance: rowSum(op('Mul', own, one, ['B', width])),
  }
}

/** Ones on and above the diagonal: a row times it is the row's cumulative sum. */
function triangle(graph: GraphBuilder, size: number): Value {
  const ones = Float32Array.from({ length: size * size }, (_, i) => (Math.floor(i / size) <= i % size ? 1 : 0))
  return graph.constant(ones, [size, size])
}

function counted(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => i)
}
