import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import { namesTopic } from '../rewards/names-topic.js'
import { scoreHaiku } from '../rewards/score-haiku.js'
import type { Reward } from '../trip.js'
import { nameScorer } from './name-scorer.js'
import { referenceTexts } from './reference-of.js'

export interface HaikuScorerOptions {
  /** Column that holds the topic. Default: the row's input. */
  readonly topicColumn?: string | undefined
}

const schema = z.strictObject({ topicColumn: z.string().min(1).optional() })

/**
 * Makes the haiku scorer: 0 for a 5-7-5 haiku, minus one for each syllable off, -10 for anything but three lines.
 * Details: `exact`, and `topic` (the text names its topic).
 *
 * @example
 * new EvalConfig({ dataset: new HaikuTopics(), reward: haikuScorer() })
 */
export function haikuScorer(options: HaikuScorerOptions = {}): Reward {
  const { topicColumn } = parseOptions(schema, options, 'haikuScorer()')
  return nameScorer('haiku', ({ response, row }) => {
    const score = scoreHaiku(response)
    const topics = topicColumn === undefined ? [row.input] : referenceTexts(row, topicColumn)
    return { score, exact: score === 0, topic: topics.some((topic) => namesTopic(response, topic)) }
  })
}
