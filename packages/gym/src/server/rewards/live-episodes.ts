import type { EpisodeTurn, Message, PlayEpisode, RewardResult } from '../../trip.js'
import type { TrainerRow } from './trainer-row.js'

/** What the environment did with a request: it wants another turn of the model, or it is done. */
export type EpisodeStep =
  | { readonly kind: 'say'; readonly messages: readonly Message[] }
  | { readonly kind: 'done'; readonly result: RewardResult }

/** An episode under way. */
export interface LiveEpisode {
  readonly row: TrainerRow
  /** What was said so far, for the log. */
  readonly turns: { readonly messages: readonly Message[]; response: string }[]
  /** Gives the environment the turn that it waits for; resolves with what it does then. */
  answer(turn: EpisodeTurn): Promise<EpisodeStep>
}

/** More episodes than this are not kept: a trainer that drops samples never ends them. */
const MAX_EPISODES = 4096

/** Keeps the episodes of one thread, the oldest of which is given up when there are too many. */
export class LiveEpisodes {
  readonly #live = new Map<string, LiveEpisode>()

  get(id: string): LiveEpisode | undefined {
    return this.#live.get(id)
  }

  end(id: string): void {
    this.#live.delete(id)
  }

  /** Begins an episode and resolves with what the environment does first. */
  begin(id: string, row: TrainerRow, play: PlayEpisode): Promise<EpisodeStep> {
    const [oldest] = this.#live.keys()
    if (this.#live.size >= MAX_EPISODES && oldest !== undefined) this.#live.delete(oldest)
    const { episode, first } = startEpisode(row, play)
    this.#live.set(id, episode)
    return first
  }
}

function startEpisode(row: TrainerRow, play: PlayEpisode): { episode: LiveEpisode; first: Promise<EpisodeStep> } {
  let told: { resolve: (step: EpisodeStep) => void; reject: (error: unknown) => void } | null = null
  let waiting: ((turn: EpisodeTurn) => void) | null = null
  let isOver = false
  const turns: LiveEpisode['turns'] = []
  const nextStep = () => new Promise<EpisodeStep>((resolve, reject) => (told = { resolve, reject }))

  const say = (...messages: readonly Message[]) => {
    if (isOver) throw new Error('say() after the last turn: no tokens are left, return a score when isLast is true')
    if (waiting !== null || told === null) throw new Error('say() while another say() waits; await each one')
    if (turns.length === 0 && messages.length > 0)
      throw new Error('the first say() takes no messages; the row has them')
    const turn = new Promise<EpisodeTurn>((resolve) => (waiting = resolve))
    turns.push({ messages, response: '' })
    told.resolve({ kind: 'say', messages })
    return turn
  }

  const first = nextStep()
  const { messages, ...datasetRow } = row
  // Called here and not in a microtask, so that the thread's watchdog sees whose call holds it.
  const settle = (result: RewardResult) => told?.resolve({ kind: 'done', result })
  const fail = (error: unknown) => told?.reject(error)
  try {
    const played = play({ row: datasetRow, messages, say: async (...said) => await say(...said) })
    if (played instanceof Promise) played.then(settle, fail)
    else settle(played)
  } catch (error) {
    fail(error)
  }

  const answer = (turn: EpisodeTurn): Promise<EpisodeStep> => {
    const resume = waiting
    const last = turns.at(-1)
    if (resume === null || last === undefined) return Promise.reject(new Error('the episode waits for no turn'))
    waiting = null
    isOver = turn.isLast
    last.response = turn.text
    const step = nextStep()
    resume(turn)
    return step
  }
  return { episode: { row, turns, answer }, first }
}
