import type { EngineModel, GeneratedSample, GenerateOptions, GenerateRequest } from '@training-gym/engine'
import type { Message } from '../trip.js'

/** Turns the ids of one sample into text as they come. */
export interface StreamDecoder {
  /** Takes the next id; returns the characters that are now certain, which may be none. */
  push(tokenId: number): string
  /** Returns what is still held back. */
  flush(): string
}

/** What the server needs of a tokenizer. */
export interface ServedTokenizer {
  encode(text: string): number[]
  decode(tokenIds: readonly number[]): string
  /** Bytes of one token; a character may need several tokens. */
  tokenBytes(tokenId: number): Uint8Array
  streamDecoder(options: { readonly skipSpecialTokens: boolean }): StreamDecoder
  /** Renders the chat template and encodes it; `kwargs` are variables of the template. */
  encodeChat(
    messages: readonly Message[],
    options: { readonly addGenerationPrompt: boolean; readonly kwargs?: Readonly<Record<string, unknown>> },
  ): number[]
}

/** What the server needs of an engine: `Engine` of `@training-gym/engine` has this shape, and so have the stand-ins of tests. */
export interface ServedEngine extends AsyncDisposable {
  readonly model: EngineModel
  readonly tokenizer: ServedTokenizer
  /** Many calls may be in flight; they share decode steps. */
  generate(request: GenerateRequest, options?: GenerateOptions): Promise<readonly GeneratedSample[]>
  close(): Promise<void>
}
