/** What is known of a model before anything is downloaded, from its published config. */
export interface ModelFacts {
  readonly architecture: 'qwen3' | 'llama'
  /** All weights, tied embeddings counted once. */
  readonly parameters: number
  readonly layers: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly vocabSize: number
  /** True when input and output embeddings are one matrix. */
  readonly isTied: boolean
  /** Longest prompt and response together, tokens. */
  readonly contextTokens: number
  /** Base of the rotary position embedding. */
  readonly ropeTheta?: number | undefined
  /** Epsilon of the RMS norms. */
  readonly normEpsilon?: number | undefined
  /** Of a mixture of experts; left out where every layer is dense. */
  readonly experts?: ExpertFacts | undefined
}

/** How the layers of a mixture of experts are made; all of them have experts. */
export interface ExpertFacts {
  readonly count: number
  /** Experts that one token goes through. */
  readonly perToken: number
  readonly intermediateSize: number
}

/** A base model: where its weights are and how to ask it. */
export interface Model {
  /** Short name for tables and the served model's default name, e.g. `tiny-poet`, `Qwen3-4B`. */
  readonly name: string
  /** Hugging Face repository, when it has one. */
  readonly hfRepo?: string | undefined
  /** Branch, tag or commit of the repository, where it is not `main`. */
  readonly revision?: string | undefined
  /** Left out for models that are not in the catalogue. */
  readonly facts?: ModelFacts | undefined
  /** Resolves to a local Hugging Face folder, downloading when needed. Progress is in bytes. */
  resolve(options?: {
    readonly signal?: AbortSignal | undefined
    readonly onProgress?: ((done: number, total: number) => void) | undefined
  }): Promise<string>
}
