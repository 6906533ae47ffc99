import type { OwnSlimeOptions } from './own-options.js'
import type { RunPaths } from './run-paths.js'

export interface EntryRequest {
  readonly trainingRunId: string
  readonly paths: RunPaths
  readonly gpuCount: number
  /** Address that the reward server listens at; null leaves it to the machine that the run starts on. */
  readonly address: string | null
  readonly rewardPort: number
  readonly options: OwnSlimeOptions
}

/** Returns the variables by which the entry script learns its run and the reward server its policy. */
export function entryEnvironment(request: EntryRequest): Record<string, string> {
  const { trainingRunId, paths, gpuCount, address, rewardPort, options } = request
  const flags = rewardServerFlags(options)
  return {
    GYM_RUN: trainingRunId,
    GYM_DATA: paths.data,
    GYM_CKPT: paths.checkpoints,
    GYM_GPUS: String(gpuCount),
    ...(address !== null && { GYM_REWARD_HOST: address }),
    GYM_REWARD_PORT: String(rewardPort),
    ...(flags !== '' && { GYM_REWARD_FLAGS: flags }),
  }
}

/** Numbers only, since the script splits them at spaces. */
function rewardServerFlags({ onRewardError, unscorableScore, rewardTimeLimitMs }: OwnSlimeOptions): string {
  const flags: string[] = []
  if (rewardTimeLimitMs !== undefined) flags.push(`--time-limit-ms=${rewardTimeLimitMs}`)
  if (typeof onRewardError === 'object') {
    flags.push(`--error-score=${onRewardError.score}`, `--max-errors=${onRewardError.max ?? 100}`)
  }
  if (unscorableScore !== undefined) flags.push(`--unscorable-score=${unscorableScore}`)
  return flags.join(' ')
}
