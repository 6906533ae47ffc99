import { z } from '@hono/zod-openapi'
import { pageSchema } from './paging.js'
import { shownTextSchema } from './shown-text.js'

/** Null stands for NaN and the infinities. */
const measured = z.number().nullable()

/** Evaluations while a run trains, by dataset. */
const evaluations = z.record(
  z.string(),
  z.object({
    score: measured,
    responseLength: measured,
    truncatedShare: measured,
    evalId: z.string().optional(),
    ci: z.tuple([measured, measured]).optional(),
    scored: measured.optional(),
    total: measured.optional(),
  }),
)

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
    mismatchMean: measured.optional(),
    overlongPenalty: measured.optional(),
    oversampling: z.object({ rounds: measured, drawnGroups: measured, keptGroups: measured }).optional(),
    evaluation: evaluations.optional(),
    evaluationBefore: evaluations.optional(),
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

const column = z.array(measured)

/** The figures of a run's steps, one array a figure; where there are too many steps to draw, a point is several of them. */
export const seriesSchema = z
  .object({
    /** Steps a point. */
    every: z.int(),
    /** Steps of the whole run. */
    total: z.int(),
    /** Last step of each point. */
    rolloutIds: z.array(z.int()),
    /** Sampled tokens since the start. */
    tokens: z.array(z.number()),
    /** Seconds spent in steps since the start. */
    seconds: z.array(z.number()),
    /** By path in Step, e.g. `rewardMean`, `seconds.sample`, `details.exact`. */
    figures: z.array(z.object({ name: z.string(), mean: column, low: column, high: column })),
  })
  .openapi('Series')

/** One step and what its numbers mean, worst first. */
export const explainedStepSchema = z
  .object({
    step: stepSchema,
    findings: z.array(
      z.object({
        id: z.string(),
        level: z.enum(['info', 'notice', 'warning']),
        sentence: z.string(),
        advice: z.string(),
      }),
    ),
  })
  .openapi('ExplainedStep')

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
  /** US dollars spent on machines that are paid for; null on one's own. */
  costUsd: z.number().nullable(),
  /** Where it trains and on what, e.g. `modal, H100:8`; null on this machine. */
  place: z.string().nullable(),
}

/** A run as the table of runs shows it; `rewards` are at most 40 means over the whole run, `interval` is the last one's. */
export const runSummarySchema = z
  .object({
    ...runFacts,
    rewards: z.array(measured),
    last: stepSchema.nullable(),
    /** 95 % interval of the last mean reward, over its prompts. */
    interval: z.tuple([z.number(), z.number()]).nullable(),
  })
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
        /** As JSON; of a secret only that it is not shown. */
        value: z.string(),
        /** Null where the recipe's defaults are not known. */
        isDefault: z.boolean().nullable(),
        /** Null where nothing is hidden; else the same text for the same secret, as long as this dashboard runs. */
        hiddenMark: z.string().nullable(),
      }),
    ),
    last: stepSchema.nullable(),
  })
  .openapi('Run')

/** A checkpoint of a run, as far as it is known without asking another machine. */
export const checkpointSchema = z
  .object({
    name: z.string(),
    /** 0-based id of the rollout after which it was written. */
    rolloutId: z.int(),
    /** Folder, on this machine or as the machines that trained see it; null where it is not known to be there. */
    path: z.string().nullable(),
    /** Null where the record does not tell. */
    createdAt: z.number().nullable(),
    /**
     * Whether there is a complete Hugging Face folder to serve: `here` on this machine, `elsewhere` on the volume of the run,
     * `unknown` where one was due after that rollout and the record does not tell.
     */
    exported: z.enum(['here', 'elsewhere', 'unknown']),
  })
  .openapi('Checkpoint')

export const checkpointListSchema = pageSchema(checkpointSchema).openapi('CheckpointList')

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
    suspicions: z.array(z.enum(['long', 'duplicate', 'off-topic', 'cut-off', 'unscorable'])),
  })
  .openapi('Sample')

/** A page of the samples of one step, each with its prompt, in any order. */
export const sampleListSchema = pageSchema(
  sampleSchema.extend({ prompt: shownTextSchema }).openapi('SampleWithPrompt'),
).openapi('SampleList')

/** Where one row of the dataset was sampled, oldest first. */
export const rowRolloutListSchema = pageSchema(
  z.object({ rolloutId: z.int(), groupIndex: z.int(), scoreMean: measured, samples: z.array(sampleSchema) }),
)
  .extend({ prompt: shownTextSchema.nullable() })
  .openapi('RowRolloutList')

/** A page of the groups of one step: a prompt and what the model wrote to it. */
export const groupListSchema = pageSchema(
  z.object({ groupIndex: z.int(), rowIndex: z.int(), prompt: shownTextSchema, samples: z.array(sampleSchema) }),
).openapi('GroupList')

/** One sample whole: its text in pieces, one a token. */
export const tokensSchema = z
  .object({
    response: shownTextSchema,
    /** Why there are no tokens, or null. */
    missing: z.string().nullable(),
    /** How many there are; `tokens` are the first of them. */
    total: z.int(),
    tokens: z.array(z.object({ text: z.string(), logprob: measured })),
  })
  .openapi('SampleTokens')

export type Step = z.infer<typeof stepSchema>
export type Series = z.infer<typeof seriesSchema>
export type ExplainedStep = z.infer<typeof explainedStepSchema>
export type RunSummary = z.infer<typeof runSummarySchema>
export type RunList = z.infer<typeof runListSchema>
export type Run = z.infer<typeof runSchema>
export type RunCheckpoint = z.infer<typeof checkpointSchema>
export type CheckpointList = z.infer<typeof checkpointListSchema>
export type Sample = z.infer<typeof sampleSchema>
export type SampleList = z.infer<typeof sampleListSchema>
export type RowRolloutList = z.infer<typeof rowRolloutListSchema>
export type GroupList = z.infer<typeof groupListSchema>
export type SampleTokens = z.infer<typeof tokensSchema>
