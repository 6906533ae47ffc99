import { broadcastShape, type GraphBuilder, type Shape, sameShape, type Value } from './graph-builder.js'

type Backward = (gradients: readonly (Value | undefined)[]) => void

interface Entry {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly backward: Backward
}

/**
 * Records differentiable operations and writes their gradients as further nodes of the same graph (reverse mode).
 * Operators live in operators.ts; each records how its output's gradient reaches its inputs.
 */
export class Tape {
  readonly #entries: Entry[] = []
  readonly #gradients = new Map<string, Value>()
  #needed = new Set<string>()

  constructor(readonly graph: GraphBuilder) {}

  record(inputs: readonly Value[], outputs: readonly Value[], backward: Backward): void {
    this.#entries.push({ inputs, outputs, backward })
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
    for (const { inputs, outputs } of this.#entries) {
      if (inputs.some((input) => this.needs(input))) for (const output of outputs) this.#needed.add(output.name)
    }
    this.setGradient(loss, this.graph.scalar(1))
    for (const { outputs, backward } of [...this.#entries].reverse()) {
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
