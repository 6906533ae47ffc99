import type {
  EngineError,
  EngineLoad,
  EngineModel,
  GeneratedSample,
  GenerateOptions,
  GenerateRequest,
} from '@training-gym/engine'

/** Turns the ids of one sample into text as they come. */
export interface StreamDecoder {
  /** Takes the next id; returns the characters that are now certain, which may be none. */
  push(tokenId: number): string
  /** Returns what is still held back. */
  flush(): string
}

/** A message as the chat template gets it. */
export interface ServedMessage {
  readonly role: string
  readonly content: string
  /** Calls of an earlier turn, their arguments as objects. */
  readonly tool_calls?: readonly object[]
  readonly tool_call_id?: string
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
    messages: readonly ServedMessage[],
    options: {
      readonly addGenerationPrompt: boolean
      readonly tools?: readonly object[]
      readonly kwargs?: Readonly<Record<string, unknown>>
    },
  ): number[]
}

/** What the server needs of an engine: `Engine` of `@training-gym/engine` has this shape, and so have the stand-ins of tests. */
export interface ServedEngine extends AsyncDisposable {
  readonly model: EngineModel
  readonly tokenizer: ServedTokenizer
  /** Many calls may be in flight; they share decode steps. */
  generate(request: GenerateRequest, options?: GenerateOptions): Promise<readonly GeneratedSample[]>
  load(): Promise<EngineLoad>
  close(): Promise<void>
  /** Resolves when it has ended, with why: code 'closed' after `close()`. */
  readonly closed: Promise<EngineError>
}
