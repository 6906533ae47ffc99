import { z } from '@hono/zod-openapi'
import { pageSchema } from './paging.js'
import { shownTextSchema } from './shown-text.js'

const measured = z.number().nullable()
const interval = z.tuple([measured, measured])

/** What an evaluation came to so far; ends of the interval are null where they are infinite. */
const resultSchema = z.object({
  mean: measured,
  ci: interval,
  total: z.int(),
  scored: z.int(),
  abstained: z.int(),
  failed: z.int(),
  details: z.record(z.string(), measured),
  distinct2: measured,
  /** Chance that one of k samples of a row passes; empty where no score was said to pass. */
  passAtK: z.array(z.object({ k: z.int(), mean: measured, ci: interval, passThreshold: measured })),
})

const evalFacts = {
  evalId: z.string(),
  state: z.enum(['running', 'completed', 'failed', 'interrupted']),
  name: z.string(),
  model: z.string(),
  modelPath: z.string().nullable(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  error: z.string().nullable(),
}

/** An evaluation as the list shows it; `result` is null until it has ended. */
export const evalSummarySchema = z.object({ ...evalFacts, result: resultSchema.nullable() }).openapi('EvalSummary')

export const evalListSchema = pageSchema(evalSummarySchema).openapi('EvalList')

/** One evaluation with the distribution of its scores. */
export const evalSchema = z
  .object({
    ...evalFacts,
    result: resultSchema.nullable(),
    /** Prompts with a scored response, over which the interval is taken. */
    prompts: z.int(),
    /** Responses to each row. */
    nSamples: z.int(),
    /** Whether the tokens of any response are known. */
    hasTokens: z.boolean(),
    bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.int() })),
  })
  .openapi('Eval')

/** One response of an evaluation. */
export const evalRowSchema = z
  .object({
    rowIndex: z.int(),
    sampleIndex: z.int(),
    prompt: shownTextSchema,
    response: shownTextSchema,
    score: measured,
    metadata: z.record(z.string(), z.unknown()),
    finishReason: z.enum(['stop', 'length']).nullable(),
    /** Tokens of this response; null where the endpoint counted those of several samples together. */
    tokens: z.number().nullable(),
    failure: z.object({ boundary: z.string(), message: z.string() }).nullable(),
  })
  .openapi('EvalRow')

export const evalRowListSchema = pageSchema(evalRowSchema).openapi('EvalRowList')

/** Which rows of an evaluation. */
export const rowKinds = ['scored', 'abstained', 'failed'] as const

/** What two evaluations say about each other. */
export const comparisonListSchema = z
  .object({
    evals: z.array(z.object({ evalId: z.string(), label: z.string(), model: z.string(), result: resultSchema })),
    comparisons: z.array(
      z.object({
        aEvalId: z.string(),
        bEvalId: z.string(),
        a: z.string(),
        b: z.string(),
        difference: measured,
        ci: interval,
        p: measured,
        verdict: z.enum(['better', 'worse', 'not shown']),
        nPrompts: z.int(),
        unpaired: z.int(),
        sentence: z.string(),
      }),
    ),
  })
  .openapi('Comparisons')

/** A page of prompts that two evaluations share, with what each shown one answered. */
export const promptListSchema = z
  .object({
    total: z.int(),
    improved: z.int(),
    worse: z.int(),
    same: z.int(),
    items: z.array(
      z.object({
        promptKey: z.string(),
        prompt: shownTextSchema,
        difference: measured,
        /** Of each shown evaluation: its mean score, and its first response; null where it did not score the prompt. */
        answers: z.array(z.object({ score: measured, samples: z.int(), response: shownTextSchema }).nullable()),
      }),
    ),
  })
  .openapi('ComparedPrompts')

export type EvalSummary = z.infer<typeof evalSummarySchema>
export type EvalList = z.infer<typeof evalListSchema>
export type Eval = z.infer<typeof evalSchema>
export type EvalRow = z.infer<typeof evalRowSchema>
export type EvalRowList = z.infer<typeof evalRowListSchema>
export type Comparisons = z.infer<typeof comparisonListSchema>
export type ComparedPrompts = z.infer<typeof promptListSchema>
