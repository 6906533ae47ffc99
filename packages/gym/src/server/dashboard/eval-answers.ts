import { z } from '@hono/zod-openapi'
import type { EvalRecord, EvalRowRecord } from '../../store/records.js'
import type { Eval, EvalRow, EvalSummary } from './eval-schemas.js'
import { finiteJson } from './finite-json.js'
import { shownText } from './shown-text.js'

/** Zod's own numbers are finite; the interval of a single response is not. */
const anyNumber = z.custom<number>((value) => typeof value === 'number')

/** What this page reads of a recorded summary; other versions may have recorded more. */
const recordedSummary = z.object({
  mean: anyNumber,
  ci: z.tuple([anyNumber, anyNumber]),
  total: z.int(),
  scored: z.int(),
  abstained: z.int(),
  failed: z.int(),
  details: z.record(z.string(), anyNumber).catch({}),
  diversity: z.object({ distinct2: z.number() }),
  passAtK: z
    .array(z.object({ k: z.int(), mean: anyNumber, ci: z.tuple([anyNumber, anyNumber]), passThreshold: anyNumber }))
    .catch([]),
})

/** Turns what an evaluation came to into its answer, e.g. an EvalResult or the summary kept of one; null when it is none. */
export function resultAnswer(summary: unknown): EvalSummary['result'] {
  const read = recordedSummary.safeParse(summary)
  if (!read.success) return null
  const { mean, ci, details, diversity, passAtK, total, scored, abstained, failed } = read.data
  return {
    ...finiteJson({ mean, ci, details, distinct2: diversity.distinct2 }),
    passAtK: passAtK.map(({ k, ...pass }) => ({ k, ...finiteJson(pass) })),
    total,
    scored,
    abstained,
    failed,
  }
}

/** Turns the record of an evaluation into its line in the list. */
export function evalAnswer(record: EvalRecord): EvalSummary {
  const { evalId, state, name, model, modelPath, createdAt, finishedAt, error, summary } = record
  return { evalId, state, name, model, modelPath, createdAt, finishedAt, error, result: resultAnswer(summary) }
}

/** Tells whether a row was scored, abstained or failed. */
export function kindOfRow({ failure, score }: EvalRowRecord): 'scored' | 'abstained' | 'failed' {
  if (failure !== null) return 'failed'
  return score === null ? 'abstained' : 'scored'
}

/** Turns a row of an evaluation into its answer. */
export function rowAnswer(row: EvalRowRecord): EvalRow {
  const { rowIndex, sampleIndex, prompt, response, score, metadata, finishReason, tokens, failure } = row
  return {
    rowIndex,
    sampleIndex,
    prompt: shownText(prompt),
    response: shownText(response),
    score: finiteJson(score),
    metadata: finiteJson(metadata),
    finishReason,
    tokens,
    failure,
  }
}

/** Tells what an evaluation consists of: prompts that have a score, on which the interval rests, and samples of each row. */
export function sizesOf(rows: readonly EvalRowRecord[]): Pick<Eval, 'prompts' | 'nSamples' | 'hasTokens'> {
  const scored = rows.filter(({ score }) => score !== null)
  return {
    prompts: new Set(scored.map(({ promptKey }) => promptKey)).size,
    nSamples: rows.reduce((most, { sampleIndex }) => Math.max(most, sampleIndex + 1), 1),
    hasTokens: rows.some(({ tokens }) => tokens !== null),
  }
}

/** Counts scores in bins: one a value where there are at most 12 values, else 12 of equal width. */
export function scoreBins(rows: readonly EvalRowRecord[]): Eval['bins'] {
  const scores = rows.flatMap(({ score }) => (score !== null && Number.isFinite(score) ? [score] : []))
  const values = [...new Set(scores)].sort((a, b) => a - b)
  const [low, high] = [values[0], values.at(-1)]
  if (low === undefined || high === undefined) return []
  const most = 12
  if (values.length <= most) {
    return values.map((value) => ({ from: value, to: value, count: scores.filter((score) => score === value).length }))
  }
  const width = (high - low) / most
  const bins = Array.from({ length: most }, (_, index) => ({
    from: low + index * width,
    to: low + (index + 1) * width,
    count: 0,
  }))
  for (const score of scores) {
    const bin = bins[Math.min(most - 1, Math.floor((score - low) / width))]
    if (bin !== undefined) bin.count += 1
  }
  return bins
}
