import { EXIT_STOPPED, EXIT_TIMED_OUT } from '../../compute/host.js'
import { type Boundary, GymError } from '../../errors.js'
import type { RunState } from '../../store/records.js'

/** Exit codes of the entry script beside those of the training itself. */
export const entryExitCodes = {
  rewardBroke: 70,
  rewardNotStarted: 71,
  rayNotStarted: 72,
  jobLost: 73,
  budget: 75,
  told: 143,
} as const

/** What is known of an end when it is described. */
export interface EndFacts {
  readonly trainingRunId: string
  readonly exitCode: number
  /** Exit code that the machine said itself, as its last words; null when it said none. */
  readonly saidCode: number | null
  /** What the machine itself said of a failure; null when it said nothing. */
  readonly why: string | null
  /** True when somebody asked the gym to stop it. */
  readonly wasStopAsked: boolean
  /** The last lines of output, oldest first. */
  readonly tail: readonly string[]
}

/** How a run ended. */
export interface RunEnd {
  readonly state: Exclude<RunState, 'running'>
  /** Null for a run that is complete. */
  readonly failure: GymError | null
}

/**
 * Says how a run ended, by its exit code; what was printed only explains it. But 0 counts only with the machine's own word for
 * it: hosts give it also for a machine that was lost, or never began.
 */
export function describeEnd(facts: EndFacts): RunEnd {
  const { saidCode, why, wasStopAsked } = facts
  const exitCode = facts.exitCode === 0 ? (saidCode ?? EXIT_STOPPED) : facts.exitCode
  const known = why === null ? '' : `: ${why}`
  switch (exitCode) {
    case 0:
      return { state: 'completed', failure: null }
    case EXIT_TIMED_OUT:
      return end(facts, 'interrupted', 'provider', 'run-timed-out', 'ran out of the time that its machine had')
    case EXIT_STOPPED:
    case entryExitCodes.told:
      return wasStopAsked
        ? end(facts, 'interrupted', 'interrupted', 'run-stopped', 'was stopped')
        : end(
            facts,
            'interrupted',
            'provider',
            'machine-lost',
            'ended without a word: its machine was lost, or stopped',
          )
    case entryExitCodes.budget:
      return end(facts, 'interrupted', 'interrupted', 'budget-reached', 'has used up its time or money and stopped')
    case entryExitCodes.rewardBroke:
      return end(facts, 'failed', 'reward', 'reward-failed', `was ended by its reward${known}`)
    case entryExitCodes.rewardNotStarted:
      return end(facts, 'failed', 'reward', 'reward-not-loaded', `could not start its reward${known}`)
    case entryExitCodes.rayNotStarted:
      return end(facts, 'failed', 'provider', 'ray-not-started', `could not start Ray on its machine${known}`)
    case entryExitCodes.jobLost:
      return end(facts, 'interrupted', 'provider', 'job-lost', `lost its training${known}`)
    default: {
      const what = why ?? `the training ended with exit code ${exitCode}`
      return end(facts, 'failed', 'engine', 'training-failed', `failed: ${what}`)
    }
  }
}

/** Codes of ends that the last lines explain; before a reward has started, they are what its server printed. */
const unexplained: readonly string[] = [
  'training-failed',
  'ray-not-started',
  'machine-lost',
  'job-lost',
  'reward-not-loaded',
]

function end(
  { trainingRunId, tail }: EndFacts,
  state: RunEnd['state'],
  boundary: Boundary,
  code: string,
  what: string,
): RunEnd {
  const lines = unexplained.includes(code) && tail.length > 0 ? `; its last lines:\n${tail.join('\n')}` : ''
  const next = state === 'interrupted' ? '; continue it with train({ resume })' : ''
  return { state, failure: new GymError(boundary, code, `run ${trainingRunId} ${what}${next}${lines}`) }
}
