import type { Diversity } from '../trip.js'
import { nonEmptyLines } from './score-haiku.js'

/**
 * Measures how varied texts are: distinct word pairs, distinct texts, and the line that most texts share at one place.
 *
 * Lines are compared place by place among the texts with the most frequent number of lines, since a policy can lock lines
 * two and three alone; the share is of all texts. No texts, or texts without lines, give zeros.
 */
export function diversityOf(texts: readonly string[]): Diversity {
  const pairs = texts.flatMap(wordPairs)
  return {
    distinct2: new Set(pairs).size / Math.max(1, pairs.length),
    topLine: commonestLine(texts),
    uniqueShare: new Set(texts).size / Math.max(1, texts.length),
  }
}

function wordPairs(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z']+/g) ?? []
  return words.slice(1).map((word, at) => `${words[at]} ${word}`)
}

function commonestLine(texts: readonly string[]): Diversity['topLine'] {
  const poems = texts.map(nonEmptyLines).filter((lines) => lines.length > 0)
  const height = mostFrequent(poems.map((lines) => lines.length)).value ?? 0
  const shaped = poems.filter((lines) => lines.length === height)
  let top = { text: '', count: 0 }
  for (let place = 0; place < height; place++) {
    const { value, count } = mostFrequent(shaped.map((lines) => lines[place] ?? ''))
    if (value !== undefined && count > top.count) top = { text: value, count }
  }
  return { text: top.text, share: top.count / Math.max(1, texts.length) }
}

/** The value that occurs most often; the first of several. */
function mostFrequent<Value>(values: readonly Value[]): { value: Value | undefined; count: number } {
  const counts = new Map<Value, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let most: { value: Value | undefined; count: number } = { value: undefined, count: 0 }
  for (const [value, count] of counts) if (count > most.count) most = { value, count }
  return most
}
