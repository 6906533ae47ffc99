import type { EvalRowRecord, StepMetrics } from './store/records.js'

/** What a long call tells while it works. Emitted in order; a listener must not throw. */
export type ProgressEvent =
  | { readonly kind: 'serve-start'; readonly model: string }
  | { readonly kind: 'serve-ready'; readonly model: string; readonly url: string; readonly seconds: number }
  | {
      readonly kind: 'eval-start'
      readonly evalId: string
      readonly name: string
      readonly total: number
      /** What an evaluation that goes on has already; absent where there is nothing. */
      readonly kept?: readonly EvalRowRecord[]
    }
  | { readonly kind: 'eval-row'; readonly done: number; readonly total: number; readonly row: EvalRowRecord }
  | { readonly kind: 'eval-end'; readonly name: string; readonly seconds: number }
  | {
      readonly kind: 'train-start'
      readonly trainingRunId: string
      readonly numRollout: number
      readonly model: string
    }
  /** What a run that goes on had trained before. */
  | { readonly kind: 'train-resumed'; readonly steps: readonly StepMetrics[] }
  | {
      readonly kind: 'rollout'
      readonly rolloutId: number
      readonly phase: 'sample' | 'score' | 'train' | 'evaluate'
      readonly done: number
      readonly total: number
    }
  /** It comes again with what an evaluation said and, of a run elsewhere, its samples, once that is known. */
  | { readonly kind: 'train-step'; readonly metrics: StepMetrics; readonly numRollout: number }
  | { readonly kind: 'checkpoint'; readonly path: string; readonly rolloutId: number }
  | { readonly kind: 'train-end'; readonly trainingRunId: string; readonly seconds: number }
  /** A warning is something that the user should change. */
  | { readonly kind: 'notice'; readonly message: string; readonly isWarning?: boolean }

export type OnProgress = (event: ProgressEvent) => void
