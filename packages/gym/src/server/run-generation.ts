import { EngineError, type GeneratedSample, type TokenEvent } from '@training-gym/engine'
import { type ChoicePiece, ChoiceText } from './choice-text.js'
import type { GenerationPlan } from './generation-plan.js'
import type { Admission } from './request-gate.js'
import type { Usage } from './response-schemas.js'
import type { ServedEngine } from './served-engine.js'

/** What one sample became. */
export interface FinishedChoice extends ChoicePiece {
  readonly index: number
  readonly finishReason: 'stop' | 'length'
}

export interface GenerationResult {
  readonly choices: readonly FinishedChoice[]
  readonly usage: Usage
}

/** Gets each piece as it comes; `finishReason` is set on a sample's last piece. */
export type OnPiece = (index: number, piece: ChoicePiece, finishReason: 'stop' | 'length' | null) => void

/**
 * Draws the samples of a plan and turns them into text. A sample that met a stop string is over at once; when all are
 * over, the engine is told to stop.
 *
 * @throws EngineError with code 'aborted' when the admission's signal aborts first.
 */
export async function runGeneration(
  engine: ServedEngine,
  plan: GenerationPlan,
  admission: Admission,
  onPiece?: OnPiece,
): Promise<GenerationResult> {
  const { promptTokenIds, seeds, sampling, stopStrings, wantsLogprobs } = plan
  const endTokenIds = new Set(sampling.stopTokenIds)
  const { maxNewTokens } = sampling
  const { tokenizer } = engine
  const choices = seeds.map(() => ({
    text: new ChoiceText({ tokenizer, endTokenIds, stopStrings, maxNewTokens, wantsLogprobs }),
    pieces: [] as ChoicePiece[],
  }))
  const isOver = () => choices.every((choice) => choice.text.finishReason !== null)
  const take = (event: TokenEvent) => {
    const choice = choices[event.sampleIndex]
    if (!choice || choice.text.finishReason) return
    const piece = choice.text.push(event)
    choice.pieces.push(piece)
    onPiece?.(event.sampleIndex, piece, choice.text.finishReason)
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
  return {
    choices: choices.map(({ text, pieces }, index) => ({
      index,
      text: pieces.map((piece) => piece.text).join(''),
      logprobs: pieces.flatMap((piece) => piece.logprobs),
      finishReason: text.finishReason ?? 'length',
    })),
    usage: {
      prompt_tokens: promptTokenIds.length,
      completion_tokens: completionTokens,
      total_tokens: promptTokenIds.length + completionTokens,
    },
  }
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
