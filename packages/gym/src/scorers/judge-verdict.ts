import { z } from 'zod'
import { shownValue } from '../options/shown-value.js'
import { fencedBlocks } from './fenced-blocks.js'

export type Verdict = { readonly score: number; readonly reason: string } | { readonly problem: string }

/**
 * Reads a judge's answer: one JSON object with exactly `reason` and a whole `score` from 0 to `maxScore`, by itself or in
 * one fenced block, after any `</think>`. Nothing is guessed from prose.
 */
export function readVerdict(answer: string, maxScore: number): Verdict {
  const said = (answer.split('</think>').at(-1) ?? '').trim()
  const blocks = said.startsWith('```') ? fencedBlocks(said) : []
  const [block] = blocks
  const text = blocks.length === 1 && block !== undefined ? block.text : said
  const schema = z.strictObject({ reason: z.string(), score: z.int().min(0).max(maxScore) })
  const parsed = schema.safeParse(jsonIn(text))
  if (parsed.success) return { score: parsed.data.score, reason: parsed.data.reason.slice(0, 500) }
  return { problem: `the judge answered ${shownValue(answer, 200)}, not {"reason", "score": 0 to ${maxScore}}` }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
