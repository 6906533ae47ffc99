import type { Compute } from '../compute/compute.js'
import type { ProcessReference } from '../compute/host.js'
import type { Diversity } from '../trip.js'

/** `interrupted` can be resumed; `failed` says why in `error`. A `running` run whose process is gone shows as interrupted. */
export type RunState = 'running' | 'completed' | 'failed' | 'interrupted'

/** One training run. Times are milliseconds since the epoch. */
export interface RunRecord {
  readonly trainingRunId: string
  readonly state: RunState
  readonly model: string
  /** Folder of the weights the run started from. */
  readonly startPath: string
  readonly recipe: string
  /** The resolved configuration, defaults included, as JSON-able data. */
  readonly config: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly numRollout: number
  /** Rollouts finished so far. */
  readonly rolloutsDone: number
  readonly pid: number | null
  readonly createdAt: number
  readonly finishedAt: number | null
  readonly error: string | null
  /** US dollars spent so far on machines that are paid for; absent on one's own. */
  readonly costUsd?: number
  /** Where it is found again; absent in runs of this machine. */
  readonly remote?: RemoteRun
}

/** Where a run elsewhere is found again, and what its output is read with. */
export interface RemoteRun {
  readonly compute: Compute
  /** Of its latest start; it has no id until the start was heard of. */
  readonly process: ProcessReference
  /** Folders as the machine that trains sees them. */
  readonly paths: { readonly data: string; readonly checkpoints: string; readonly hfCheckpoint: string }
  readonly shape: {
    readonly numRollout: number
    readonly rolloutBatchSize: number
    readonly nSamplesPerPrompt: number
    readonly stepsPerRollout: number
  }
  /** Kind and number of GPUs, e.g. `H100:8`. */
  readonly gpu: string
  /** US dollars; null where the price is not known or the machines are one's own. */
  readonly costPerHour: number | null
  /** The first start and every resume, oldest first. */
  readonly starts: readonly RemoteStart[]
}

/** One start of a run elsewhere. Times are milliseconds since the epoch. */
export interface RemoteStart {
  /** First rollout that it does. */
  readonly startRollout: number
  /** Null until the machine was heard of. */
  readonly startedAt: number | null
  /** Null while it runs, or is not known to have ended. */
  readonly endedAt: number | null
  readonly exitCode: number | null
  /** When somebody asked to stop it with the gym; absent when nobody did. */
  readonly stopAskedAt?: number
}

/** A complete checkpoint of a run elsewhere, as far as it is known here. */
export interface CheckpointRecord {
  readonly trainingRunId: string
  /** 0-based id of the rollout after whose step it was written. */
  readonly rolloutId: number
  /** Folder as the machines there see it. */
  readonly path: string
  /** Milliseconds since the epoch; null when it was announced and not yet listed. */
  readonly createdAt: number | null
}

/** What one rollout and its optimizer step measured. Shares are 0 to 1, lengths are tokens, times are seconds. */
export interface StepMetrics {
  readonly rolloutId: number
  readonly rewardMean: number
  readonly rewardStd: number
  /** Means of the reward's numeric details, e.g. `exact`, `topic`. */
  readonly details: Readonly<Record<string, number>>
  readonly responseLength: number
  readonly truncatedShare: number
  readonly flatGroupShare: number
  readonly unscorable: number
  readonly trainedSamples: number
  readonly entropy: number
  /** k3 estimate of KL(policy || start), nats a token; over a quarter of the groups where the loss does without it; NaN unmeasured. */
  readonly kl: number
  readonly loss: number
  readonly gradNorm: number
  readonly lr: number
  /** Mean of pi/pi_old over trained tokens; of the sequences' ratios with policyLoss 'gspo'. */
  readonly ratioMean: number
  readonly clipShare: number
  /**
   * Largest |log pi_trainer - log pi_sampler|, nats: over all samples where the trainer computed pi_old itself, else over
   * the tokens of the rollout's first optimizer step.
   */
  readonly mismatch: number
  /** The mean of the same; absent in runs of older versions and in supervised steps. */
  readonly mismatchMean?: number
  /** Mean of what length took off the scores before advantages, at most 0; absent without that penalty. */
  readonly overlongPenalty?: number
  /** How a rollout was filled with groups that have something to teach; absent without dynamic sampling. */
  readonly oversampling?: {
    /** Times that further prompts were drawn. */
    readonly rounds: number
    readonly drawnGroups: number
    readonly keptGroups: number
  }
  /** What this rollout's weights, after its steps, scored on rows held out, by dataset; absent where none was evaluated. */
  readonly evaluation?: Readonly<Record<string, TrainingEvaluation>>
  /** The same of the weights that the run started from; only in its first rollout. */
  readonly evaluationBefore?: Readonly<Record<string, TrainingEvaluation>>
  readonly diversity: Diversity
  readonly sampledTokens: number
  readonly trainedTokens: number
  /** (prompt + sampled tokens) over the seconds of the whole step. */
  readonly tokensPerSecond: number
  readonly seconds: { readonly sample: number; readonly score: number; readonly train: number; readonly total: number }
}

/** An evaluation on one dataset while a run trains; NaN for what the trainer did not tell. */
export interface TrainingEvaluation {
  /** Mean score of all responses. */
  readonly score: number
  /** Tokens. */
  readonly responseLength: number
  /** Responses that were cut off, 0 to 1. */
  readonly truncatedShare: number
  /** The evaluation with its responses, where they were read; absent until then, and where they were not kept. */
  readonly evalId?: string
  /** 95 % interval of the mean over all that could be scored; absent without `evalId`. */
  readonly ci?: readonly [low: number, high: number]
  /** Responses that could be scored; absent without `evalId`. */
  readonly scored?: number
  /** Responses in all; absent without `evalId`. */
  readonly total?: number
}

/** One sample of a training step, kept so that people can read what the model wrote. */
export interface SampleRecord {
  readonly rolloutId: number
  /** Group identity inside the rollout. */
  readonly groupIndex: number
  readonly sampleIndex: number
  readonly rowIndex: number
  readonly input: string
  readonly response: string
  readonly score: number | null
  /** Added to the score before advantages were computed, at most 0; absent where the recipe has no such penalty. */
  readonly overlongPenalty?: number
  readonly advantage: number | null
  readonly tokenIds: readonly number[]
  readonly logprobs: readonly number[]
  readonly finishReason: 'stop' | 'length'
  readonly details: Readonly<Record<string, unknown>>
}

export type EvalState = 'running' | 'completed' | 'failed' | 'interrupted'

/** One evaluation. `summary` is the EvalResult without its rows, once finished. */
export interface EvalRecord {
  readonly evalId: string
  readonly state: EvalState
  readonly name: string
  readonly model: string
  readonly modelPath: string | null
  readonly deploymentId: string | null
  readonly config: Readonly<Record<string, unknown>>
  /** Process that runs it; a `running` evaluation whose process is gone shows as interrupted. */
  readonly pid: number | null
  readonly createdAt: number
  readonly finishedAt: number | null
  readonly summary: Readonly<Record<string, unknown>> | null
  readonly error: string | null
  /** When it was last continued; absent where it ran in one go. */
  readonly resumedAt?: number
  /** The evaluation whose responses this one scored anew. */
  readonly sourceEvalId?: string
}

/** What one more scorer made of a response. */
export interface RowScore {
  /** Null when it abstained or failed. */
  readonly score: number | null
  readonly metadata: Readonly<Record<string, unknown>>
  readonly failure: { readonly boundary: 'reward'; readonly message: string } | null
}

/** One scored (or failed, or abstained) response of an evaluation. */
export interface EvalRowRecord {
  readonly rowIndex: number
  readonly sampleIndex: number
  /** sha256 (hex, first 16) of the messages: pairs rows of two evaluations. */
  readonly promptKey: string
  /** Short human name of the prompt: the row's input. */
  readonly prompt: string
  readonly response: string
  /** Null when the row abstained or failed. */
  readonly score: number | null
  readonly metadata: Readonly<Record<string, unknown>>
  readonly finishReason: 'stop' | 'length' | null
  readonly tokens: number | null
  /** Set when the row failed: which boundary, and the sentence. */
  readonly failure: { readonly boundary: 'provider' | 'reward' | 'data'; readonly message: string } | null
  /** What the scorers after the first said, by name; absent with one scorer, and where nothing was generated. */
  readonly scores?: Readonly<Record<string, RowScore>>
  /** The text as the model wrote it, where the scorer shows another as `response`. */
  readonly generated?: string
}

export type DeploymentState = 'starting' | 'ready' | 'stopped' | 'failed'

/** States of deployments that have not ended. */
export const liveStates: readonly DeploymentState[] = ['starting', 'ready']

/** True while a deployment has not ended. */
export function isLive(state: DeploymentState): boolean {
  return liveStates.includes(state)
}

export interface DeploymentRecord {
  readonly deploymentId: string
  readonly state: DeploymentState
  readonly appName: string
  readonly servedModelName: string
  readonly modelPath: string
  readonly url: string | null
  readonly pid: number | null
  readonly isDetached: boolean
  readonly createdAt: number
  readonly stoppedAt: number | null
  readonly error: string | null
  /** Absent for deployments of this machine. */
  readonly remote?: RemoteDeployment
}

/** Where a deployment elsewhere is found again. A token for it is never kept: each client gets its own. */
export interface RemoteDeployment {
  readonly compute: Compute
  /** It has no id until its start was heard of. */
  readonly process: ProcessReference
  /** Kind and number of GPUs, e.g. `H100:1`. */
  readonly gpu: string
  /** US dollars for the GPUs; null where the price is not known. */
  readonly costPerHour: number | null
  /** Milliseconds since the epoch; null until the machine was heard of. */
  readonly startedAt: number | null
  /** It ends by itself after so many seconds without a request. */
  readonly idleSeconds: number
}
