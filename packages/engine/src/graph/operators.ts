import { broadcastShape, contrib, type Dim, type GraphBuilder, type Shape, type Value } from './graph-builder.js'
import type { Tape } from './tape.js'

/**
 * Differentiable operators. Each writes its forward nodes and records its gradient.
 *
 * Two rules keep the backward pass right on ONNX Runtime: no scatter with repeated indices (`ScatterND` with
 * reduction "add" loses updates when several threads run), and two-dimensional products go through `Gemm`, whose
 * third operand accumulates gradients without an extra pass over memory.
 */

const float = (x: number) => ({ float: x })
const last = (shape: Shape) => shape[shape.length - 1] as Dim

function elementwise(tape: Tape, opType: string, a: Value, b: Value): Value {
  return tape.graph.op(opType, [a, b], broadcastShape(a.shape, b.shape))
}

/** Adds with broadcasting. */
export function add(tape: Tape, a: Value, b: Value): Value {
  const y = elementwise(tape, 'Add', a, b)
  tape.record([a, b], [y], ([d]) => {
    tape.accumulate(a, d as Value)
    tape.accumulate(b, d as Value)
  })
  return y
}

/** Subtracts with broadcasting. */
export function subtract(tape: Tape, a: Value, b: Value): Value {
  const y = elementwise(tape, 'Sub', a, b)
  tape.record([a, b], [y], ([d]) => {
    tape.accumulate(a, d as Value)
    if (tape.needs(b)) tape.accumulate(b, tape.graph.op('Neg', [d as Value], y.shape))
  })
  return y
}

/** Multiplies with broadcasting. */
export function multiply(tape: Tape, a: Value, b: Value): Value {
  const y = elementwise(tape, 'Mul', a, b)
  tape.record([a, b], [y], ([d]) => {
    if (tape.needs(a)) tape.accumulate(a, elementwise(tape, 'Mul', d as Value, b))
    if (tape.needs(b)) tape.accumulate(b, elementwise(tape, 'Mul', d as Value, a))
  })
  return y
}

/** Exponentiates. */
export function exp(tape: Tape, a: Value): Value {
  const y = tape.graph.op('Exp', [a], a.shape)
  tape.record([a], [y], ([d]) => tape.accumulate(a, elementwise(tape, 'Mul', d as Value, y)))
  return y
}

/** Takes the element-wise minimum of two values of one shape; at equality the gradient goes to the first. */
export function minimum(tape: Tape, a: Value, b: Value): Value {
  const { graph } = tape
  const y = graph.op('Min', [a, b], a.shape)
  tape.record([a, b], [y], ([d]) => {
    const isFirst = graph.op('LessOrEqual', [a, b], a.shape, {}, { type: 'bool' })
    const zero = graph.scalar(0)
    if (tape.needs(a)) tape.accumulate(a, graph.op('Where', [isFirst, d as Value, zero], a.shape))
    if (tape.needs(b)) tape.accumulate(b, graph.op('Where', [isFirst, zero, d as Value], b.shape))
  })
  return y
}

/** Clips to [low, high], scalars; outside, the gradient is zero. */
export function clip(tape: Tape, a: Value, low: Value, high: Value): Value {
  const { graph } = tape
  const y = graph.op('Clip', [a, low, high], a.shape)
  tape.record([a], [y], ([d]) => {
    const isInside = graph.op('Equal', [a, y], a.shape, {}, { type: 'bool' })
    tape.accumulate(a, graph.op('Where', [isInside, d as Value, graph.scalar(0)], a.shape))
  })
  return y
}

/** Sums all elements to a scalar. */
export function sum(tape: Tape, a: Value): Value {
  const { graph } = tape
  const y = graph.op('ReduceSum', [a], [], { keepdims: 0 })
  tape.record([a], [y], ([d]) => {
    if (tape.needs(a)) tape.accumulate(a, graph.op('Expand', [d as Value, graph.shapeVector(a.shape)], a.shape))
  })
  return y
}

/** Reshapes without moving data. */
export function reshape(tape: Tape, a: Value, shape: Shape): Value {
  const y = tape.graph.reshape(a, shape)
  if (y !== a) tape.record([a], [y], ([d]) => tape.accumulate(a, tape.graph.reshape(d as Value, a.shape)))
  return y
}

/** Permutes axes. */
export function transpose(tape: Tape, a: Value, perm: readonly number[]): Value {
  const { graph } = tape
  const y = graph.op(
    'Transpose',
    [a],
    perm.map((axis) => a.shape[axis] as Dim),
    { perm },
  )
  const inverse = perm.map((_, axis) => perm.indexOf(axis))
  tape.record([a], [y], ([d]) => tape.accumulate(a, graph.op('Transpose', [d as Value], a.shape, { perm: inverse })))
  return y
}

/**
 * Computes x @ weight (+ residual): [rows, in] x [in, out] -> [rows, out]. Where the tape knows a low-rank pair inside
 * the weight, the pair takes its gradient: dDown = scale * x^T (dy up^T) and dUp = scale * (x down)^T dy, without the
 * wide x^T dy between.
 */
export function linear(tape: Tape, x: Value, weight: Value, residual: Value | null = null): Value {
  const { graph } = tape
  const y = graph.op('Gemm', residual ? [x, weight, residual] : [x, weight], [
    x.shape[0] as Dim,
    weight.shape[1] as Dim,
  ])
  const pair = tape.adapterOf(weight)
  const behind = [x, weight, ...(residual ? [residual] : []), ...(pair ? [pair.down, pair.up] : [])]
  tape.record(behind, [y], ([dy]) => {
    const d = dy as Value
    if (residual) tape.accumulate(residual, d)
    if (tape.needs(weight)) accumulateTransposed(tape, weight, x, d, 1)
    if (pair) {
      const rank = pair.down.shape[1] as Dim
      const narrow = (a: Value, b: Value, transB: number) =>
        graph.op('Gemm', [a, b], [a.shape[0] as Dim, rank], { transB })
      accumulateTransposed(tape, pair.down, x, narrow(d, pair.up, 1), pair.scale)
      accumulateTransposed(tape, pair.up, narrow(x, pair.down, 0), d, pair.scale)
    }
    if (tape.needs(x)) {
      const old = tape.gradient(x)
      tape.setGradient(x, graph.op('Gemm', old ? [d, weight, old] : [d, weight], x.shape, { transB: 1 }))
    }
  })
  return y
}

/**
 * Adds scale * x^T d to a matrix's gradient: x [rows, in], d [rows, out], matrix [in, out]. The narrower of the two is turned
 * first: a `Gemm` with a transposed left operand turns it again for every 128 columns of the result, which takes a fifth
 * of the product.
 */
export function accumulateTransposed(tape: Tape, matrix: Value, x: Value, d: Value, scale: number): void {
  const { graph } = tape
  const [inWidth, outWidth] = matrix.shape as [number, number]
  const attributes = { alpha: float(scale) }
  if (outWidth < inWidth) {
    const product = graph.op('Gemm', [tape.turned(d), x], [outWidth, inWidth], attributes)
    tape.accumulate(matrix, tape.turned(product))
    return
  }
  const old = tape.gradient(matrix)
  const left = tape.turned(x)
  tape.setGradient(matrix, graph.op('Gemm', old ? [left, d, old] : [left, d], matrix.shape, attributes))
}

/** Sums the products of two rows: [rows, width] each -> [rows, 1]. */
export function rowProduct(tape: Tape, a: Value, b: Value): Value {
  const { graph } = tape
  const column = [a.shape[0] as Dim, 1]
  const y = graph.op('ReduceSum', [elementwise(tape, 'Mul', a, b), graph.ints([1])], column, { keepdims: 1 })
  tape.record([a, b], [y], ([d]) => {
    if (tape.needs(a)) tape.accumulate(a, elementwise(tape, 'Mul', b, d as Value))
    if (tape.needs(b)) tape.accumulate(b, elementwise(tape, 'Mul', a, d as Value))
  })
  return y
}

interface BatchedProduct {
  readonly transA?: boolean
  readonly transB?: boolean
  readonly alpha?: number
}

/** Multiplies batches of matrices, forward only: alpha * op(a) @ op(b) over equal leading axes. */
export function batchedProduct(
  tape: Tape,
  a: Value,
  b: Value,
  { transA, transB, alpha = 1 }: BatchedProduct = {},
): Value {
  const batch = a.shape.slice(0, -2)
  const rows = a.shape[a.shape.length - (transA ? 1 : 2)] as Dim
  const columns = b.shape[b.shape.length - (transB ? 2 : 1)] as Dim
  return tape.graph.op(
    'FusedMatMul',
    [a, b],
    [...batch, rows, columns],
    { transA: transA ? 1 : 0, transB: transB ? 1 : 0, alpha: float(alpha) },
    { domain: contrib },
  )
}

export interface AttentionOperands {
  /** [batch, kvHeads, heads per kv head * places, headDim]; heads that share keys stand above each other. */
  readonly queries: Value
  /** [batch, kvHeads, width, headDim] */
  readonly keys: Value
  readonly values: Value
  /** Added to the scores: 0 where a query may look, very negative where not, [batch, 1, 1, places, width]. */
  readonly mask: Value
}

/**
 * Computes softmax(queries @ keys^T / sqrt(headDim) + mask) @ values, shaped as the queries. One operator, because the
 * gradient of the softmax needs sum(dP * P) over a row, which equals sum(dOut * Out) over the much narrower output
 * (FlashAttention, arXiv 2205.14135, section B.2).
 */
export function attend(tape: Tape, { queries, keys, values, mask }: AttentionOperands): Value {
  const { graph } = tape
  const [batch, kvHeads, rows, headDim] = queries.shape as [Dim, number, Dim, number]
  const [places, width] = mask.shape.slice(-2) as [Dim, Dim]
  const alpha = headDim ** -0.5
  const wide = [batch, kvHeads, rows, width]
  const byHead = [batch, kvHeads, 'perKv', places, width]
  const scores = batchedProduct(tape, queries, keys, { transB: true, alpha })
  const masked = graph.op('Add', [graph.reshape(scores, byHead), mask], byHead)
  const p = graph.reshape(graph.op('Softmax', [masked], byHead, { axis: -1 }), wide)
  const y = batchedProduct(tape, p, values)
  tape.record([queries, keys, values], [y], ([dy]) => {
    const d = dy as Value
    if (tape.needs(values)) tape.accumulate(values, batchedProduct(tape, p, d, { transA: true }))
    if (!tape.needs(queries) && !tape.needs(keys)) return
    const column = [batch, kvHeads, rows, 1]
    const total = graph.op('ReduceSum', [elementwise(tape, 'Mul', d, y), graph.ints([3])], column, { keepdims: 1 })
    const dp = batchedProduct(tape, d, values, { transB: true })
    const ds = elementwise(tape, 'Mul', p, elementwise(tape, 'Sub', dp, total))
    if (tape.needs(queries)) tape.accumulate(queries, batchedProduct(tape, ds, keys, { alpha }))
    if (tape.needs(keys)) tape.accumulate(keys, batchedProduct(tape, ds, queries, { transA: true, alpha }))
  })
  return y
}

/** Divides rows by their root mean square and multiplies by a weight (RMSNorm, arXiv 1910.07467): x [rows, width]. */
export function rmsNorm(tape: Tape, x: Value, weight: Value, epsilon: number): Value {
  const { graph } = tape
  const scaleShape: Shape = [...x.shape.slice(0, -1), 1]
  const [y, scale] = graph.ops(
    'SimplifiedLayerNormalization',
    [x, weight],
    [
      { shape: x.shape, type: 'float32' },
      { shape: scaleShape, type: 'float32' },
    ],
    { axis: -1, epsilon: float(epsilon), stash_type: 1 },
  ) as [Value, Value]
  tape.record([x, weight], [y], ([dy]) => {
    const d = dy as Value
    const width = last(x.shape) as number
    // With s = scale: dw = sum over rows of s (d x), and dx = s (d w) - s^3 mean(d x w) x. Both sums are products with what
    // they are weighted by, which spares passes over the rows.
    const product = elementwise(tape, 'Mul', d, x)
    if (tape.needs(weight)) {
      const row = graph.reshape(scale, [1, `rows of ${scale.name}`])
      const total = graph.op('Gemm', [row, product], [1, width])
      tape.accumulate(weight, graph.reshape(total, weight.shape))
    }
    if (!tape.needs(x)) return
    const mean = graph.op('Gemm', [product, graph.reshape(weight, [width, 1])], scaleShape, { alpha: float(1 / width) })
    const square = elementwise(tape, 'Mul', scale, scale)
    const pull = elementwise(tape, 'Mul', elementwise(tape, 'Mul', mean, scale), square)
    const own = elementwise(tape, 'Mul', elementwise(tape, 'Mul', d, weight), scale)
    tape.accumulate(x, elementwise(tape, 'Sub', own, elementwise(tape, 'Mul', x, pull)))
  })
  return y
}

export interface RotaryTables {
  /** [positions, headDim / 2] */
  readonly cos: Value
  readonly sin: Value
}

/** Rotates heads by position (RoPE, arXiv 2104.09864): x [batch, time, heads * headDim], positions [batch, time]. */
export function rotary(tape: Tape, x: Value, positions: Value, tables: RotaryTables, heads: number): Value {
  const { graph } = tape
  const rotate = (value: Value, sin: Value) =>
    graph.op(
      'RotaryEmbedding',
      [value, positions, tables.cos, sin],
      x.shape,
      { num_heads: heads, interleaved: 0 },
      { domain: contrib },
    )
  const y = rotate(x, tables.sin)
  tape.record([x], [y], ([d]) => {
    // A rotation is undone by the opposite one.
    if (tape.needs(x)) tape.accumulate(x, rotate(d as Value, graph.op('Neg', [tables.sin], tables.sin.shape)))
  })
  return y
}

/**
 * Computes silu(gate) * up (SwiGLU, arXiv 2002.05202). With s = sigmoid(g), silu'(g) = s + silu(g) (1 - s), so the gradient
 * of the gate is d (y + s (up - y)) with the result y itself. The sigmoid is computed again: reading one more saved array of
 * this size back from memory costs more.
 */
export function swiglu(tape: Tape, gate: Value, up: Value): Value {
  const { graph } = tape
  // QuickGelu with alpha 1 is silu, in one pass.
  const silu = graph.op('QuickGelu', [gate], gate.shape, { alpha: float(1) }, { domain: contrib })
  const y = elementwise(tape, 'Mul', silu, up)
  tape.record([gate, up], [y], ([dy]) => {
    const d = dy as Value
    const sigmoid = graph.op('Sigmoid', [gate], gate.shape)
    if (tape.needs(up)) tape.accumulate(up, elementwise(tape, 'Mul', d, elementwise(tape, 'Mul', gate, sigmoid)))
    if (!tape.needs(gate)) return
    const share = elementwise(tape, 'Mul', sigmoid, elementwise(tape, 'Sub', up, y))
    tape.accumulate(gate, elementwise(tape, 'Mul', d, elementwise(tape, 'Add', y, share)))
  })
  return y
}

/**
 * Looks up rows of a table: [vocab, width] by [n] -> [n, width]. Its gradient is left to the caller, who takes the
 * gradient of the result and adds it into the table outside the graph: repeated ids make a scatter unsafe here.
 */
export function embed(tape: Tape, table: Value, ids: Value): Value {
  return tape.graph.op('Gather', [table, ids], [ids.shape[0] as Dim, last(table.shape)], { axis: 0 })
}

/** Leaves out the first `from` rows: [rows, width] -> [rest, width]. */
export function tail(tape: Tape, x: Value, from: string, rest: Dim): Value {
  const { graph } = tape
  const y = tailOf(graph, x, from, rest)
  tape.record([x], [y], ([d]) => {
    if (!tape.needs(x)) return
    const head = [from, ...x.shape.slice(1)]
    const zeros = graph.op('Expand', [graph.scalar(0), graph.shapeVector(head)], head)
    tape.accumulate(x, graph.op('Concat', [zeros, d as Value], x.shape, { axis: 0 }))
  })
  return y
}

/** The same for what has no gradient, of any type. */
export function tailOf(graph: GraphBuilder, x: Value, from: string, rest: Dim): Value {
  const bounds = [graph.dim(from), graph.ints([Number.MAX_SAFE_INTEGER]), graph.ints([0])]
  return graph.op('Slice', [x, ...bounds], [rest, ...x.shape.slice(1)], {}, { type: x.type })
}

/** Picks rows by DISTINCT indices: [n, width] by [m] -> [m, width]. */
export function pickRows(tape: Tape, x: Value, rows: Value): Value {
  const { graph } = tape
  const m = rows.shape[0] as Dim
  const y = graph.op('Gather', [x, rows], [m, last(x.shape)], { axis: 0 })
  tape.record([x], [y], ([d]) => {
    if (!tape.needs(x)) return
    const zeros = graph.op('Expand', [graph.scalar(0), graph.shapeVector(x.shape)], x.shape)
    tape.accumulate(x, graph.op('ScatterND', [zeros, graph.reshape(rows, [m, 1]), d as Value], x.shape))
  })
  return y
}
