import { broadcastShape, type GraphBuilder, type Shape, sameShape, type Value } from './graph-builder.js'

type Backward = (gradients: readonly (Value | undefined)[]) => void

interface Entry {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly backward: Backward
}

/** A low-rank pair whose product is already part of a matrix: W = base + scale * down @ up. */
export interface LowRank {
  /** [in, rank] */
  readonly down: Value
  /** [rank, out] */
  readonly up: Value
  readonly scale: number
}

/**
 * Records differentiable operations and writes their gradients as further nodes of the same graph (reverse mode).
 * Operators live in operators.ts; each records how its output's gradient reaches its inputs.
 */
export class Tape {
  #entries: Entry[] = []
  readonly #adapters = new Map<string, LowRank>()
  readonly #gradients = new Map<string, Value>()
  readonly #turned = new Map<string, Value>()
  #needed = new Set<string>()

  constructor(readonly graph: GraphBuilder) {}

  record(inputs: readonly Value[], outputs: readonly Value[], backward: Backward): void {
    this.#entries.push({ inputs, outputs, backward })
  }

  /** Says that a matrix holds the product of a low-rank pair, which takes the matrix's gradient in its place. */
  adapt(matrix: Value, pair: LowRank): void {
    this.#adapters.set(matrix.name, pair)
  }

  adapterOf(matrix: Value): LowRank | undefined {
    return this.#adapters.get(matrix.name)
  }

  /** True when a parameter lies behind the value, so that its gradient is worth computing. */
  needs(value: Value): boolean {
    return this.#needed.has(value.name)
  }

  gradient(value: Value): Value | undefined {
    return this.#gradients.get(value.name)
  }

  /** Replaces the gradient: for operators that add to the old one themselves (Gemm's C). */
  setGradient(value: Value, gradient: Value): void {
    this.#gradients.set(value.name, gradient)
  }

  /** The transpose of a matrix, written once for all products that want it. */
  turned(matrix: Value): Value {
    const known = this.#turned.get(matrix.name)
    if (known !== undefined) return known
    const turned = this.graph.op('Transpose', [matrix], [...matrix.shape].reverse(), { perm: [1, 0] })
    this.#turned.set(matrix.name, turned)
    return turned
  }

  /** Adds to the gradient of a value, undoing broadcasting; does nothing where no parameter lies behind. */
  accumulate(value: Value, gradient: Value): void {
    if (!this.needs(value)) return
    const reduced = this.#unbroadcast(gradient, value.shape)
    const old = this.gradient(value)
    this.setGradient(value, old ? this.graph.op('Add', [old, reduced], value.shape) : reduced)
  }

  /** Writes the backward pass of a scalar loss for the given values. */
  backward(loss: Value, wanted: readonly Value[]): void {
    this.#needed = new Set(wanted.map((value) => value.name))
    this.#markNeeded(this.#entries)
    this.setGradient(loss, this.graph.scalar(1))
    this.#unwind(this.#entries)
  }

  /**
   * Runs a piece of the forward pass keeping its input alone (activation recomputation, arXiv 1604.06174): the backward
   * pass writes the piece a second time and unwinds that copy. The copy starts from x + 0 * dy, so that it cannot run
   * before the gradient arrives, and no optimiser takes it for the first one.
   */
  recomputed(x: Value, piece: (x: Value) => Value): Value {
    const { graph } = this
    const [y, first] = this.#apart(() => piece(x))
    const made = new Set(first.flatMap(({ outputs }) => outputs.map(({ name }) => name)))
    const outer = first.flatMap(({ inputs }) => inputs.filter(({ name }) => !made.has(name)))
    this.record(outer, [y], ([dy]) => {
      const corner = graph.op('Slice', [dy as Value, graph.ints([0, 0]), graph.ints([1, 1])], [1, 1])
      const nothing = graph.op('Mul', [corner, graph.scalar(0)], [1, 1])
      const start = graph.op('Add', [x, nothing], x.shape)
      const [again, second] = this.#apart(() => piece(start))
      if (this.needs(x)) this.#needed.add(start.name)
      this.#markNeeded(second)
      this.setGradient(again, dy as Value)
      this.#unwind(second)
      const dx = this.gradient(start)
      if (dx !== undefined) this.accumulate(x, dx)
    })
    return y
  }

  /** Records what happens inside as a list of its own. */
  #apart(inside: () => Value): [Value, readonly Entry[]] {
    const before = this.#entries
    this.#entries = []
    try {
      return [inside(), this.#entries]
    } finally {
      this.#entries = before
    }
  }

  #markNeeded(entries: readonly Entry[]): void {
    for (const { inputs, outputs } of entries) {
      if (inputs.some((input) => this.needs(input))) for (const output of outputs) this.#needed.add(output.name)
    }
  }

  #unwind(entries: readonly Entry[]): void {
    for (const { outputs, backward } of [...entries].reverse()) {
      const gradients = outputs.map((output) => this.gradient(output))
      if (gradients.some((gradient) => gradient !== undefined)) backward(gradients)
    }
  }

  #unbroadcast(gradient: Value, shape: Shape): Value {
    if (sameShape(gradient.shape, shape)) return gradient
    if (!sameShape(broadcastShape(gradient.shape, shape), gradient.shape)) {
      throw new Error(`gradient of shape [${gradient.shape.join()}] cannot reach a value of shape [${shape.join()}]`)
    }
    const offset = gradient.shape.length - shape.length
    const axes = gradient.shape.flatMap((dim, i) => (i < offset || shape[i - offset] !== dim ? [i] : []))
    const kept = gradient.shape.map((dim, i) => (axes.includes(i) ? 1 : dim))
    const summed = this.graph.op('ReduceSum', [gradient, this.graph.ints(axes)], kept, { keepdims: 1 })
    return this.graph.reshape(summed, shape)
  }
}
