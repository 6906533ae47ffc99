import { EngineError, type GeneratedSample, type TokenEvent } from '@training-gym/engine'
import { type ChoicePiece, ChoiceText } from './choice-text.js'
import type { GenerationPlan } from './generation-plan.js'
import type { RouteContext } from './openai-app.js'
import type { Admission } from './request-gate.js'
import type { Usage } from './response-schemas.js'
import {
  createToolCallCutter,
  type ParsedToolCall,
  type ToolCallCutter,
  type ToolCallPiece,
} from './tool-call-cutter.js'

/** A call of a tool, as clients get it. */
export interface ToolCall extends ParsedToolCall {
  readonly id: string
}

/** A piece of a sample's text, without the calls that were written in it. */
export interface AnswerPiece extends ChoicePiece {
  readonly toolCalls: readonly ToolCall[]
}

export type FinishReason = 'stop' | 'length' | 'tool_calls'

/** What one sample became. */
export interface FinishedChoice extends AnswerPiece {
  readonly index: number
  readonly finishReason: FinishReason
  /** Tokens sampled, the end-of-turn token included. */
  readonly tokens: number
}

export interface GenerationResult {
  readonly choices: readonly FinishedChoice[]
  readonly usage: Usage
}

/** Gets each piece as it comes; `finishReason` is set on a sample's last piece. */
export type OnPiece = (index: number, piece: AnswerPiece, finishReason: FinishReason | null) => void

/**
 * Draws the samples of a plan and turns them into text. A sample that met a stop string is over at once; when all are
 * over, the engine is told to stop.
 *
 * @throws EngineError with code 'aborted' when the admission's signal aborts first.
 */
export async function runGeneration(
  { engine, metrics }: Pick<RouteContext, 'engine' | 'metrics'>,
  plan: GenerationPlan,
  admission: Admission,
  onPiece?: OnPiece,
): Promise<GenerationResult> {
  const { promptTokenIds, seeds, sampling, stopStrings, wantsLogprobs, calls } = plan
  const endTokenIds = new Set(sampling.stopTokenIds)
  const { maxNewTokens } = sampling
  const { tokenizer } = engine
  const choices = seeds.map(() => ({
    text: new ChoiceText({ tokenizer, endTokenIds, stopStrings, maxNewTokens, wantsLogprobs }),
    cutter: calls && createToolCallCutter(calls.isCall),
    pieces: [] as AnswerPiece[],
    hasCalls: false,
  }))
  const isOver = () => choices.every((choice) => choice.text.finishReason !== null)
  const take = (event: TokenEvent) => {
    const choice = choices[event.sampleIndex]
    if (!choice || choice.text.finishReason) return
    const whole = choice.text.push(event)
    const piece = withoutCalls(whole, choice, calls)
    choice.hasCalls ||= piece.toolCalls.length > 0
    choice.pieces.push(piece)
    onPiece?.(event.sampleIndex, piece, finishReasonOf(choice))
  }
  // Where nothing depends on a token before the last one, the engine need not report each of them.
  const onToken = (event: TokenEvent) => {
    take(event)
    if (stopStrings.length > 0 && isOver()) admission.abort()
  }
  const isWatched = onPiece !== undefined || stopStrings.length > 0
  try {
    const request = { promptTokenIds, seeds, sampling }
    const samples = await engine.generate(request, { signal: admission.signal, ...(isWatched && { onToken }) })
    for (const [index, sample] of samples.entries()) {
      for (const event of eventsOf(sample, index, choices[index]?.text.tokens ?? 0)) take(event)
    }
  } catch (error) {
    if (!(EngineError.is(error) && error.code === 'aborted' && isOver())) throw error
  }
  const completionTokens = choices.reduce((sum, choice) => sum + choice.text.tokens, 0)
  metrics.countTokens(promptTokenIds.length, completionTokens)
  return {
    choices: choices.map((choice, index) => ({
      index,
      text: choice.pieces.map((piece) => piece.text).join(''),
      logprobs: choice.pieces.flatMap((piece) => piece.logprobs),
      offsets: choice.pieces.flatMap((piece) => piece.offsets),
      toolCalls: choice.pieces.flatMap((piece) => piece.toolCalls),
      finishReason: finishReasonOf(choice) ?? 'length',
      tokens: choice.text.tokens,
    })),
    usage: {
      prompt_tokens: promptTokenIds.length,
      completion_tokens: completionTokens,
      total_tokens: promptTokenIds.length + completionTokens,
    },
  }
}

const noCalls: readonly ToolCall[] = []

function withoutCalls(
  whole: ChoicePiece,
  choice: { readonly cutter: ToolCallCutter | null; readonly text: ChoiceText },
  calls: GenerationPlan['calls'],
): AnswerPiece {
  if (calls === null || choice.cutter === null) return { ...whole, toolCalls: noCalls }
  const piece = choice.cutter.push(whole.text)
  const cut: readonly ToolCallPiece[] = choice.text.finishReason ? [piece, choice.cutter.end()] : [piece]
  return {
    ...whole,
    text: cut.map(({ text }) => text).join(''),
    toolCalls: cut.flatMap((taken) => taken.calls.map((call) => ({ id: calls.newId(), ...call }))),
  }
}

function finishReasonOf({ text, hasCalls }: { text: ChoiceText; hasCalls: boolean }): FinishReason | null {
  return hasCalls && text.finishReason === 'stop' ? 'tool_calls' : text.finishReason
}

/** The tokens of a finished sample from one on, as if they had just been sampled. */
function eventsOf(sample: GeneratedSample, sampleIndex: number, from: number): TokenEvent[] {
  return sample.tokenIds.slice(from).map((tokenId, offset) => ({
    sampleIndex,
    tokenId,
    logprob: sample.logprobs[from + offset] ?? 0,
    alternatives: sample.alternatives?.[from + offset],
  }))
}
