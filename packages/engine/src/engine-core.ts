import { loadChatTokenizer } from './checkpoint/chat-tokenizer.js'
import { writeCheckpointFolder } from './checkpoint/checkpoint-folder.js'
import { type ModelConfig, readModelConfig } from './checkpoint/model-config.js'
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
import { EngineError } from './errors.js'
import { GenerationSessions } from './generation/generation-sessions.js'
import { Scheduler } from './generation/scheduler.js'
import { loadRuntime } from './graph/session.js'
import { readTrainingState, writeTrainingState } from './optimization/training-state.js'
import { Trainer } from './training/trainer.js'
import { loadWeights, tensorsOf } from './transformer/load-weights.js'
import { layoutParameters, type ParameterLayout } from './transformer/parameters.js'

export interface CoreOptions extends Required<Omit<EngineOptions, 'threads'>> {
  readonly threads: number
}

/** Whose log-probabilities are asked for: the current weights, or those kept by `keepReference`. */
export type Policy = 'current' | 'reference'

/** All of the engine in one thread. It blocks that thread while it computes, so `Engine` runs it in a worker. */
export class EngineCore {
  readonly #options: CoreOptions
  readonly #config: ModelConfig
  readonly #layout: ParameterLayout
  readonly #weights: Float32Array
  readonly #sessions: GenerationSessions
  readonly #scheduler: Scheduler
  readonly #trainer: Trainer | null
  #reference: Float32Array | null = null

  private constructor(parts: {
    options: CoreOptions
    config: ModelConfig
    layout: ParameterLayout
    weights: Float32Array
    sessions: GenerationSessions
    trainer: Trainer | null
  }) {
    this.#options = parts.options
    this.#config = parts.config
    this.#layout = parts.layout
    this.#weights = parts.weights
    this.#sessions = parts.sessions
    this.#trainer = parts.trainer
    const { modelPath, maxBatch } = parts.options
    this.#scheduler = new Scheduler(parts.config, parts.sessions, maxBatch, () => loadChatTokenizer(modelPath))
  }

  static async open(options: CoreOptions): Promise<EngineCore> {
    const runtime = await loadRuntime()
    const config = await readModelConfig(options.modelPath)
    const { layout } = layoutParameters(config)
    const weights = await loadWeights(options.modelPath, config, layout)
    const { threads, isTrainable } = options
    const sessions = await GenerationSessions.compile({ runtime, config, threads, weights, isTrainable })
    const trainer = isTrainable ? new Trainer({ runtime, config, threads, weights }) : null
    return new EngineCore({ options, config, layout, weights, sessions, trainer })
  }

  get model(): EngineModel {
    return {
      architecture: this.#config.architecture,
      parameters: this.#layout.size,
      vocabSize: this.#config.vocab,
      maxPositions: this.#config.maxPositions,
      eosTokenIds: this.#config.eosTokenIds,
    }
  }

  get load(): EngineLoad {
    return this.#scheduler.load
  }

  generate(request: GenerateRequest, options?: GenerateOptions): Promise<GeneratedSample[]> {
    return this.#scheduler.generate(request, options)
  }

  /** One optimizer step; samples drawn afterwards come from the new weights. */
  async trainStep(request: TrainStepRequest): Promise<TrainStepResult> {
    const result = await this.#trainable().step(request)
    this.#sessions.refreshWeights()
    return result
  }

  /** Log-probabilities of given responses, [group][response][token]. */
  logprobs(groups: readonly TrainGroup[], temperature: number, policy: Policy): Promise<number[][][]> {
    const weights = policy === 'current' ? this.#weights : this.#reference
    if (weights === null)
      throw new EngineError('bad-request', 'no reference policy was kept; call keepReference() first')
    return this.#trainable().logprobs(groups, temperature, weights)
  }

  /** Logits after every token of each sequence, [position * vocab] each. */
  logits(sequences: readonly (readonly number[])[]): Promise<Float32Array[]> {
    return this.#trainable().logits(sequences)
  }

  /** Keeps a copy of the weights as the reference policy: the current ones, or those of a checkpoint folder. */
  async keepReference(folder: string | null): Promise<void> {
    this.#reference = folder === null ? this.#weights.slice() : await loadWeights(folder, this.#config, this.#layout)
  }

  /** Writes a complete Hugging Face folder, atomically, in float32. */
  async saveCheckpoint(folder: string): Promise<void> {
    await writeCheckpointFolder(folder, {
      sourceFolder: this.#options.modelPath,
      tensors: tensorsOf(this.#weights, this.#layout),
      dtype: 'F32',
      random: `${process.pid}`,
    })
  }

  /** Writes what only resuming needs, the optimizer's moments and step, into a file. */
  async saveTrainingState(file: string): Promise<void> {
    await writeTrainingState(file, this.#trainable().adam)
  }

  /** Restores weights from a checkpoint folder and the optimizer from its state file. */
  async restore(folder: string, stateFile: string): Promise<void> {
    const trainer = this.#trainable()
    const adam = await readTrainingState(stateFile, this.#layout.size)
    this.#weights.set(await loadWeights(folder, this.#config, this.#layout))
    trainer.adam = adam
    this.#sessions.refreshWeights()
  }

  async close(): Promise<void> {
    await this.#sessions.release()
    await this.#trainer?.release()
  }

  #trainable(): Trainer {
    if (this.#trainer === null) {
      throw new EngineError(
        'bad-request',
        `this engine was opened for serving only (${this.#options.modelPath}); open it with isTrainable: true`,
      )
    }
    return this.#trainer
  }
}
