import { z } from '@hono/zod-openapi'
import { pageSchema } from './paging.js'
import { shownTextSchema } from './shown-text.js'

/** Null stands for NaN and the infinities. */
const measured = z.number().nullable()

/** The metrics of one step; units as in StepMetrics: shares 0 to 1, lengths in tokens, times in seconds. */
export const stepSchema = z
  .object({
    rolloutId: z.int(),
    rewardMean: measured,
    rewardStd: measured,
    details: z.record(z.string(), measured),
    responseLength: measured,
    truncatedShare: measured,
    flatGroupShare: measured,
    unscorable: measured,
    trainedSamples: measured,
    entropy: measured,
    kl: measured,
    loss: measured,
    gradNorm: measured,
    lr: measured,
    ratioMean: measured,
    clipShare: measured,
    mismatch: measured,
    diversity: z.object({
      distinct2: measured,
      topLine: z.object({ text: z.string(), share: measured }),
      uniqueShare: measured,
    }),
    sampledTokens: measured,
    trainedTokens: measured,
    tokensPerSecond: measured,
    seconds: z.object({ sample: measured, score: measured, train: measured, total: measured }),
  })
  .openapi('Step')

/** Steps of a run: all, or every n-th where there are too many to draw. */
export const stepsSchema = z.object({ every: z.int(), steps: z.array(stepSchema) }).openapi('Steps')

const runFacts = {
  trainingRunId: z.string(),
  state: z.enum(['running', 'completed', 'failed', 'interrupted']),
  model: z.string(),
  startPath: z.string(),
  recipe: z.string(),
  seed: z.number(),
  numRollout: z.int(),
  rolloutsDone: z.int(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  error: z.string().nullable(),
}

/** A run as the table of runs shows it; `rewards` are at most 40 means over the whole run. */
export const runSummarySchema = z
  .object({ ...runFacts, rewards: z.array(measured), last: stepSchema.nullable() })
  .openapi('RunSummary')

/** One page of runs, newest first. */
export const runListSchema = pageSchema(runSummarySchema).openapi('RunList')

/** A run with every option it ran with. */
export const runSchema = z
  .object({
    ...runFacts,
    configuration: z.array(
      z.object({
        part: z.string(),
        name: z.string(),
        /** As JSON. */
        value: z.string(),
        /** Null where the recipe's defaults are not known. */
        isDefault: z.boolean().nullable(),
      }),
    ),
    warnings: z.array(z.string()),
    last: stepSchema.nullable(),
  })
  .openapi('Run')

export const checkpointListSchema = z
  .object({
    items: z.array(z.object({ name: z.string(), rolloutId: z.int(), path: z.string(), createdAt: z.number() })),
  })
  .openapi('CheckpointList')

/** One sample of a step; token ids and log-probabilities are read on demand. */
export const sampleSchema = z
  .object({
    groupIndex: z.int(),
    sampleIndex: z.int(),
    rowIndex: z.int(),
    response: shownTextSchema,
    score: measured,
    advantage: measured,
    tokens: z.int(),
    finishReason: z.enum(['stop', 'length']),
    details: z.record(z.string(), z.unknown()),
    /** Samples of the same step with the very same text, this one not counted. */
    duplicates: z.int(),
  })
  .openapi('Sample')

/** A page of the groups of one step: a prompt and what the model wrote to it. */
export const groupListSchema = pageSchema(
  z.object({ groupIndex: z.int(), prompt: shownTextSchema, samples: z.array(sampleSchema) }),
).openapi('GroupList')

/** One sample whole: its text in pieces, one a token. */
export const tokensSchema = z
  .object({
    response: z.string(),
    /** Why there are no tokens, or null. */
    missing: z.string().nullable(),
    tokens: z.array(z.object({ text: z.string(), logprob: measured })),
  })
  .openapi('SampleTokens')

export type Step = z.infer<typeof stepSchema>
export type Steps = z.infer<typeof stepsSchema>
export type RunSummary = z.infer<typeof runSummarySchema>
export type RunList = z.infer<typeof runListSchema>
export type Run = z.infer<typeof runSchema>
export type CheckpointList = z.infer<typeof checkpointListSchema>
export type Sample = z.infer<typeof sampleSchema>
export type GroupList = z.infer<typeof groupListSchema>
export type SampleTokens = z.infer<typeof tokensSchema>
