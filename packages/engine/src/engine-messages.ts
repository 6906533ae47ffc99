import type { GenerateRequest, OptimizerOptions, TokenEvent, TrainGroup } from './engine-api.js'
import type { CoreOptions } from './engine-core.js'
import type { EngineErrorCode } from './errors.js'
import type { Policy } from './policy.js'
import type { GradientRequest } from './training/trainer.js'

/** What the worker can be asked, name and arguments. */
export type EngineCall =
  | { readonly method: 'open'; readonly options: CoreOptions }
  | { readonly method: 'generate'; readonly request: GenerateRequest; readonly wantsTokens: boolean }
  | { readonly method: 'load' }
  | { readonly method: 'computeGradient'; readonly request: GradientRequest }
  | { readonly method: 'gradientNorm' }
  | { readonly method: 'update'; readonly optimizer: OptimizerOptions; readonly scale: number }
  | { readonly method: 'takeWeights' }
  | {
      readonly method: 'logprobs'
      readonly groups: readonly TrainGroup[]
      readonly temperature: number
      readonly policy: Policy
    }
  | { readonly method: 'logits'; readonly sequences: readonly (readonly number[])[] }
  | { readonly method: 'keepReference'; readonly folder: string | null }
  | { readonly method: 'saveCheckpoint'; readonly folder: string }
  | { readonly method: 'saveTrainingState'; readonly file: string }
  | { readonly method: 'restore'; readonly folder: string; readonly stateFile: string }

export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly call: EngineCall }
  | { readonly kind: 'abort'; readonly id: number }
  /** Ends the worker once the run of a graph that is under way is over. */
  | { readonly kind: 'close' }

/** A token and the call that it was drawn for. */
export interface CallToken {
  readonly id: number
  readonly event: TokenEvent
}

export type FromWorker =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly code: EngineErrorCode; readonly message: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly CallToken[] }
