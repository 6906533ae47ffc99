/**
 * The words of the trip, in the order in which a reader meets them:
 * row -> messages -> prompt -> samples (a group) -> scores -> advantages -> loss -> step -> checkpoint
 * -> deployment -> eval result -> comparison.
 */

/** One chat message. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string
}

/** One row of a dataset. */
export interface DatasetRow {
  /** 0-based position in the source. */
  readonly index: number
  /** The text that fills `{input}` of the prompt template. */
  readonly input: string
  /** The reference answer, where the dataset has one. */
  readonly output?: string | undefined
  /** Every column as it was read. */
  readonly columns: Readonly<Record<string, unknown>>
}

/** What a reward sees of one sample: never an end-of-turn token, never ids. */
export interface RewardSample {
  readonly row: DatasetRow
  readonly messages: readonly Message[]
  /** The model's text, end-of-turn tokens removed, otherwise untouched. */
  readonly response: string
  readonly finishReason: 'stop' | 'length'
  /** 0-based place inside its group. */
  readonly sampleIndex: number
}

/**
 * A score, or `null` for "cannot be scored" (dropped and counted, never a zero). With an object, numeric and boolean
 * details are averaged and shown beside the score (`{ score, exact: score === 0, topic: true }`).
 */
export type RewardResult = number | null | ({ readonly score: number | null } & Readonly<Record<string, unknown>>)

/** One function, used by eval and by training alike. */
export type Reward = (sample: RewardSample) => RewardResult | Promise<RewardResult>

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

/** What became of one call of a reward. */
export type Scored =
  | { readonly kind: 'scored'; readonly score: number; readonly details: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unscorable'; readonly details: Readonly<Record<string, unknown>> }

/** Numeric view of a reward's details: booleans count as 0 and 1, everything else is left out. */
export function numericDetails(details: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers: Record<string, number> = {}
  for (const [name, value] of Object.entries(details)) {
    if (typeof value === 'boolean') numbers[name] = value ? 1 : 0
    else if (typeof value === 'number' && Number.isFinite(value)) numbers[name] = value
  }
  return numbers
}

/** How varied a set of texts is: a score is never shown without it, since a policy can win by repeating itself. */
export interface Diversity {
  /** Distinct word pairs over all word pairs, 0 to 1. */
  readonly distinct2: number
  /** The commonest line at any one place (first, second, ... line) and the share of texts that have it there. */
  readonly topLine: { readonly text: string; readonly share: number }
  /** Distinct texts over texts. */
  readonly uniqueShare: number
}
