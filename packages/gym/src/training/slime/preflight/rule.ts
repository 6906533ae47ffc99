import type { HostKind } from '../../../compute/host.js'
import type { ModelFacts } from '../../../models/model.js'
import type { SlimeFlags } from '../generated/slime-flags.js'

/** Rows that a run is evaluated on while it trains. */
export interface PlannedEvaluation {
  readonly datasetName: string
  /** Null where they were not read. */
  readonly rows: number | null
  readonly appliesChatTemplate: boolean
  /** Their file in the training machine. */
  readonly path: string
}

/** All that a rule may look at, before anything is started. */
export interface PlannedRun {
  /** The flags of the run, all sources merged. */
  readonly flags: SlimeFlags
  readonly host: HostKind
  readonly gpuCount: number
  /** The provider's name of the GPU, e.g. `H100`; null where it is not known. */
  readonly gpuType: string | null
  /** Variables that the recipe sets. */
  readonly variables: Readonly<Record<string, string>>
  readonly modelName: string
  readonly facts: ModelFacts | undefined
  readonly datasetName: string
  /** Rows of the dataset; null where they were not read. */
  readonly rows: number | null
  readonly appliesChatTemplate: boolean
  /** What is evaluated on while the run trains; null where the gym was given nothing. */
  readonly evaluation: PlannedEvaluation | null
  readonly hasReward: boolean
  readonly playsEpisodes: boolean
  readonly image: string
}

/** One thing that goes wrong on GPUs and can be told before. */
export interface PreflightRule {
  readonly name: string
  /** An `error` refuses the run; a `notice` is shown and the run goes on. */
  readonly severity: 'error' | 'notice'
  /** The sentence a user reads, or undefined where all is well. */
  problem(run: PlannedRun): string | undefined
}
