import { GymError } from '../errors.js'
import { diversityOf } from '../rewards/diversity.js'
import { toldOfUnscored } from '../rewards/storable-details.js'
import type { EvalRowRecord } from '../store/records.js'
import type { Diversity } from '../trip.js'
import { type Gate, type GateResult, intervalSeed, judgeGates } from './gates.js'
import { rowsByScorer, type ScorerSummary, type ScoreSummary, summariseScores } from './summarise-scores.js'

/** What the rows of an evaluation come to; the scores at the top level are the main scorer's. */
export interface RowsSummary extends ScoreSummary {
  /** How varied the responses are; without it a mean does not tell a better model from one that repeats itself. */
  readonly diversity: Diversity
  /** Every scorer by itself, the main one first. */
  readonly scorers: readonly ScorerSummary[]
  /** What became of each gate; empty where none was set. */
  readonly gates: readonly GateResult[]
}

/** What an evaluation was asked to find out. */
export interface RowsQuestion {
  readonly name: string
  /** Seed of the evaluation. */
  readonly seed: number
  /** Names of the scorers, the main one first. */
  readonly scorers: readonly string[]
  readonly nSamples: number
  readonly passThreshold: number | undefined
  readonly gate: Gate
}

/** Sums up rows. Throws GymError when the main scorer scored none, saying why. */
export function summariseRows(rows: readonly EvalRowRecord[], question: RowsQuestion): RowsSummary {
  const { name, seed, scorers: names, gate } = question
  const scorers = names.map((scorer, place) => ({
    name: scorer,
    ...summariseScores(place === 0 ? rows : rowsByScorer(rows, scorer), {
      ...question,
      seed: intervalSeed(seed, scorer, names),
    }),
  }))
  const [main] = scorers
  if (main === undefined || main.mean === null || main.ci === null) throw nothingScored(name, rows)
  const { name: _, mean, ci, ...counts } = main
  return {
    mean,
    ci,
    ...counts,
    diversity: diversityOf(rows.filter(hasResponse).map((row) => row.response)),
    scorers,
    gates: judgeGates(gate, rows, { names, seed }),
  }
}

/** Diversity is that of the responses the main scorer took. */
function hasResponse({ failure }: EvalRowRecord): boolean {
  return failure === null
}

function nothingScored(name: string, rows: readonly EvalRowRecord[]): GymError {
  const failed = rows.filter((row) => row.failure !== null)
  const first = failed[0]?.failure
  if (rows.length === 0) {
    return new GymError('data', 'nothing-scored', `evaluation "${name}" has no response yet; run it again`)
  }
  if (first === undefined || first === null) {
    const message = `none of the ${rows.length} responses of evaluation "${name}" could be scored: the scorer returned null for each${toldOfUnscored(rows.map(({ metadata }) => metadata))}; see what it expects of a response`
    return new GymError('reward', 'nothing-scored', message)
  }
  const abstained = rows.length - failed.length
  const rest = abstained === 0 ? '' : ` and the scorer returned null for ${abstained}`
  const message = `none of the ${rows.length} responses of evaluation "${name}" was scored: ${failed.length} failed${rest}; the first failure: ${first.message}`
  return new GymError(first.boundary, 'nothing-scored', message)
}
