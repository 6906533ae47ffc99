import type { HostKind } from '../../../compute/host.js'
import type { ModelFacts } from '../../../models/model.js'
import type { SlimeFlags } from '../generated/slime-flags.js'

/** All that a rule may look at, before anything is started. */
export interface PlannedRun {
  /** The flags of the run, all sources merged. */
  readonly flags: SlimeFlags
  readonly host: HostKind
  readonly gpuCount: number
  readonly modelName: string
  readonly facts: ModelFacts | undefined
  readonly datasetName: string
  /** Rows of the dataset; null where they were not read. */
  readonly rows: number | null
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
