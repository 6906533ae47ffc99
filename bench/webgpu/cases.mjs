// Minimal graphs for every operator of the training and generation graphs, at three sizes each. A case declares its
// inputs through `c` and returns the values to compare.

/** Rows and width: tiny, odd, and what one batch of TinyPoet has (1,536 positions, hidden 256). */
export const sizes = { tiny: { n: 3, d: 8 }, odd: { n: 37, d: 50 }, full: { n: 1536, d: 256 } }

const contrib = 'com.microsoft'
const float = (x) => ({ float: x })
const bool = { type: 'bool' }

function heads({ n }) {
  if (n === 3) return { b: 1, k: 1, p: 2, t: 3, h: 8 }
  return n === 37 ? { b: 2, k: 3, p: 2, t: 17, h: 10 } : { b: 4, k: 2, p: 2, t: 384, h: 64 }
}

const binary =
  (op, other) =>
  (c, { n, d }) => [c.g.op(op, [c.f([n, d]), c.f(other(n, d))], [n, d])]
const unary =
  (op, options = {}) =>
  (c, { n, d }) => [
    c.g.op(op, [c.f([n, d], options.positive)], [n, d], options.attributes ?? {}, { domain: options.domain ?? '' }),
  ]

const product =
  (attributes, withC) =>
  (c, { n, d }) => {
    const inner = d
    const out = 3 * d
    const a = c.f(attributes.transA ? [inner, n] : [n, inner])
    const b = c.f(attributes.transB ? [out, inner] : [inner, out])
    const inputs = withC === undefined ? [a, b] : [a, b, c.f(withC === 'row' ? [out] : [n, out])]
    return [c.g.op('Gemm', inputs, [n, out], attributes)]
  }

const batched = (transA, transB) => (c, size) => {
  const { b, k, p, t, h } = heads(size)
  const rows = p * t
  const left = transA ? [b, k, h, rows] : [b, k, rows, h]
  const right = transB ? [b, k, t, h] : [b, k, h, t]
  const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0, alpha: float(0.125) }
  return [c.g.op('FusedMatMul', [c.f(left), c.f(right)], [b, k, rows, t], attributes, { domain: contrib })]
}

const transposed = (perm) => (c, size) => {
  const { b, k, p, t, h } = heads(size)
  const shape = perm.length === 4 ? [b, t, k, h] : [b, t, k, p, h]
  return [
    c.g.op(
      'Transpose',
      [c.f(shape)],
      perm.map((axis) => shape[axis]),
      { perm },
    ),
  ]
}

const rotation = (isNegated) => (c, size) => {
  const { b, k, p, t, h } = heads(size)
  const count = k * p
  const cos = c.f([t + 5, h / 2])
  const table = c.f([t + 5, h / 2])
  const sin = isNegated ? c.g.op('Neg', [table], table.shape) : table
  const positions = c.i([b, t], (i) => i % t)
  const attributes = { num_heads: count, interleaved: 0 }
  return [
    c.g.op('RotaryEmbedding', [c.f([b, t, count * h]), positions, cos, sin], [b, t, count * h], attributes, {
      domain: contrib,
    }),
  ]
}

const norm = (c, { n, d }) =>
  c.g.ops(
    'SimplifiedLayerNormalization',
    [c.f([n, d]), c.f([d])],
    [
      { shape: [n, d], type: 'float32' },
      { shape: [n, 1], type: 'float32' },
    ],
    { axis: -1, epsilon: float(1e-6), stash_type: 1 },
  )

const reduced = (shape, axes, keepdims) => (c, size) => {
  const from = shape(size)
  const x = c.f(from)
  const to = axes === null ? [] : from.map((dim, i) => (axes.includes(i) ? 1 : dim))
  return [c.g.op('ReduceSum', axes === null ? [x] : [x, c.g.ints(axes)], to, { keepdims })]
}

const flat = ({ n, d }) => [n, d]
const scores = (size) => {
  const { b, k, p, t } = heads(size)
  return [b, k, p * t, t]
}

/** Every operator by itself. */
export const operators = {
  Add: binary('Add', (n, d) => [n, d]),
  'Add a row': binary('Add', (_, d) => [d]),
  'Add a column': binary('Add', (n) => [n, 1]),
  'Add a mask to scores': (c, size) => {
    const { b, k, p, t } = heads(size)
    return [c.g.op('Add', [c.f([b, k, p, t, t]), c.f([b, 1, 1, t, t])], [b, k, p, t, t])]
  },
  'Sub a column': binary('Sub', (n) => [n, 1]),
  Mul: binary('Mul', (n, d) => [n, d]),
  'Mul a column': binary('Mul', (n) => [n, 1]),
  'Mul a row': binary('Mul', (_, d) => [d]),
  'Mul a scalar': binary('Mul', () => []),
  'Mul by a vector a head': (c, size) => {
    const { b, k, p, h } = heads(size)
    return [c.g.op('Mul', [c.f([b, k, p, 1]), c.f([b, k, 1, h])], [b, k, p, h])]
  },
  Neg: unary('Neg'),
  Exp: unary('Exp'),
  Log: unary('Log', { positive: true }),
  Sqrt: unary('Sqrt', { positive: true }),
  Reciprocal: unary('Reciprocal', { positive: true }),
  Sigmoid: unary('Sigmoid'),
  'QuickGelu, alpha 1': unary('QuickGelu', { attributes: { alpha: float(1) }, domain: contrib }),
  Min: binary('Min', (n, d) => [n, d]),
  'Clip by inputs': (c, { n }) => [c.g.op('Clip', [c.f([n, 1]), c.fed([], [-0.2]), c.fed([], [0.28])], [n, 1])],
  'LessOrEqual, Where': (c, { n }) => {
    const [a, b, d] = [c.f([n, 1]), c.f([n, 1]), c.f([n, 1])]
    const isFirst = c.g.op('LessOrEqual', [a, b], [n, 1], {}, bool)
    return [c.g.op('Where', [isFirst, d, c.g.scalar(0)], [n, 1]), c.g.op('Where', [isFirst, c.g.scalar(0), d], [n, 1])]
  },
  'Equal, Where': (c, { n }) => {
    const a = c.f([n, 1])
    const y = c.g.op('Clip', [a, c.fed([], [-0.2]), c.fed([], [0.28])], [n, 1])
    const isInside = c.g.op('Equal', [a, y], [n, 1], {}, bool)
    return [c.g.op('Where', [isInside, c.f([n, 1]), c.g.scalar(0)], [n, 1])]
  },
  'ReduceSum of all': reduced(flat, null, 0),
  'ReduceSum over columns': reduced(flat, [1], 1),
  'ReduceSum over rows': reduced(flat, [0], 1),
  'ReduceSum, last of 4 axes': reduced(scores, [3], 1),
  'ReduceMean over columns': (c, { n, d }) => [
    c.g.op('ReduceMean', [c.f([n, d]), c.g.ints([1])], [n, 1], { keepdims: 1 }),
  ],
  'Expand a scalar': (c, { n, d }) => [c.g.op('Expand', [c.f([]), c.g.ints([n, d])], [n, d])],
  'Expand a fed shape': (c, { n, d }) => {
    const shape = c.g.op('Concat', [c.fedInts([1], [n]), c.g.ints([d])], [2], { axis: 0 }, { type: 'int64' })
    return [c.g.op('Expand', [c.f([]), shape], [n, d])]
  },
  Reshape: (c, { n, d }) => [c.g.op('Reshape', [c.f([n, d]), c.g.ints([-1, 2])], [(n * d) / 2, 2])],
  'Transpose 0213': transposed([0, 2, 1, 3]),
  'Transpose 02314': transposed([0, 2, 3, 1, 4]),
  'Transpose 03124': transposed([0, 3, 1, 2, 4]),
  'Transpose 10': (c, { n, d }) => [c.g.op('Transpose', [c.f([n, d])], [d, n], { perm: [1, 0] })],
  MatMul: (c, { n, d }) => [c.g.op('MatMul', [c.f([n, d]), c.f([d, 3 * d])], [n, 3 * d])],
  Gemm: product({}),
  'Gemm transB': product({ transB: 1 }),
  'Gemm transA': product({ transA: 1 }),
  'Gemm with C': product({}, 'whole'),
  'Gemm with C, a row': product({}, 'row'),
  'Gemm transA with C': product({ transA: 1 }, 'whole'),
  'Gemm transB with C': product({ transB: 1 }, 'whole'),
  'Gemm transA, alpha -1, with C': product({ transA: 1, alpha: float(-1) }, 'whole'),
  'Gemm into one column, alpha': (c, { n, d }) => [
    c.g.op('Gemm', [c.f([n, d]), c.f([d, 1])], [n, 1], { alpha: float(1 / d) }),
  ],
  'Gemm with a wide head': (c, { n, d }) => [c.g.op('Gemm', [c.f([n, d]), c.f([4096, d])], [n, 4096], { transB: 1 })],
  'Gemm transA over a wide head': (c, { n, d }) => [
    c.g.op('Gemm', [c.f([n, 4096]), c.f([n, d])], [4096, d], { transA: 1 }),
  ],
  'FusedMatMul, alpha': batched(false, false),
  'FusedMatMul transA': batched(true, false),
  'FusedMatMul transB': batched(false, true),
  'MatMul in batches': (c, size) => {
    const { b, k, p, t, h } = heads(size)
    return [c.g.op('MatMul', [c.f([b, k, p * t, h]), c.f([b, k, h, t])], [b, k, p * t, t])]
  },
  'MatMul in batches, shared operand': (c, size) => {
    const { b, k, p, t, h } = heads(size)
    return [c.g.op('MatMul', [c.f([b, k, p, 1, h]), c.f([b, k, 1, h, t])], [b, k, p, 1, t])]
  },
  'Transpose 0132': transposed([0, 1, 3, 2]),
  // As decoding reads its cache: one row a product, the keys shared by the query heads of a group.
  'FusedMatMul, shared keys': (c, size) => {
    const { b, k, p, t, h } = heads(size)
    const [q, keys] = [c.f([b, k, p, 1, h]), c.f([b, k, 1, t, h])]
    const attributes = { transA: 0, transB: 1, alpha: float(1) }
    return [c.g.op('FusedMatMul', [q, keys], [b, k, p, 1, t], attributes, { domain: contrib })]
  },
  'FusedMatMul, shared values': (c, size) => {
    const { b, k, p, t, h } = heads(size)
    const [weights, shared] = [c.f([b, k, p, 1, t]), c.f([b, k, 1, t, h])]
    const attributes = { transA: 0, transB: 0, alpha: float(1) }
    return [c.g.op('FusedMatMul', [weights, shared], [b, k, p, 1, h], attributes, { domain: contrib })]
  },
  'Gemm transA into one column': (c, { n, d }) => [c.g.op('Gemm', [c.f([n, d]), c.f([n, 1])], [d, 1], { transA: 1 })],
  Softmax: (c, { n, d }) => [c.g.op('Softmax', [c.f([n, 16 * d])], [n, 16 * d], { axis: -1 })],
  'Softmax over masked scores': (c, size) => {
    const { b, k, p, t } = heads(size)
    const mask = c.f([b, 1, 1, t, t], (_x, i) => (i % t <= Math.floor(i / t) % t ? 0 : -1e30))
    const sum = c.g.op('Add', [c.f([b, k, p, t, t]), mask], [b, k, p, t, t])
    return [c.g.op('Softmax', [sum], [b, k, p, t, t], { axis: -1 })]
  },
  'Gather rows': (c, { n, d }) => [
    c.g.op('Gather', [c.f([4096, d]), c.i([n], (i) => (i * 7919) % 4096)], [n, d], { axis: 0 }),
  ],
  GatherElements: (c, { n, d }) => [
    c.g.op('GatherElements', [c.f([n, d]), c.i([n, 1], (i) => (i * 31) % d)], [n, 1], { axis: 1 }),
  ],
  ArgMax: (c, { n, d }) => [c.g.op('ArgMax', [c.f([n, 16 * d])], [n, 1], { axis: 1, keepdims: 1 }, { type: 'int64' })],
  'ScatterND, distinct rows': (c, { n, d }) => {
    const zeros = c.g.op('Expand', [c.g.scalar(0), c.g.ints([2 * n, d])], [2 * n, d])
    return [c.g.op('ScatterND', [zeros, c.i([n, 1], (i) => 2 * i + 1), c.f([n, d])], [2 * n, d])]
  },
  'ScatterElements, add': (c, { n, d }) => [
    c.g.op('ScatterElements', [c.f([n, d]), c.i([n, 1], (i) => (i * 31) % d), c.f([n, 1])], [n, d], {
      axis: 1,
      reduction: 'add',
    }),
  ],
  'SimplifiedLayerNormalization, first output': (c, size) => [norm(c, size)[0]],
  'SimplifiedLayerNormalization, both outputs': norm,
  'SimplifiedLayerNormalization of heads, both outputs': (c, size) => {
    const { b, k, p, t, h } = heads(size)
    return norm(c, { n: b * k * p * t, d: h })
  },
  RotaryEmbedding: rotation(false),
  'RotaryEmbedding, sin negated in the graph': rotation(true),
  'Concat, last of 4 axes': (c, size) => {
    const [b, k, r, t] = scores(size)
    return [c.g.op('Concat', [c.f([b, k, r, t]), c.f([b, k, r, 1])], [b, k, r, t + 1], { axis: 3 })]
  },
  'Slice, last of 4 axes': (c, size) => {
    const [b, k, r, t] = scores(size)
    const x = c.f([b, k, r, t])
    const cut = (from, to, width) =>
      c.g.op('Slice', [x, c.g.ints([from]), c.g.ints([to]), c.g.ints([3])], [b, k, r, width])
    return [cut(0, -1, t - 1), cut(-1, Number.MAX_SAFE_INTEGER, 1)]
  },
}

/** Operators fed by one another, as the graphs chain them, so that what the optimiser fuses is seen too. */
export const chains = {
  'product, weight gradient added by C': (c, { n, d }) => {
    const [x, w, dy, old] = [c.f([n, d]), c.f([d, d]), c.f([n, d]), c.f([d, d])]
    const y = c.g.op('Gemm', [x, w], [n, d])
    const dx = c.g.op('Gemm', [dy, w, y], [n, d], { transB: 1 })
    return [dx, c.g.op('Gemm', [y, dx, old], [d, d], { transA: 1 })]
  },
  'norm, then product': (c, { n, d }) => [c.g.op('Gemm', [norm(c, { n, d })[0], c.f([d, 2 * d])], [n, 2 * d])],
  'residual by C, then norm': (c, { n, d }) => {
    const x = c.g.op('Gemm', [c.f([n, d]), c.f([d, d]), c.f([n, d])], [n, d])
    const [y] = c.g.ops('SimplifiedLayerNormalization', [x, c.f([d])], [{ shape: [n, d], type: 'float32' }], {
      axis: -1,
      epsilon: float(1e-6),
      stash_type: 1,
    })
    return [x, y]
  },
  'softmax backward': (c, size) => {
    const [b, k, r, t] = scores(size)
    const p = c.g.op('Softmax', [c.f([b, k, r, t])], [b, k, r, t], { axis: -1 })
    const d = c.f([b, k, r, t])
    const total = c.g.op('ReduceSum', [c.g.op('Mul', [d, p], d.shape), c.g.ints([3])], [b, k, r, 1], { keepdims: 1 })
    const ds = c.g.op('Mul', [p, c.g.op('Sub', [d, total], d.shape)], d.shape)
    const right = c.f([b, k, r, 10])
    return [
      c.g.op(
        'FusedMatMul',
        [ds, right],
        [b, k, t, 10],
        { transA: 1, transB: 0, alpha: float(0.5) },
        { domain: contrib },
      ),
    ]
  },
  'log of the sum of exponentials': (c, { n, d }) => {
    const z = c.g.op('Gemm', [c.f([n, d]), c.f([4096, d])], [n, 4096], { transB: 1 })
    const p = c.g.op('Softmax', [z], [n, 4096], { axis: -1 })
    const best = c.g.op('ArgMax', [z], [n, 1], { axis: 1, keepdims: 1 }, { type: 'int64' })
    const pick = (from) => c.g.op('GatherElements', [from, best], [n, 1], { axis: 1 })
    return [c.g.op('Sub', [pick(z), c.g.op('Log', [pick(p)], [n, 1])], [n, 1])]
  },
  'silu, product and slope': (c, { n, d }) => {
    const [gate, up] = [c.f([n, d]), c.f([n, d])]
    const sigmoid = c.g.op('Sigmoid', [gate], [n, d])
    const again = c.g.op('Mul', [gate, sigmoid], [n, d])
    const inner = c.g.op('Add', [c.g.op('Sub', [gate, again], [n, d]), c.g.scalar(1)], [n, d])
    return [c.g.op('Mul', [c.g.op('Mul', [again, up], [n, d]), c.g.op('Mul', [sigmoid, inner], [n, d])], [n, d])]
  },
  'rows picked and put back': (c, { n, d }) => {
    const rows = c.i([n], (i) => 2 * i + 1)
    const picked = c.g.op('Gather', [c.f([2 * n, d]), rows], [n, d], { axis: 0 })
    const zeros = c.g.op('Expand', [c.g.scalar(0), c.g.ints([2 * n, d])], [2 * n, d])
    return [
      c.g.op(
        'ScatterND',
        [zeros, c.g.op('Reshape', [rows, c.g.ints([n, 1])], [n, 1], {}, { type: 'int64' }), picked],
        [2 * n, d],
      ),
    ]
  },
}
