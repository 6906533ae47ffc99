import { loadChatTokenizer } from './checkpoint/chat-tokenizer.js'
import { writeCheckpointFolder } from './checkpoint/checkpoint-folder.js'
import { type ModelConfig, readModelConfig } from './checkpoint/model-config.js'
import { trainingRuntime } from './device/training-runtime.js'
import type {
  EngineLoad,
  EngineModel,
  EngineOptions,
  GeneratedSample,
  GenerateOptions,
  GenerateRequest,
  OptimizerOptions,
  TrainGroup,
} from './engine-api.js'
import { EngineError } from './errors.js'
import { DeviceTokens } from './generation/device-tokens.js'
import { floatWeights } from './generation/float-weights.js'
import { GenerationSessions } from './generation/generation-sessions.js'
import { HostTokens } from './generation/host-tokens.js'
import { quantizedWeights } from './generation/quantized-weights.js'
import { Scheduler } from './generation/scheduler.js'
import type { TokenSource } from './generation/token-source.js'
import { loadRuntime } from './graph/session.js'
import { readTrainingState, writeTrainingState } from './optimization/training-state.js'
import type { Policy } from './policy.js'
import { partOfReplica, type ReplicaPlace } from './replicas/shared-memory.js'
import type { ReplicaArrays } from './training/host-optimizer.js'
import { LoraPolicy } from './training/lora-policy.js'
import { type Gradient, type GradientRequest, Trainer, type WeightsOf } from './training/trainer.js'
import { differingTensor } from './transformer/compare-weights.js'
import { loadWeights, tensorsOf } from './transformer/load-weights.js'
import { layoutParameters, type ParameterLayout } from './transformer/parameters.js'

type Defaulted = 'threads' | 'isTrainable' | 'maxBatch'

export interface CoreOptions extends Omit<EngineOptions, Defaulted>, Required<Pick<EngineOptions, Defaulted>> {
  /** Given where other cores hold the same model and share the work of training. */
  readonly replica?: ReplicaPlace | undefined
  /** Ids that end a turn, the tokenizer's `eos_token` among them. Default: those of the model's configuration alone. */
  readonly eosTokenIds?: readonly number[] | undefined
}

/** All of the engine in one thread. It blocks that thread while it computes, so `Engine` runs it in a worker. */
export class EngineCore {
  readonly #options: CoreOptions
  readonly #config: ModelConfig
  readonly #layout: ParameterLayout
  /** All weights in float32; null in a quantized engine, which only serves. */
  readonly #weights: Float32Array | null
  readonly #source: TokenSource
  readonly #scheduler: Scheduler
  readonly #trainer: Trainer | null
  readonly #lora: LoraPolicy | null
  #reference: Float32Array | WeightsOf | null = null

  private constructor(parts: {
    options: CoreOptions
    config: ModelConfig
    layout: ParameterLayout
    weights: Float32Array | null
    source: TokenSource
    trainer: Trainer | null
    lora: LoraPolicy | null
  }) {
    this.#options = parts.options
    this.#config = parts.config
    this.#layout = parts.layout
    this.#weights = parts.weights
    this.#source = parts.source
    this.#trainer = parts.trainer
    this.#lora = parts.lora
    const { modelPath, maxBatch } = parts.options
    this.#scheduler = new Scheduler(parts.config, parts.source, maxBatch, () => loadChatTokenizer(modelPath))
  }

  static async open(options: CoreOptions, runtimeForTraining = trainingRuntime): Promise<EngineCore> {
    const runtime = await loadRuntime()
    const described = await readModelConfig(options.modelPath)
    const config = { ...described, eosTokenIds: options.eosTokenIds ?? described.eosTokenIds }
    const { layout, structure } = layoutParameters(config)
    const { threads, isTrainable, quantization } = options
    if (options.device === 'webgpu' && !isTrainable) {
      const message = "device 'webgpu' is for training only, since single answers are faster on the CPU"
      throw new EngineError('bad-request', `${message}; leave it out or open the engine with isTrainable: true`)
    }
    if (quantization !== undefined) {
      if (isTrainable) {
        const message = `quantization '${quantization}' is for serving only, since rounded weights cannot be trained`
        throw new EngineError('bad-request', `${message}; leave it out or open the engine with isTrainable: false`)
      }
      const weights = await quantizedWeights(options.modelPath, config, quantization)
      const sessions = await GenerationSessions.compile({ runtime, config, threads, weights, servesRollouts: false })
      const source = new HostTokens(config, sessions)
      return new EngineCore({ options, config, layout, weights: null, source, trainer: null, lora: null })
    }
    const weights = await loadWeights(options.modelPath, config, layout)
    const hostTokens = async () => {
      const kept = floatWeights(config, weights, isTrainable)
      const compiled = { runtime, config, threads, weights: kept, servesRollouts: isTrainable }
      return new HostTokens(config, await GenerationSessions.compile(compiled))
    }
    const lora =
      isTrainable && options.lora !== undefined
        ? await LoraPolicy.open({ runtime, threads, structure, weights, lora: options.lora })
        : null
    const { recomputeActivations: recomputesLayers = false, maxTokensPerMicroBatch: maxBatchTokens } = options
    const limits = { recomputesLayers, ...(maxBatchTokens === undefined ? {} : { maxBatchTokens }) }
    const trainsOn = isTrainable ? await runtimeForTraining(options.device ?? 'cpu', layout.size) : runtime
    // Adapters are merged into weights on this side.
    const samplesOnCard = trainsOn.device === 'webgpu' && lora === null
    const trainer = isTrainable
      ? new Trainer({
          runtime: trainsOn,
          config,
          threads,
          weights,
          leavesWeightsOnDevice: samplesOnCard,
          lora,
          ...limits,
          replica: options.replica && arraysOf(options.replica),
        })
      : null
    const source =
      samplesOnCard && trainer !== null
        ? new DeviceTokens({ runtime: trainsOn, config, weights: () => trainer.parameterFeeds() })
        : await hostTokens()
    return new EngineCore({ options, config, layout, weights, source, trainer, lora })
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

  /** Computes the gradient of the given groups and keeps it for `update`. */
  async computeGradient(request: GradientRequest): Promise<Gradient> {
    const trainer = this.#trainable()
    // The sampler's copy of the weights goes before the pass needs the memory: `update` makes it stale.
    const result = await this.#source.whileWeightsChange(() => trainer.computeGradient(request))
    // The others add what stands in the shared memory, also where there was nothing to compute.
    if (this.#options.replica !== undefined) await trainer.gradients()
    return result
  }

  /** The norm of the kept gradient: of a replica's part of the weights, with the gradients of all. */
  gradientNorm(): Promise<number> {
    return this.#trainable().gradientNorm()
  }

  /** Takes an optimizer step along the kept gradient times `scale`; a replica for its part of the weights. */
  async update(optimizer: OptimizerOptions, scale: number): Promise<void> {
    const trainer = this.#trainable()
    await this.#source.whileWeightsChange(() => trainer.update(optimizer, scale))
    this.#parts?.own()
  }

  /** Takes the parts of the weights that other replicas have updated; samples drawn afterwards come from them. */
  async takeWeights(): Promise<void> {
    await this.#source.whileWeightsChange(async () => this.#parts?.others())
  }

  /** Copies weights to and from the memory that all replicas see; null where there is one. */
  get #parts() {
    const { replica } = this.#options
    if (replica === undefined) return null
    const weights = this.#floats()
    const shared = new Float32Array(replica.shared.weights)
    const { from, to } = partOfReplica(weights.length, replica.index, replica.shared.gradients.length)
    return {
      own: () => shared.set(weights.subarray(from, to), from),
      others: () => {
        weights.set(shared.subarray(0, from))
        weights.set(shared.subarray(to), to)
      },
    }
  }

  /** Log-probabilities of given responses, [group][response][token]. */
  logprobs(groups: readonly TrainGroup[], temperature: number, policy: Policy): Promise<number[][][]> {
    const weights = policy === 'current' ? this.#floats() : this.#reference
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
    const lora = this.#lora
    if (folder !== null) this.#reference = await loadWeights(folder, this.#config, this.#layout)
    // The base of the adapters is kept anyway, so that the usual reference of such a run costs nothing.
    else if (lora?.isBase) this.#reference = (parameter) => lora.baseOf(parameter)
    else this.#reference = (await this.#currentFloats()).slice()
  }

  /** Writes a complete Hugging Face folder, atomically, in float32; adapters are merged, and kept beside in `adapter`. */
  async saveCheckpoint(folder: string): Promise<void> {
    const lora = this.#lora
    await writeCheckpointFolder(folder, {
      sourceFolder: this.#options.modelPath,
      tensors: tensorsOf(await this.#currentFloats(), this.#layout),
      ...(lora === null ? {} : { adapter: lora.contents(this.#options.modelPath) }),
      dtype: 'F32',
      random: `${process.pid}`,
    })
  }

  /** Writes what only resuming needs, the optimizer's moments and step and the adapters, into a file. */
  async saveTrainingState(file: string): Promise<void> {
    await writeTrainingState(file, { adam: await this.#trainable().adam(), adapters: this.#lora?.values ?? null })
  }

  /**
   * Restores weights from a checkpoint folder and the optimizer from its state file. Adapters come from the state file and are
   * merged into the model that is open; rejects with 'bad-request' where that does not give the folder's weights.
   */
  async restore(folder: string, stateFile: string): Promise<void> {
    const trainer = this.#trainable()
    const lora = this.#lora
    const size = lora?.values.length ?? this.#layout.size
    const { adam, adapters } = await readTrainingState(stateFile, { size, isLora: lora !== null })
    await this.#source.whileWeightsChange(async () => {
      if (lora !== null && adapters !== null) await this.#restoreAdapters(lora, adapters, folder)
      else await loadWeights(folder, this.#config, this.#layout, this.#floats())
      // Lets go of the weights on a card, which a step of sampling may be reading.
      await trainer.restore(adam)
    })
  }

  async #restoreAdapters(lora: LoraPolicy, adapters: Float32Array, folder: string): Promise<void> {
    const before = lora.values.slice()
    await lora.restore(adapters)
    try {
      const name = await differingTensor(folder, this.#config, this.#layout, this.#floats())
      if (name === null) return
      const message = `${this.#options.modelPath} with the adapters of that state is not the model in ${folder}: ${name} differs`
      throw new EngineError(
        'bad-request',
        `${message}; open the engine on the model that the training started from, and give the checkpoint and the state of one moment`,
      )
    } catch (error) {
      await lora.restore(before)
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#source.release()
    await this.#trainer?.release()
    await this.#lora?.release()
  }

  async #currentFloats(): Promise<Float32Array> {
    await this.#trainer?.bringWeights()
    return this.#floats()
  }

  #floats(): Float32Array {
    if (this.#weights === null) {
      const { quantization, modelPath } = this.#options
      const message = `this engine holds ${modelPath} as ${quantization}, which only serves`
      throw new EngineError('bad-request', `${message}; open it without quantization`)
    }
    return this.#weights
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

function arraysOf({ index, shared }: ReplicaPlace): ReplicaArrays {
  return {
    index,
    gradients: shared.gradients.map((gradient) => new Float32Array(gradient)),
    moments: { mean: new Float32Array(shared.moments.mean), variance: new Float32Array(shared.moments.variance) },
  }
}
