import type { AdapterContents } from '../checkpoint/write-adapter.js'
import type { LoraOptions } from '../engine-api.js'
import { GraphBuilder } from '../graph/graph-builder.js'
import { floatsOf, type Runtime, Session } from '../graph/session.js'
import { type AdapterLayout, initialAdapters, layoutAdapters } from '../transformer/adapters.js'
import { tensorsOf } from '../transformer/load-weights.js'
import type { DecoderParameters, Parameter } from '../transformer/parameters.js'

export interface LoraPolicyOptions {
  readonly runtime: Runtime
  readonly threads: number
  readonly structure: DecoderParameters<Parameter>
  /** The model's own weights, flat; from now on they hold the adapters' products too. */
  readonly weights: Float32Array
  readonly lora: LoraOptions
}

/**
 * Holds the adapters under training and keeps `weights` equal to base + scale * down @ up, so that sampling, scoring,
 * the forward pass of training and checkpoints all see one and the same policy, without a second set of weights: only
 * the base of the adapted matrices is kept beside it.
 */
export class LoraPolicy {
  readonly layout: AdapterLayout
  /** All adapters, flat; call `merge` after changing them. */
  readonly values: Float32Array
  readonly #weights: Float32Array
  /** By the matrix's name. */
  readonly #base: ReadonlyMap<string, Float32Array>
  readonly #session: Session

  private constructor({ weights, lora, structure }: LoraPolicyOptions, session: Session) {
    this.layout = layoutAdapters(structure, lora)
    this.values = initialAdapters(this.layout, lora.seed ?? 0)
    this.#weights = weights
    this.#base = new Map(this.layout.adapters.map(({ matrix }) => [matrix.name, partOf(weights, matrix).slice()]))
    this.#session = session
  }

  static async open(options: LoraPolicyOptions): Promise<LoraPolicy> {
    const { scale } = layoutAdapters(options.structure, options.lora)
    const graph = new GraphBuilder()
    const operands = [graph.input('down', ['I', 'K']), graph.input('up', ['K', 'O']), graph.input('base', ['I', 'O'])]
    graph.output(graph.op('Gemm', operands, ['I', 'O'], { alpha: { float: scale } }), 'merged')
    const session = await Session.compile(options.runtime, graph, { threads: options.threads, spins: false })
    return new LoraPolicy(options, session)
  }

  /** True while every product is zero: the policy is then the base model itself. */
  get isBase(): boolean {
    return this.layout.adapters.every(({ up }) => partOf(this.values, up).every((value) => value === 0))
  }

  /** A weight of the base model, before any adapter. */
  baseOf(parameter: Parameter): Float32Array {
    return this.#base.get(parameter.name) ?? partOf(this.#weights, parameter)
  }

  /** Computes the adapted matrices again from base and adapters: nothing drifts, and the same adapters give the same bits. */
  async merge(): Promise<void> {
    const tensor = (data: Float32Array, { shape }: Parameter) => this.#session.float32(data, shape)
    for (const { matrix, down, up } of this.layout.adapters) {
      const outputs = await this.#session.run({
        down: tensor(partOf(this.values, down), down),
        up: tensor(partOf(this.values, up), up),
        base: tensor(this.baseOf(matrix), matrix),
      })
      partOf(this.#weights, matrix).set(floatsOf(outputs, 'merged'))
    }
  }

  /** Goes on with adapters that were saved: the policy is then, bit for bit, what it was. */
  async restore(values: Float32Array): Promise<void> {
    this.values.set(values)
    await this.merge()
  }

  /** The adapters as a PEFT folder holds them. */
  contents(baseModel: string): AdapterContents {
    const { layout, rank, alpha, targets } = this.layout
    return { baseModel, rank, alpha, targets, tensors: tensorsOf(this.values, layout) }
  }

  async release(): Promise<void> {
    await this.#session.release()
  }
}

function partOf(flat: Float32Array, { offset, size }: Parameter): Float32Array {
  return flat.subarray(offset, offset + size)
}
