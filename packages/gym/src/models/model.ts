/** A base model: where its weights are and how to ask it. */
export interface Model {
  /** Short name for tables and the served model's default name, e.g. `tiny-poet`, `Qwen3-4B`. */
  readonly name: string
  /** Hugging Face repository, when it has one. */
  readonly hfRepo?: string
  /** Resolves to a local Hugging Face folder, downloading when needed. */
  resolve(options?: {
    readonly signal?: AbortSignal
    readonly onProgress?: (done: number, total: number) => void
  }): Promise<string>
}
