import type { Tensor } from 'onnxruntime-node'
import type { OptimizerOptions } from '../engine-api.js'
import type { Feeds } from '../graph/session.js'
import type { AdamState } from '../optimization/adamw.js'
import type { Parameter, ParameterLayout } from '../transformer/parameters.js'
import type { PackedBatch } from './pack-groups.js'

/** What an optimizer trains. */
export interface Trained {
  readonly layout: ParameterLayout
  /** All of it, flat; `bringValues` says when an update has changed it. */
  readonly values: Float32Array
  /** The tables whose gradient comes in part as rows by token id; null where neither is trained. */
  readonly tables: { readonly embedding: Parameter; readonly head: Parameter } | null
}

/** Sums up the gradients of a step's passes and changes what is trained by AdamW. */
export interface Optimizer {
  /** True leaves gradients on the device of their session, false has them brought back. */
  readonly keepsGradientsOnDevice: boolean
  /** Forgets the gradient of the last step. */
  begin(): void
  /** Adds the gradient outputs of a training graph. */
  add(outputs: Record<string, Tensor>, batch: PackedBatch): Promise<void>
  /** The L2 norm of what was added; of one of several replicas once a step, for its part, with what all of them added. */
  norm(): Promise<number>
  /** Takes a step along that gradient times `scale`. */
  update(options: OptimizerOptions, scale: number): Promise<void>
  /** What was added, laid out as what is trained; until the next `begin`. */
  gradients(): Promise<Float32Array>
  /** Makes `values` current, where an update has left them behind. */
  bringValues(): Promise<void>
  /** The current values where sessions can read them without a copy, or null where they are only in `values`. */
  parametersOnDevice(): Promise<Feeds | null>
  /** The moments and the number of steps taken. */
  state(): Promise<AdamState>
  /** Goes on from moments that were saved, and from `values` as they are now. */
  restore(state: AdamState): Promise<void>
  release(): Promise<void>
}
