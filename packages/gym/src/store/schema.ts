import type { DeploymentState, EvalState, RunState } from './records.js'

/** Columns are named as the fields of the records they hold; JSON columns are text, times are milliseconds. */
export interface RunTable {
  trainingRunId: string
  state: RunState
  model: string
  startPath: string
  recipe: string
  config: string
  seed: number
  numRollout: number
  rolloutsDone: number
  pid: number | null
  /** What the system says of that process's start; null in records of older versions. */
  pidStart: string | null
  createdAt: number
  finishedAt: number | null
  error: string | null
  costUsd: number | null
  /** JSON. */
  remote: string | null
}

/** One row a finished rollout; `metrics` is the whole StepMetrics as JSON. */
export interface StepTable {
  trainingRunId: string
  rolloutId: number
  metrics: string
}

export interface SampleTable {
  trainingRunId: string
  rolloutId: number
  groupIndex: number
  sampleIndex: number
  rowIndex: number
  input: string
  response: string
  score: number | null
  advantage: number | null
  tokenIds: Uint8Array | ArrayBuffer
  logprobs: Uint8Array | ArrayBuffer
  finishReason: 'stop' | 'length'
  details: string
  /** Null where there was none to compute. */
  overlongPenalty: number | null
}

/** Complete checkpoints of runs elsewhere, as far as they are known here. */
export interface CheckpointTable {
  trainingRunId: string
  rolloutId: number
  path: string
  createdAt: number | null
}

export interface EvalTable {
  evalId: string
  state: EvalState
  name: string
  model: string
  modelPath: string | null
  deploymentId: string | null
  config: string
  pid: number | null
  /** What the system says of that process's start; null in records of older versions. */
  pidStart: string | null
  createdAt: number
  finishedAt: number | null
  summary: string | null
  error: string | null
  resumedAt: number | null
  sourceEvalId: string | null
}

export interface EvalRowTable {
  evalId: string
  rowIndex: number
  sampleIndex: number
  promptKey: string
  prompt: string
  response: string
  score: number | null
  metadata: string
  finishReason: 'stop' | 'length' | null
  tokens: number | null
  failureBoundary: 'provider' | 'reward' | 'data' | null
  failureMessage: string | null
  scores: string | null
  generated: string | null
}

export interface DeploymentTable {
  deploymentId: string
  state: DeploymentState
  appName: string
  servedModelName: string
  modelPath: string
  url: string | null
  pid: number | null
  /** What the system says of that process's start; null in records of older versions. */
  pidStart: string | null
  /** SQLite has no booleans: 0 or 1. */
  isDetached: number
  createdAt: number
  stoppedAt: number | null
  error: string | null
  /** JSON. */
  remote: string | null
}

/** Every table of gym.sqlite, by name. */
export interface Schema {
  run: RunTable
  step: StepTable
  sample: SampleTable
  checkpoint: CheckpointTable
  eval: EvalTable
  evalRow: EvalRowTable
  deployment: DeploymentTable
}
