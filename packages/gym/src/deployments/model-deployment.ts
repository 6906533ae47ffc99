import type { Message } from '../trip.js'

/** Fields of an OpenAI chat completion request, under their wire names; passed through as they are. */
export interface GenerateKwargs {
  readonly temperature?: number | undefined
  readonly top_p?: number | undefined
  readonly top_k?: number | undefined
  readonly min_p?: number | undefined
  readonly max_tokens?: number | undefined
  readonly stop?: string | readonly string[] | undefined
  readonly seed?: number | undefined
  readonly n?: number | undefined
  /** Variables for the chat template, e.g. `{ enable_thinking: false }`. */
  readonly chat_template_kwargs?: Readonly<Record<string, unknown>> | undefined
}

export interface GenerateOptions extends GenerateKwargs {
  /**
   * False sends the text as it is, the contents of messages joined, to POST /completions: no chat template, no roles.
   * Some engines then sample only 16 tokens unless `max_tokens` says otherwise. Default true.
   */
  readonly applyChatTemplate?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Time limit of one attempt, milliseconds. Default 120,000. */
  readonly timeoutMs?: number | undefined
  /** Attempts after the first, for transport failures only (refused, reset, 429, 5xx). Default 3. */
  readonly retries?: number | undefined
}

export interface GenerationChoice {
  readonly text: string
  readonly finishReason: 'stop' | 'length'
  /** Tokens of this choice alone; absent where the endpoint gives their sum only, in `usage`. */
  readonly completionTokens?: number
}

/** What a deployment answered: the first choice spread out, and all of them. */
export interface Generation extends GenerationChoice {
  readonly choices: readonly GenerationChoice[]
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number }
}

/** A running model behind an OpenAI-compatible URL. */
export interface ModelDeployment extends AsyncDisposable {
  readonly deploymentId: string
  /** Base URL for OpenAI clients, ending in `/v1`. */
  readonly url: string
  readonly appName: string
  readonly servedModelName: string
  /** What clients send as API key; undefined where none is asked for, or it is not known here. */
  readonly apiKey?: string | undefined
  /** Folder, or repository, of the weights it serves; null when the endpoint does not tell. */
  readonly modelPath: string | null
  generate(promptOrMessages: string | readonly Message[], options?: GenerateOptions): Promise<Generation>
  waitUntilReady(options?: {
    readonly timeoutMs?: number | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<void>
  stop(): Promise<void>
}
