import { availableParallelism } from 'node:os'
import { type ChatTokenizer, loadChatTokenizer } from './checkpoint/chat-tokenizer.js'
import { readModelConfig } from './checkpoint/model-config.js'
import type {
  EngineLoad,
  EngineModel,
  EngineOptions,
  GeneratedSample,
  GenerateOptions,
  GenerateRequest,
  TrainGroup,
  TrainStepRequest,
  TrainStepResult,
} from './engine-api.js'
import type { CoreOptions } from './engine-core.js'
import { EngineError } from './errors.js'
import type { Policy } from './policy.js'
import { replicaCount } from './replicas/replica-count.js'
import { Replicas } from './replicas/replicas.js'
import { layoutParameters } from './transformer/parameters.js'

/** Parts of a model folder that the caller has loaded for a purpose of its own. */
export interface LoadedParts {
  /** One with a large vocabulary takes a second to load. */
  readonly tokenizer?: ChatTokenizer
}

/**
 * Runs a model in worker threads, so that the calling thread stays free for servers and progress bars. Many `generate` calls
 * may be under way: they share decode steps. A small model is trained by several replicas (`replicaCount`).
 * An idle engine does not keep the process alive.
 *
 * @example
 * await using engine = await Engine.open({ modelPath: './models/tiny-poet' })
 * const messages = [{ role: 'user', content: 'Write a haiku about rain.' }]
 * const promptTokenIds = engine.tokenizer.encodeChat(messages, { addGenerationPrompt: true })
 * const [sample] = await engine.generate({ promptTokenIds, seeds: [1], sampling: { maxNewTokens: 48 } })
 */
export class Engine implements AsyncDisposable {
  readonly #replicas: Replicas
  readonly tokenizer: ChatTokenizer
  /** Resolves when the engine has ended, with why: code 'closed' after `close()`, 'internal' when a worker died. */
  readonly closed: Promise<EngineError>

  private constructor(replicas: Replicas, tokenizer: ChatTokenizer) {
    this.#replicas = replicas
    this.tokenizer = tokenizer
    // One that died takes the others along.
    this.closed = replicas.ended.then(async (error) => {
      await replicas.close(error)
      return error
    })
  }

  /**
   * Loads a Hugging Face folder, all but what is `loaded` of it already.
   * Throws EngineError: 'runtime-missing', 'bad-checkpoint', 'unsupported-model', 'bad-request'.
   */
  static async open(options: EngineOptions, loaded: LoadedParts = {}): Promise<Engine> {
    refuseStrangeCounts(options)
    const tokenizer = loaded.tokenizer ?? (await loadChatTokenizer(options.modelPath))
    const config = await readModelConfig(options.modelPath)
    const core: CoreOptions = {
      ...options,
      // The tokens that training ends a turn with are those that end one when sampling.
      eosTokenIds: tokenizer.eosTokenIds.filter((id) => id < config.vocab),
      threads: options.threads ?? availableParallelism(),
      isTrainable: options.isTrainable ?? false,
      maxBatch: options.maxBatch ?? 128,
    }
    const { size } = layoutParameters(config).layout
    return new Engine(await Replicas.open(core, replicaCount(core, core.threads, size), size), tokenizer)
  }

  /** Facts of the loaded model. */
  get model(): EngineModel {
    return this.#replicas.model
  }

  /** Draws samples of one prompt. Rejects with EngineError 'bad-request', 'aborted', or 'numerics' where weights have diverged. */
  generate(request: GenerateRequest, options: GenerateOptions = {}): Promise<GeneratedSample[]> {
    return this.#replicas.generate(request, options)
  }

  /** Tells how busy the engine is; answered between two steps. */
  load(): Promise<EngineLoad> {
    return this.#replicas.load()
  }

  /** Takes one optimizer step; needs `isTrainable`. Rejects with 'bad-request', or 'numerics' before a weight has changed. */
  trainStep(request: TrainStepRequest): Promise<TrainStepResult> {
    return this.#replicas.trainStep(request)
  }

  /** Scores given responses under a policy: natural log-probabilities, [group][response][token]. Rejects with 'bad-request'. */
  logprobs(groups: readonly TrainGroup[], options: { temperature: number; policy: Policy }): Promise<number[][][]> {
    return this.#replicas.logprobs(groups, options.temperature, options.policy)
  }

  /** Computes the logits after every token of each sequence, [position * vocab] each. */
  logits(sequences: readonly (readonly number[])[]): Promise<Float32Array[]> {
    return this.#replicas.first({ method: 'logits', sequences })
  }

  /** Keeps the current weights, or those of a folder, as the reference policy. */
  async keepReference(folder?: string): Promise<void> {
    await this.#replicas.all({ method: 'keepReference', folder: folder ?? null })
  }

  /** Writes the current weights as a complete Hugging Face folder, atomically. */
  saveCheckpoint(folder: string): Promise<void> {
    return this.#replicas.first({ method: 'saveCheckpoint', folder })
  }

  /** Writes the optimizer's state into a file, for `restore`. */
  saveTrainingState(file: string): Promise<void> {
    return this.#replicas.first({ method: 'saveTrainingState', file })
  }

  /**
   * Restores weights and optimizer, as they were when both were saved. With `lora` the engine has to be open on the model that the
   * training started from. Rejects with 'bad-checkpoint' or 'bad-request' where folder, state and model do not belong together.
   */
  async restore(folder: string, stateFile: string): Promise<void> {
    await this.#replicas.all({ method: 'restore', folder, stateFile })
  }

  /** Ends the workers; calls under way reject with 'closed'. */
  async close(): Promise<void> {
    await this.#replicas.close(new EngineError('closed', 'the engine was closed'))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** An engine without a slot or a thread would never answer. */
function refuseStrangeCounts(options: EngineOptions): void {
  for (const name of ['threads', 'maxBatch', 'maxTokensPerMicroBatch'] as const) {
    const value = options[name]
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue
    throw new EngineError('bad-request', `${name} is ${value}; give a whole number of at least 1 or leave it out`)
  }
}
