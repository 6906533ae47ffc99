import type { SampleRecord } from '../../store/records.js'

/** Why a person should read a sample first. */
export type Suspicion = 'long' | 'duplicate' | 'off-topic' | 'cut-off' | 'unscorable'

/** A response this many times longer than half of the others is very long. */
const LONG_FACTOR = 2
/** The share of a step's scored samples whose scores count as top. */
const TOP_SHARE = 0.1
/** Words of a prompt that this share of the other prompts has too belong to the template. */
const TEMPLATE_SHARE = 0.5
/** Characters below which a word tells no topic. */
const SHORTEST_WORD = 4
const WORDS_READ = 10_000

/**
 * Marks the samples of one step that look wrong: far longer than the rest, the same text as another, cut off, without a
 * score, or among the best scores without one word of what its own prompt asks for. A mark is a reason to read, no proof.
 */
export function suspicionsOf(samples: readonly SampleRecord[]): Map<SampleRecord, Suspicion[]> {
  const lengths = samples.map(({ tokenIds }) => tokenIds.length).sort((a, b) => a - b)
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0
  const scores = samples.flatMap(({ score }) => (score === null ? [] : [score])).sort((a, b) => b - a)
  const top = scores[Math.max(0, Math.ceil(scores.length * TOP_SHARE) - 1)] ?? Number.POSITIVE_INFINITY
  const isSpread = scores[0] !== scores.at(-1)
  const topicOf = topicWords(samples)
  const times = textCounts(samples)
  return new Map(
    samples.map((sample) => {
      const { response, score, tokenIds, finishReason, input } = sample
      const marks: Suspicion[] = []
      if (tokenIds.length > LONG_FACTOR * median) marks.push('long')
      if ((times.get(response) ?? 0) > 1) marks.push('duplicate')
      if (score !== null && isSpread && score >= top && isOffTopic(topicOf.get(input), response))
        marks.push('off-topic')
      if (finishReason === 'length') marks.push('cut-off')
      if (score === null) marks.push('unscorable')
      return [sample, marks]
    }),
  )
}

/** Counts how often each text was written in a step. */
export function textCounts(samples: readonly Pick<SampleRecord, 'response'>[]): Map<string, number> {
  const times = new Map<string, number>()
  for (const { response } of samples) times.set(response, (times.get(response) ?? 0) + 1)
  return times
}

function isOffTopic(topic: ReadonlySet<string> | undefined, response: string): boolean {
  if (topic === undefined || topic.size === 0) return false
  // A text counts as on topic when it has a word of it in any form: "rains" for "rain".
  const said = response.slice(0, WORDS_READ).toLowerCase()
  return ![...topic].some((word) => said.includes(word))
}

/** Finds the words of each prompt that most other prompts of the step do not have. */
function topicWords(samples: readonly SampleRecord[]): Map<string, Set<string>> {
  const prompts = new Map(samples.map(({ input }) => [input, wordsOf(input)]))
  const counts = new Map<string, number>()
  for (const words of prompts.values()) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  const isTemplate = (word: string) => prompts.size > 1 && (counts.get(word) ?? 0) > prompts.size * TEMPLATE_SHARE
  for (const words of prompts.values()) for (const word of words) if (isTemplate(word)) words.delete(word)
  return prompts
}

function wordsOf(text: string): Set<string> {
  const words =
    text
      .slice(0, WORDS_READ)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return new Set(words.filter((word) => word.length >= SHORTEST_WORD))
}
