import { messageOf } from '../../errors.js'
import { shownValue } from '../../options/shown-value.js'
import type { CallOutcome } from '../../rewards/call-within.js'
import { scoredBy } from '../../rewards/score-sample.js'
import type { PlayEpisode, Reward, Scored } from '../../trip.js'
import { guardedCall } from './guarded-call.js'
import { type EpisodeStep, LiveEpisodes } from './live-episodes.js'
import { finishReasonOf, readJsonObject, readRewardRequest } from './reward-request.js'
import { stripEndOfTurn } from './strip-end-of-turn.js'
import type { RewardThreadData, ThreadAnswer, ThreadJob } from './thread-messages.js'
import { rowOfLabel, type TrainerRow } from './trainer-row.js'

/** What the user's bundled module exports. */
export interface RewardModule {
  readonly reward?: Reward
  readonly episode?: PlayEpisode
}

/** Details of one sample that are kept at most, characters of JSON; a reward that returns more keeps its score only. */
const MAX_DETAILS = 256 * 1024

/** What one call is about, for sentences and the log. */
interface Subject {
  readonly id: number
  readonly row: TrainerRow
  readonly startedMs: number
  readonly logged: Readonly<Record<string, unknown>>
}

/** Makes the function that does the jobs of a thread; it calls `answer` once for each, at once for a synchronous reward. */
export function jobAnswerer(
  module: RewardModule,
  options: Omit<RewardThreadData, 'pulse' | 'rewardFile'> & { readonly pulse: Int32Array },
  answer: (answer: ThreadAnswer) => void,
): (job: ThreadJob) => void {
  const { rewardName, timeLimitMs, endOfTurn, unscorableScore, pulse } = options
  const episodes = new LiveEpisodes()
  const refuse = (id: number, status: number, error: string) =>
    answer({ id, status, body: JSON.stringify({ error }), logLine: null, fault: null })

  const finish = (subject: Subject, outcome: CallOutcome<unknown>, extra: Readonly<Record<string, unknown>> = {}) => {
    const ms = Math.round((performance.now() - subject.startedMs) * 100) / 100
    const base = { row: subject.row.index, ms, ...subject.logged }
    try {
      const { score, details } = withinPolicy(readOutcome(outcome, subject.row), subject.row)
      const told = detailsText(details)
      const head = JSON.stringify({ ...extra, score })
      // Joined as text: details of one sample may be long, and their names must not cover ours.
      const body = told === '{}' ? head : `${told.slice(0, -1)},${head.slice(1)}`
      answer({ id: subject.id, status: 200, body, logLine: logLine({ ...base, score }, told), fault: null })
    } catch (error) {
      const fault = messageOf(error)
      answer({ id: subject.id, status: 500, body: '', logLine: logLine({ ...base, error: fault }, '{}'), fault })
    }
  }

  const readOutcome = (outcome: CallOutcome<unknown>, row: TrainerRow): Scored => {
    const where = placeOf(row)
    switch (outcome.kind) {
      case 'returned':
        return scoredBy(outcome.value, rewardName, where)
      case 'threw': {
        const next = 'fix it, or return null when it cannot be scored'
        throw new Error(`reward "${rewardName}" threw for ${where}: ${messageOf(outcome.error)}; ${next}`)
      }
      case 'too-slow':
        throw new Error(tooSlow(rewardName, where, timeLimitMs))
    }
  }

  const withinPolicy = (scored: Scored, row: TrainerRow) => {
    if (scored.kind === 'scored') return scored
    if (unscorableScore !== null) return { score: unscorableScore, details: { ...scored.details, unscorable: true } }
    const next = 'a trainer elsewhere cannot drop a sample, so say what it then gets with --unscorable-score'
    throw new Error(`reward "${rewardName}" returned null for ${placeOf(row)}; ${next}`)
  }

  const score = (job: ThreadJob, reward: Reward) => {
    const { sample, rawResponse } = readRewardRequest(job.text, endOfTurn)
    const { response } = sample
    const logged = rawResponse === response ? { response } : { response, rawResponse }
    const row = { ...sample.row, messages: sample.messages }
    const subject = { id: job.id, row, startedMs: performance.now(), logged }
    guardedCall(
      pulse,
      job.id,
      timeLimitMs,
      () => reward(sample),
      (outcome) => finish(subject, outcome),
    )
  }

  const step = (job: ThreadJob, episode: string, row: TrainerRow, take: () => Promise<EpisodeStep>) => {
    const startedMs = performance.now()
    guardedCall(pulse, job.id, timeLimitMs, take, (outcome) => {
      const made = outcome.kind === 'returned' ? (outcome.value as EpisodeStep) : null
      if (made?.kind === 'say') {
        const body = JSON.stringify({ episode, done: false, messages: made.messages })
        answer({ id: job.id, status: 200, body, logLine: null, fault: null })
        return
      }
      const turns = episodes.get(episode)?.turns ?? []
      episodes.end(episode)
      const logged = { response: turns.at(-1)?.response ?? '', turns }
      const result = made === null ? outcome : { kind: 'returned' as const, value: made.result }
      finish({ id: job.id, row, startedMs, logged }, result, { episode, done: true })
    })
  }

  const turn = (job: ThreadJob, episode: string) => {
    const live = episodes.get(episode)
    if (live === undefined) {
      refuse(job.id, 404, `there is no episode "${episode}" (any more); begin one with POST /episode`)
      return
    }
    const { response, finish_reason, is_last } = readJsonObject(job.text)
    if (typeof response !== 'string') throw new Error('"response" must be a text: what the model wrote in this turn')
    const text = stripEndOfTurn(response, endOfTurn)
    const finishReason = finishReasonOf(finish_reason, text !== response)
    const isLast = is_last === true || finishReason === 'length'
    step(job, episode, live.row, () => live.answer({ text, finishReason, isLast }))
  }

  return (job) => {
    const { reward, episode: play } = module
    const { id, route, episode = '' } = job
    try {
      if (route === 'turn') turn(job, episode)
      else if (route === 'score' && reward !== undefined) score(job, reward)
      else if (route === 'begin' && play !== undefined) {
        const { prompt, label } = readJsonObject(job.text)
        const row = rowOfLabel(label, typeof prompt === 'string' ? prompt : '')
        step(job, episode, row, () => episodes.begin(episode, row, play))
      } else refuse(id, 404, `this server has no ${route === 'score' ? 'reward' : 'environment'}`)
    } catch (error) {
      // Only reading the request throws here: what the reward does is caught at its call.
      refuse(id, 400, messageOf(error))
    }
  }
}

/** Says that a call took too long. */
export function tooSlow(rewardName: string, where: string, timeLimitMs: number): string {
  const next = 'make it faster, end its loops, or raise its time limit (rewardTimeLimitMs, or --time-limit-ms)'
  return `reward "${rewardName}" did not finish ${where} within ${timeLimitMs / 1000} s; ${next}`
}

/** Names a row for sentences. */
export function placeOf(row: Pick<TrainerRow, 'index' | 'input'>): string {
  return `row ${row.index} (${shownValue(row.input, 40)})`
}

/** Throws an Error when details cannot be written as JSON, which is a fault of the reward. */
function detailsText(details: Readonly<Record<string, unknown>>): string {
  let text: string
  try {
    text = JSON.stringify(details)
  } catch (error) {
    throw new Error(`the details that the reward returned cannot be written as JSON: ${messageOf(error)}`)
  }
  if (!text.startsWith('{')) throw new Error('the details that the reward returned have a toJSON() of their own')
  if (text.length <= MAX_DETAILS) return text
  return JSON.stringify({ detailsLeftOut: `${text.length} characters of JSON` })
}

function logLine(facts: Readonly<Record<string, unknown>>, details: string): string {
  const text = JSON.stringify(facts)
  return details === '{}' ? text : `${text.slice(0, -1)},"details":${details}}`
}
