/** What a reward thread is started with. */
export interface RewardThreadOptions {
  /** Absolute path of the bundled module with the export `reward`, `episode` or both. */
  readonly rewardFile: string
  /** Name of the reward for messages. */
  readonly rewardName: string
  /** How long one call may hold the thread, and again how long its promise may take, milliseconds. */
  readonly timeLimitMs: number
  /** What ends a turn in the model's text. */
  readonly endOfTurn: readonly string[]
  /** What to answer when a sample cannot be scored (null); null makes that a fault. */
  readonly unscorableScore: number | null
}

export interface RewardThreadData extends RewardThreadOptions {
  /** Three int32: see `Pulse`. */
  readonly pulse: SharedArrayBuffer
}

/** Places in the memory that a thread shares with its watcher. */
export const Pulse = {
  /** When the thread last came round to its event loop or began a call, milliseconds of the machine's steady clock. */
  beat: 0,
  /** Id of the call that holds the thread now; 0 for none. */
  current: 1,
  /** Id of the call that was begun last. */
  lastBegun: 2,
} as const

/** Reads the clock that all threads of a process share, milliseconds, wrapped to int32. */
export function steadyMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n) | 0
}

/** One call: scores a response, begins an episode, or plays one turn of it. */
export interface ThreadJob {
  /** Rises by one from 1 in each thread. */
  readonly id: number
  readonly route: 'score' | 'begin' | 'turn'
  /** The episode, for `turn`. */
  readonly episode?: string
  /** Body of the request. */
  readonly text: string
}

/** What became of one call. */
export interface ThreadAnswer {
  readonly id: number
  /** HTTP status: 200, 400 for a bad request, 404 for an episode that is gone. */
  readonly status: number
  /** Body of the answer, JSON. Of no use when there is a fault. */
  readonly body: string
  /** The sample as one line of JSON for the log; null when nothing was scored. */
  readonly logLine: string | null
  /** Sentence that names reward, sample and value when the reward broke; null when it did its work. */
  readonly fault: string | null
}

export type ThreadMessage =
  | { readonly kind: 'ready'; readonly offers: readonly ('reward' | 'episode')[] }
  | { readonly kind: 'answers'; readonly answers: readonly ThreadAnswer[] }
