import {
  checkJsonConstraint,
  EngineError,
  type EngineModel,
  type JsonConstraint,
  type SamplingOptions,
} from '@training-gym/engine'
import { deriveSeed } from '../random/seeded-random.js'
import { refusal } from './openai-error.js'
import { RecentAnswers } from './recent-answers.js'
import type { ChatRequest, SamplingFields } from './request-schemas.js'
import { strictCallCheck } from './strict-tools.js'
import type { CallCheck } from './tool-call-cutter.js'

/** One request as the engine and the text stage need it. */
export interface GenerationPlan {
  readonly promptTokenIds: readonly number[]
  /** One a sample. */
  readonly seeds: readonly number[]
  readonly sampling: SamplingOptions
  readonly stopStrings: readonly string[]
  readonly wantsLogprobs: boolean
  /** How calls in the text are told and named; null when they are not looked for. */
  readonly calls: { readonly newId: () => string; readonly isCall: CallCheck } | null
}

export interface PlanOptions {
  readonly model: EngineModel
  /** The model's own limit of new tokens; null leaves the rest of the context. */
  readonly defaultMaxTokens: number | null
  /** Draws the seed of a request that gives none. */
  readonly drawSeed: () => number
  readonly newId: () => string
}

type PlanFields = SamplingFields &
  Partial<
    Pick<
      ChatRequest,
      'max_completion_tokens' | 'logprobs' | 'top_logprobs' | 'response_format' | 'tools' | 'tool_choice'
    >
  >

/**
 * Turns the fields of a request into a plan. A limit beyond the context is lowered to what is left of it; such a sample
 * ends with finish reason `length`.
 *
 * @throws a 400 refusal when the prompt leaves no room for an answer, or fields contradict each other.
 */
export function planGeneration(
  fields: PlanFields,
  promptTokenIds: readonly number[],
  options: PlanOptions,
): GenerationPlan {
  const { maxPositions, eosTokenIds } = options.model
  const room = maxPositions - promptTokenIds.length
  if (room < 1) {
    const message = `the prompt has ${promptTokenIds.length} tokens and the model's context holds ${maxPositions}, answer included; shorten the prompt`
    throw refusal(400, {
      message,
      param: 'messages' in fields ? 'messages' : 'prompt',
      code: 'context_length_exceeded',
    })
  }
  refuseContradictions(fields)
  const maxTokens = fields.max_completion_tokens ?? fields.max_tokens ?? options.defaultMaxTokens ?? room
  const json = toolConstraintOf(fields) ?? jsonConstraintOf(fields)
  const seed = fields.seed ?? options.drawSeed()
  return {
    promptTokenIds,
    seeds: Array.from({ length: fields.n ?? 1 }, (_, sampleIndex) => deriveSeed(seed, sampleIndex)),
    sampling: {
      temperature: fields.temperature ?? 1,
      topP: fields.top_p ?? 1,
      topK: Math.max(0, fields.top_k ?? 0),
      minP: fields.min_p ?? 0,
      presencePenalty: fields.presence_penalty ?? 0,
      frequencyPenalty: fields.frequency_penalty ?? 0,
      topLogprobs: fields.top_logprobs ?? 0,
      maxNewTokens: Math.min(maxTokens, room),
      stopTokenIds: eosTokenIds,
      ...(json && { json }),
    },
    calls: callsOf(fields, options),
    wantsLogprobs: fields.logprobs ?? false,
    stopStrings: typeof fields.stop === 'string' ? [fields.stop] : (fields.stop ?? []),
  }
}

function jsonConstraintOf({ response_format: format }: PlanFields): JsonConstraint | null {
  if (!format || format.type === 'text') return null
  if (format.type === 'json_object') return { kind: 'object' }
  return checked({ kind: 'schema', schema: format.json_schema.schema }, 'response_format')
}

function callsOf({ tools, tool_choice: choice }: PlanFields, { newId }: PlanOptions): GenerationPlan['calls'] {
  if (!tools?.length || choice === 'none') return null
  const strict = tools.map((tool) => tool.function).filter((tool) => tool.strict === true)
  return { newId: () => `call_${newId()}`, isCall: strictCallCheck(strict) }
}

/** The call that `tool_choice` asks for; null where the model decides. */
function toolConstraintOf({ tools, tool_choice: choice }: PlanFields): JsonConstraint | null {
  if (!choice || choice === 'auto' || choice === 'none') return null
  const callable = (tools ?? []).map((tool) => tool.function)
  const names = callable.map(({ name }) => name).join(', ') || 'none'
  const wanted = choice === 'required' ? callable : callable.filter(({ name }) => name === choice.function.name)
  if (wanted.length > 0) return checked({ kind: 'tool-call', tools: wanted }, 'tools')
  const asked = choice === 'required' ? 'asks for a call' : `asks for "${choice.function.name.slice(0, 64)}"`
  const message = `tool_choice ${asked} and the tools given are: ${names}; give the tool or leave tool_choice out`
  throw refusal(400, { message, param: 'tool_choice', code: 'invalid_value' })
}

/** What is wrong with the latest constraints, '' for nothing: compiling a large one to find out takes a second. */
const problems = new RecentAnswers<string>(32, 256 * 1024)

function checked(constraint: JsonConstraint, param: string): JsonConstraint {
  const problem = problems.get(questionOf(constraint, param), () => problemOf(constraint))
  if (problem !== '') throw refusal(400, { message: problem, param, code: 'invalid_value' })
  return constraint
}

function questionOf(constraint: JsonConstraint, param: string): string {
  try {
    return JSON.stringify(constraint)
  } catch {
    const message = `${param} is nested too deep to be read; make it flatter`
    throw refusal(400, { message, param, code: 'invalid_value' })
  }
}

function problemOf(constraint: JsonConstraint): string {
  try {
    checkJsonConstraint(constraint)
    return ''
  } catch (error) {
    if (!EngineError.is(error)) throw error
    return error.message
  }
}

function refuseContradictions(fields: PlanFields): void {
  const { max_tokens, max_completion_tokens } = fields
  if (max_tokens && max_completion_tokens && max_tokens !== max_completion_tokens) {
    const message = `max_tokens is ${max_tokens} and max_completion_tokens is ${max_completion_tokens}, which mean the same; give one of them`
    throw refusal(400, { message, param: 'max_completion_tokens', code: 'invalid_value' })
  }
  if (fields.top_logprobs && !fields.logprobs) {
    const message = `top_logprobs is ${fields.top_logprobs} without logprobs; set logprobs to true or leave top_logprobs out`
    throw refusal(400, { message, param: 'top_logprobs', code: 'invalid_value' })
  }
  if (fields.tools?.length && fields.response_format && fields.response_format.type !== 'text') {
    const message = 'response_format allows JSON only, so no tool could be called; give tools or response_format'
    throw refusal(400, { message, param: 'response_format', code: 'invalid_value' })
  }
  if (fields.stream_options && !fields.stream) {
    const message = 'stream_options is given without stream; set stream to true or leave stream_options out'
    throw refusal(400, { message, param: 'stream_options', code: 'invalid_value' })
  }
}
