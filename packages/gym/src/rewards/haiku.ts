import type { RewardSample } from '../trip.js'
import { namesTopic } from './names-topic.js'
import { scoreHaiku } from './score-haiku.js'

/** Scores a haiku by its form; details say whether it is exact and whether it names its topic. The reward "haiku". */
export function haiku({ response, row }: RewardSample) {
  const score = scoreHaiku(response)
  return { score, exact: score === 0, topic: namesTopic(response, row.input) }
}
