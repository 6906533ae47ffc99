import type { Tensor } from 'onnxruntime-node'
import type { OptimizerOptions } from '../engine-api.js'
import { type AdamState, adamState, adamwRange, gradientNorm } from '../optimization/adamw.js'
import { partOfReplica } from '../replicas/shared-memory.js'
import type { Parameter } from '../transformer/parameters.js'
import { addTableRows } from './add-table-rows.js'
import type { Optimizer, Trained } from './optimizer.js'
import type { PackedBatch } from './pack-groups.js'
import { gradientName } from './training-graph.js'

/** Which of several replicas this is, and the arrays that all of them see, laid out as what is trained. */
export interface ReplicaArrays {
  readonly index: number
  readonly gradients: readonly Float32Array[]
  readonly moments: Pick<AdamState, 'mean' | 'variance'>
}

/**
 * AdamW in the memory of the process. One of several replicas sums up the gradients of all, tells the norm and takes the step
 * for its part of the weights alone (ZeRO stage 1, arXiv 1910.02054); whoever calls waits for all before the next of these.
 */
export class HostOptimizer implements Optimizer {
  readonly keepsGradientsOnDevice = false
  readonly #trained: Trained
  readonly #gradients: Float32Array
  readonly #others: readonly Float32Array[]
  /** What it updates. */
  readonly #part: { readonly from: number; readonly to: number }
  #isEmpty = true
  #adam: AdamState

  constructor(trained: Trained, replica?: ReplicaArrays) {
    const { size } = trained.layout
    const { index, gradients, moments } = replica ?? {
      index: 0,
      gradients: [new Float32Array(size)],
      moments: adamState(size),
    }
    this.#trained = trained
    this.#gradients = gradients[index] as Float32Array
    this.#others = gradients.filter((_, other) => other !== index)
    this.#part = partOfReplica(size, index, gradients.length)
    this.#adam = { ...moments, step: 0 }
  }

  begin(): void {
    this.#isEmpty = true
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
    const part = this.#partOf(await this.gradients())
    for (const other of this.#others) addTo(part, this.#partOf(other))
    return gradientNorm(part)
  }

  async update(options: OptimizerOptions, scale: number): Promise<void> {
    const { layout, values } = this.#trained
    this.#adam.step += 1
    for (const { offset, size, shape } of layout.parameters) {
      const [from, to] = [Math.max(offset, this.#part.from), Math.min(offset + size, this.#part.to)]
      // Norm weights are not decayed, as is usual.
      const own = shape.length === 1 ? { ...options, weightDecay: 0 } : options
      if (from < to) adamwRange(values, this.#gradients, this.#adam, own, scale, from, to)
    }
  }

  async gradients(): Promise<Float32Array> {
    if (this.#isEmpty) this.#gradients.fill(0)
    return this.#gradients
  }

  /** They are current at any time: updates are made in place. */
  async bringValues(): Promise<void> {}

  async parametersOnDevice(): Promise<null> {
    return null
  }

  async state(): Promise<AdamState> {
    return this.#adam
  }

  async restore(state: AdamState): Promise<void> {
    if (this.#others.length === 0) {
      this.#adam = state
      return
    }
    this.#adam.mean.set(state.mean)
    this.#adam.variance.set(state.variance)
    this.#adam.step = state.step
  }

  async release(): Promise<void> {}

  #partOf(array: Float32Array): Float32Array {
    return array.subarray(this.#part.from, this.#part.to)
  }

  #of({ offset, size }: Parameter): Float32Array {
    return this.#gradients.subarray(offset, offset + size)
  }
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number)
}
