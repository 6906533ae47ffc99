import { z } from 'zod'
import type { Dataset } from '../datasets/dataset.js'
import type { GenerateKwargs, ModelDeployment } from '../deployments/model-deployment.js'
import { GymError } from '../errors.js'
import { shownValue } from '../options/shown-value.js'
import type { OnProgress } from '../progress.js'
import type { Store } from '../store/store.js'
import type { DatasetRow, Reward, RewardResult } from '../trip.js'
import { type Gate, gateSchema } from './gates.js'
import { areScorers } from './scorers.js'

/** What a scorer says of one response, with more than a number. */
export interface EvalRowResult {
  /** A finite number, or null when the response cannot be scored. */
  readonly score: number | null
  /** The response as it is to be shown; a scorer may have cleaned it. */
  readonly response: string
  /** Short name of the prompt. Default: the row's input. */
  readonly prompt?: string | undefined
  /** Numbers and booleans in it are averaged and shown beside the score. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** Scores a response of the deployment to a row; `null` means that it cannot be scored, and is never a zero. */
export type EvalResponseFn = (
  row: DatasetRow,
  response: string,
) => EvalRowResult | RewardResult | Promise<EvalRowResult | RewardResult>

/** Talks to the deployment itself, e.g. over several turns, and scores what came of it. */
export type EvalFn = (
  row: DatasetRow,
  deployment: ModelDeployment,
  context: { readonly signal: AbortSignal; readonly seed: number },
) => EvalRowResult | null | Promise<EvalRowResult | null>

/** Exactly one of `evalResponseFn`, `reward`, `scorers` and `evalFn` says how a row is scored. */
export interface EvalOptions {
  readonly dataset: Dataset
  readonly evalResponseFn?: EvalResponseFn | undefined
  /** The function that training uses. */
  readonly reward?: Reward | undefined
  /** Several at once, by name; the first gives the main score. E.g. `{ haiku, topic: ({ response }) => ... }`. */
  readonly scorers?: Readonly<Record<string, Reward>> | undefined
  readonly evalFn?: EvalFn | undefined
  /** Column that fills `{input}` of the prompt template, in place of the dataset's own input column. Not for `evalFn`. */
  readonly promptColumn?: string | undefined
  /**
   * Sent with every request, e.g. `{ temperature: 1, max_tokens: 64 }`. `n` and `seed` have options of their own. Not for
   * `evalFn`, which asks itself.
   */
  readonly generateKwargs?: Omit<GenerateKwargs, 'n' | 'seed'> | undefined
  /** Name in lists and comparisons. Default: the deployment's appName. */
  readonly name?: string | undefined
  /** Sets every random choice. Default 0. */
  readonly seed?: number | undefined
  /** Responses to each row. Default 1. With several, mean@k is given. */
  readonly nSamples?: number | undefined
  /** A response with at least this score passes; pass@k is given then. Default: none. */
  readonly passThreshold?: number | undefined
  /** What the mean of a scorer, by its name, must be shown to reach: `{ haiku: { min: -1, ci: 0.95 } }`. Default: none. */
  readonly gate?: Gate | undefined
  /** Rows worked on at the same time. Default 16. */
  readonly maxConcurrency?: number | undefined
  /** Milliseconds that one generation, or one call of `evalFn`, may take. Default 120,000. */
  readonly timeLimitMs?: number | undefined
  /** Milliseconds that scoring one response may take. Default 10,000. Not for `evalFn`, all of which `timeLimitMs` covers. */
  readonly rewardTimeLimitMs?: number | undefined
}

/** Options of one evaluation; those that EvalConfig has as well win over it. */
export interface EvaluateOptions
  extends Pick<EvalOptions, 'name' | 'seed' | 'nSamples' | 'maxConcurrency' | 'passThreshold' | 'gate'> {
  /**
   * Id of an evaluation that broke off (or part of it, its name, `latest`), to be continued: only rows that are missing, or
   * failed at the provider, are asked again.
   */
  readonly resume?: string | undefined
  /** True tells the first few responses with their scores as notices. Default false. */
  readonly debug?: boolean | undefined
  /** Ends the evaluation; what it has so far is kept as `interrupted`. */
  readonly signal?: AbortSignal | undefined
  /** Told what happens. Default: progress on standard error; `() => {}` for silence. */
  readonly onProgress?: OnProgress | undefined
  /** An open store, left open. Default: the one of `home`. */
  readonly store?: Store | undefined
  /** Folder of the state. Default: `gymHome()`. */
  readonly home?: string | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: (() => number) | undefined
}

const isFunction = (value: unknown) => typeof value === 'function'
const aFunction = <T>() => z.custom<T>(isFunction, 'must be a function').optional()

const isDataset = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'load' in value &&
  isFunction(value.load) &&
  'messages' in value &&
  isFunction(value.messages)

const shared = {
  name: z.string().min(1).optional(),
  seed: z.int().min(0).optional(),
  nSamples: z.int().min(1).optional(),
  maxConcurrency: z.int().min(1).optional(),
  passThreshold: z.number().optional(),
  gate: gateSchema.optional(),
}

/** Validates the options of EvalConfig. */
export const evalOptionsSchema = z
  .strictObject({
    dataset: z.custom<Dataset>(isDataset, 'must be a dataset, e.g. new HaikuTopics()'),
    evalResponseFn: aFunction<EvalResponseFn>(),
    reward: aFunction<Reward>(),
    scorers: z
      .custom<Readonly<Record<string, Reward>>>(
        areScorers,
        'must name one function or more, by a letter and then letters, digits, "_", "-" or "."',
      )
      .optional(),
    evalFn: aFunction<EvalFn>(),
    promptColumn: z.string().min(1).optional(),
    generateKwargs: z
      .strictObject({
        temperature: z.number().min(0).optional(),
        top_p: z.number().gt(0).max(1).optional(),
        top_k: z.int().min(0).optional(),
        min_p: z.number().min(0).max(1).optional(),
        max_tokens: z.int().min(1).optional(),
        stop: z.union([z.string(), z.array(z.string())]).optional(),
        chat_template_kwargs: z.record(z.string(), z.unknown()).optional(),
      })
      .default({}),
    timeLimitMs: z.number().positive().default(120_000),
    rewardTimeLimitMs: z.number().positive().default(10_000),
    ...shared,
  })
  .refine(
    ({ evalResponseFn, reward, scorers, evalFn }) =>
      [evalResponseFn, reward, scorers, evalFn].filter((way) => way !== undefined).length === 1,
    'needs exactly one of evalResponseFn, reward, scorers and evalFn',
  )

/** Validates the options of `evaluate`. */
export const evaluateOptionsSchema = z.strictObject({
  debug: z.boolean().default(false),
  resume: z.string().min(1).optional(),
  signal: z.instanceof(AbortSignal).optional(),
  onProgress: aFunction<OnProgress>(),
  store: z.custom<Store>((value) => typeof value === 'object' && value !== null, 'must be an open store').optional(),
  home: z.string().min(1).optional(),
  clock: aFunction<() => number>(),
  ...shared,
})

/** The options of EvalConfig with defaults filled in. */
export type CheckedEvalOptions = z.output<typeof evalOptionsSchema>

/** The options of `evaluate` with defaults filled in. */
export type CheckedEvaluateOptions = z.output<typeof evaluateOptionsSchema>

/** Options that have no effect where `evalFn` asks and scores, with what to do instead. */
const notForEvalFn = {
  promptColumn: 'read the column from the row in evalFn',
  generateKwargs: 'give them to deployment.generate in evalFn',
  rewardTimeLimitMs: 'set timeLimitMs, which covers a whole call of evalFn',
} as const

/** Refuses options that were given and would be ignored; throws GymError 'config'. */
export function refuseIgnoredOptions(given: EvalOptions): void {
  if (given.evalFn === undefined) return
  for (const [name, next] of Object.entries(notForEvalFn)) {
    const value = given[name as keyof typeof notForEvalFn]
    if (!isGiven(value)) continue
    const message = `option "${name}" of EvalConfig (${shownValue(value)}) has no effect with evalFn, which asks the deployment itself; leave it out and ${next}`
    throw new GymError('config', 'bad-options', message)
  }
}

function isGiven(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined
  return Object.values(value).some((item) => item !== undefined)
}
