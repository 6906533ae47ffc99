import { z } from 'zod'
import { connect } from '../deployments/connect.js'
import type { GenerateKwargs, ModelDeployment } from '../deployments/model-deployment.js'
import { withTimeLimit } from '../deployments/time-limit.js'
import { messageOf } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import type { Reward } from '../trip.js'
import { judgeMessages } from './judge-messages.js'
import { readVerdict } from './judge-verdict.js'
import { nameScorer } from './name-scorer.js'
import { referenceTexts } from './reference-of.js'

export interface LlmJudgeOptions {
  /** What a good response is, in plain words: what earns the full score, what none. */
  readonly rubric: string
  /** The judge: a deployment, or one that `connect()` gave. In its place: `url` and `model`. */
  readonly deployment?: Pick<ModelDeployment, 'generate'> | undefined
  /** Base URL of an OpenAI-compatible endpoint. */
  readonly url?: string | undefined
  /** Model to ask for at `url`. */
  readonly model?: string | undefined
  /** Sent to `url` as a bearer token. */
  readonly apiKey?: string | undefined
  /** Highest score that the judge may give, a whole number; the scorer's score is the judge's over this. Default 10. */
  readonly maxScore?: number | undefined
  /** Column with a right answer that the judge gets to see. Default: none. */
  readonly referenceColumn?: string | undefined
  /** Sent with every request. Default `{ temperature: 0, max_tokens: 512 }`. */
  readonly generateKwargs?: Omit<GenerateKwargs, 'n'> | undefined
  /** Characters of the response that the judge sees; of a longer one, beginning and end. Default 20,000. */
  readonly maxResponseChars?: number | undefined
  /** Milliseconds for one verdict, retries included. Default 9,000, below the 10,000 that a reward may take. */
  readonly timeLimitMs?: number | undefined
  /** Requests after the first, for failures of transport only. Default 2. */
  readonly retries?: number | undefined
}

const schema = z
  .strictObject({
    rubric: z.string().trim().min(1),
    deployment: z
      .custom<Pick<ModelDeployment, 'generate'>>(
        (value) => typeof value === 'object' && value !== null && 'generate' in value,
        'must be a deployment',
      )
      .optional(),
    url: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
    model: z.string().min(1).optional(),
    apiKey: z.string().min(1).optional(),
    maxScore: z.int().min(1).max(100).default(10),
    referenceColumn: z.string().min(1).optional(),
    generateKwargs: z.record(z.string(), z.unknown()).default({}),
    maxResponseChars: z.int().min(100).default(20_000),
    timeLimitMs: z.number().positive().max(600_000).default(9000),
    retries: z.int().min(0).default(2),
  })
  .refine(
    ({ deployment, url, model }) =>
      deployment === undefined ? url !== undefined && model !== undefined : url === undefined && model === undefined,
    'needs either a deployment, or url and model',
  )

/**
 * Makes a scorer that asks a language model to grade the response by a rubric: 0 to 1. The judge answers one JSON object
 * with exactly `reason` and `score`; anything else, a refusal, a time limit or an endpoint that is down gives null, never
 * a zero, with `judgeError` saying why. Details: `judgeFailed`, whose mean is the share of failed verdicts, and `reason`.
 *
 * The response is shown to the judge as quoted data. That makes talking it into a good grade harder, not impossible: read
 * the responses that score best.
 *
 * @example
 * llmJudge({ url: 'http://127.0.0.1:8000/v1', model: 'qwen3-8b', rubric: '10: polite and answers the question. 0: rude.' })
 */
export function llmJudge(options: LlmJudgeOptions): Reward {
  const checked = parseOptions(schema, options, 'llmJudge()')
  const { rubric, maxScore, referenceColumn, maxResponseChars, timeLimitMs, retries } = checked
  const kwargs = { temperature: 0, max_tokens: 512, ...checked.generateKwargs }
  return nameScorer('llmJudge', async ({ messages, response, row }) => {
    const references = referenceColumn === undefined ? [] : referenceTexts(row, referenceColumn)
    const asked = judgeMessages({ rubric, maxScore, messages, references, response, maxResponseChars })
    try {
      const judge =
        checked.deployment ??
        (await connect({ url: checked.url ?? '', servedModelName: checked.model, apiKey: checked.apiKey }))
      const { text } = await withTimeLimit(timeLimitMs, undefined, (signal) =>
        judge.generate(asked, { ...kwargs, signal, retries, timeoutMs: timeLimitMs }),
      )
      const verdict = readVerdict(text, maxScore)
      if ('problem' in verdict) return { score: null, judgeFailed: true, judgeError: verdict.problem }
      return { score: verdict.score / maxScore, judgeFailed: false, reason: verdict.reason }
    } catch (error) {
      return { score: null, judgeFailed: true, judgeError: messageOf(error).slice(0, 500) }
    }
  })
}
