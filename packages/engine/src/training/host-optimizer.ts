import type { Tensor } from 'onnxruntime-node'
import type { OptimizerOptions } from '../engine-api.js'
import { type AdamState, adamState, adamwRange, gradientNorm } from '../optimization/adamw.js'
import type { Parameter } from '../transformer/parameters.js'
import { addTableRows } from './add-table-rows.js'
import type { Optimizer, Trained } from './optimizer.js'
import type { PackedBatch } from './pack-groups.js'
import { gradientName } from './training-graph.js'

/** Gradients of replicas, each laid out as what is trained. */
export interface ReplicaGradients {
  /** Where this replica sums its own up. Default: memory of its own. */
  readonly own?: Float32Array
  /** Those of the others, which count from the moment that `norm` or `gradients` is asked for. */
  readonly others?: readonly Float32Array[]
}

/** AdamW in the memory of the process. */
export class HostOptimizer implements Optimizer {
  readonly keepsGradientsOnDevice = false
  readonly #trained: Trained
  readonly #gradients: Float32Array
  readonly #others: readonly Float32Array[]
  #isEmpty = true
  #hasOthers = false
  /** Made at the first step: only one of several replicas takes any. */
  #adam: AdamState | null = null

  constructor(trained: Trained, { own, others = [] }: ReplicaGradients = {}) {
    this.#trained = trained
    this.#gradients = own ?? new Float32Array(trained.layout.size)
    this.#others = others
  }

  begin(): void {
    this.#isEmpty = true
    this.#hasOthers = false
  }

  async add(outputs: Record<string, Tensor>, batch: PackedBatch): Promise<void> {
    for (const parameter of this.#trained.layout.parameters) {
      const own = this.#of(parameter)
      const source = outputs[gradientName(parameter)]?.data as Float32Array | undefined
      if (this.#isEmpty) source === undefined ? own.fill(0) : own.set(source)
      else if (source !== undefined) addTo(own, source)
    }
    this.#isEmpty = false
    addTableRows(this.#trained.tables, outputs, batch, (table) => this.#of(table))
  }

  async norm(): Promise<number> {
    return gradientNorm(await this.gradients())
  }

  async update(options: OptimizerOptions, scale: number): Promise<void> {
    const { layout, values } = this.#trained
    const adam = await this.state()
    adam.step += 1
    for (const { offset, size, shape } of layout.parameters) {
      // Norm weights are not decayed, as is usual.
      const own = shape.length === 1 ? { ...options, weightDecay: 0 } : options
      adamwRange(values, this.#gradients, adam, own, scale, offset, offset + size)
    }
  }

  async gradients(): Promise<Float32Array> {
    if (this.#isEmpty) this.#gradients.fill(0)
    this.#isEmpty = false
    if (!this.#hasOthers) for (const other of this.#others) addTo(this.#gradients, other)
    this.#hasOthers = true
    return this.#gradients
  }

  async parametersOnDevice(): Promise<null> {
    return null
  }

  async state(): Promise<AdamState> {
    this.#adam ??= adamState(this.#trained.layout.size)
    return this.#adam
  }

  async restore(state: AdamState): Promise<void> {
    this.#adam = state
  }

  async release(): Promise<void> {}

  #of({ offset, size }: Parameter): Float32Array {
    return this.#gradients.subarray(offset, offset + size)
  }
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number)
}
