import type { DatasetRow, Message, RewardResult } from '../../trip.js'

/** What the model wrote in one turn. */
export interface EpisodeTurn {
  /** The model's text, end-of-turn tokens removed. */
  readonly text: string
  readonly finishReason: 'stop' | 'length'
  /** True when no tokens are left for another turn: the episode must be scored now. */
  readonly isLast: boolean
}

/** One conversation of the model with an environment, from its prompt to its score. */
export interface Episode {
  readonly row: DatasetRow
  /** The messages of the prompt. */
  readonly messages: readonly Message[]
  /**
   * Lets the model write its next turn: the first one to the prompt, each further one after these messages, such as a
   * user's answer. Its tokens are trained on, those of the messages are not. Throws after a turn that `isLast`.
   */
  say(...messages: readonly Message[]): Promise<EpisodeTurn>
}

/**
 * Plays an environment: lets the model speak, answers, and scores what came of it.
 *
 * @example
 * const guess = async ({ row, say }) => {
 *   let turn = await say()
 *   for (let tries = 1; tries < 4 && !turn.isLast; tries++) {
 *     if (turn.text.includes(String(row.output))) return 1 / tries
 *     turn = await say({ role: 'user', content: 'No. Try again.' })
 *   }
 *   return 0
 * }
 */
export type PlayEpisode = (episode: Episode) => RewardResult | Promise<RewardResult>
