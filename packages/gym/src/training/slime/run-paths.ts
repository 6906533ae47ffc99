/** Where a run finds and leaves its files, inside the machine that trains. */
export interface RunPaths {
  /** Folder of what was uploaded. */
  readonly data: string
  /** Folder of checkpoints, samples and logs; on a volume that outlives the machine. */
  readonly checkpoints: string
  /** Hugging Face folder of the weights to start from. */
  readonly hfCheckpoint: string
}

/** Returns the file of the rows that a run is evaluated on while it trains. */
export function evalFile({ data }: Pick<RunPaths, 'data'>): string {
  return `${data}/eval.jsonl`
}

/** Returns the usual places of a run; `modelName` is the short name, e.g. `Qwen3-4B`. */
export function runPaths(trainingRunId: string, modelName: string): RunPaths {
  return {
    data: `/data/${trainingRunId}`,
    checkpoints: `/checkpoints/${trainingRunId}`,
    hfCheckpoint: `/models/${modelName}`,
  }
}
