import type { Tensor } from 'onnxruntime-node'
import type { OptimizerOptions } from '../engine-api.js'
import { type AdamState, adamState, adamwRange, gradientNorm } from '../optimization/adamw.js'
import type { Parameter } from '../transformer/parameters.js'
import { addTableRows } from './add-table-rows.js'
import type { Optimizer, Trained } from './optimizer.js'
import type { PackedBatch } from './pack-groups.js'
import { gradientName } from './training-graph.js'

/** AdamW in the memory of the process. */
export class HostOptimizer implements Optimizer {
  readonly keepsGradientsOnDevice = false
  readonly #trained: Trained
  readonly #gradients: Float32Array
  #isEmpty = true
  #adam: AdamState

  constructor(trained: Trained) {
    this.#trained = trained
    this.#gradients = new Float32Array(trained.layout.size)
    this.#adam = adamState(trained.layout.size)
  }

  begin(): void {
    this.#isEmpty = true
  }

  async add(outputs: Record<string, Tensor>, batch: PackedBatch): Promise<void> {
    for (const parameter of this.#trained.layout.parameters) {
      const own = this.#of(parameter)
      const source = outputs[gradientName(parameter)]?.data as Float32Array | undefined
      if (this.#isEmpty) source === undefined ? own.fill(0) : own.set(source)
      else if (source !== undefined)
        for (let i = 0; i < own.length; i++) own[i] = (own[i] as number) + (source[i] as number)
    }
    this.#isEmpty = false
    addTableRows(this.#trained.tables, outputs, batch, (table) => this.#of(table))
  }

  async norm(): Promise<number> {
    return gradientNorm(await this.gradients())
  }

  async update(options: OptimizerOptions, scale: number): Promise<void> {
    const { layout, values } = this.#trained
    this.#adam.step += 1
    for (const { offset, size, shape } of layout.parameters) {
      // Norm weights are not decayed, as is usual.
      const own = shape.length === 1 ? { ...options, weightDecay: 0 } : options
      adamwRange(values, this.#gradients, this.#adam, own, scale, offset, offset + size)
    }
  }

  async gradients(): Promise<Float32Array> {
    if (this.#isEmpty) this.#gradients.fill(0)
    return this.#gradients
  }

  async parametersOnDevice(): Promise<null> {
    return null
  }

  async state(): Promise<AdamState> {
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
