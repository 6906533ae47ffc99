import type { Tensor } from 'onnxruntime-node'
import type { ModelConfig } from '../checkpoint/model-config.js'
import { DeviceOptimizer } from '../device/device-optimizer.js'
import type { OptimizerOptions, TrainGroup, TrainStepRequest, TrainStepResult } from '../engine-api.js'
import { EngineError } from '../errors.js'
import { type Feeds, floatsOf, type KeptFeeds, type Runtime, type Session } from '../graph/session.js'
import { SessionSet } from '../graph/session-set.js'
import { segmentsOfRows } from '../losses/segments-of-rows.js'
import type { AdamState } from '../optimization/adamw.js'
import { packedFeeds, packedSizes } from '../transformer/block-layout.js'
import { causalMask } from '../transformer/decoder.js'
import {
  type DecoderParameters,
  layoutParameters,
  type Parameter,
  type ParameterLayout,
} from '../transformer/parameters.js'
import { clipScale } from './clip-scale.js'
import { distinctTokens } from './distinct-tokens.js'
import { HostOptimizer, type ReplicaArrays } from './host-optimizer.js'
import type { LoraPolicy } from './lora-policy.js'
import { mostPassTokens } from './micro-batch-limits.js'
import type { Optimizer, Trained } from './optimizer.js'
import { type PackedBatch, packGroups } from './pack-groups.js'
import { type PolicyStatistics, policyStatistics } from './policy-statistics.js'
import {
  gradientName,
  type LossVariant,
  logitsGraph,
  lossVariant,
  scoringGraph,
  trainingGraph,
} from './training-graph.js'

export interface TrainerOptions {
  readonly runtime: Runtime
  readonly config: ModelConfig
  readonly threads: number
  /** The weights of the policy, flat; updated in place. */
  readonly weights: Float32Array
  /** True leaves new weights on the device that trains them until `bringWeights`. Default false. */
  readonly leavesWeightsOnDevice?: boolean
  /** Trains these adapters, and the weights through them alone. */
  readonly lora?: LoraPolicy | null
  /** True computes each layer again in the backward pass instead of keeping what is inside it. Default false. */
  readonly recomputesLayers?: boolean
  /** Tokens a pass may hold; by default what `mostPassTokens` gives. */
  readonly maxBatchTokens?: number
  /** Given to one of several replicas, which compute at the same time. */
  readonly replica?: ReplicaArrays | undefined
}

/** A step's request before the optimizer has its turn. */
export type GradientRequest = Omit<TrainStepRequest, 'optimizer'>

/** What is told of a gradient that `computeGradient` leaves. */
export interface Gradient extends PolicyStatistics, Pick<TrainStepResult, 'loss' | 'computedTokens' | 'usefulTokens'> {}

/** Gives the values of one weight. */
export type WeightsOf = (parameter: Parameter) => Float32Array

/** Computes losses, gradients and optimizer steps. Splitting a batch does not change the gradient. */
export class Trainer {
  readonly #options: TrainerOptions
  readonly #layout: ParameterLayout
  readonly #structure: DecoderParameters<Parameter>
  readonly #trained: Trained
  readonly #optimizer: Optimizer
  readonly #sessions: SessionSet

  constructor(options: TrainerOptions) {
    const { layout, structure } = layoutParameters(options.config)
    const { lora, weights, runtime } = options
    this.#options = options
    this.#sessions = new SessionSet(runtime, { threads: options.threads, spins: true })
    this.#layout = layout
    this.#structure = structure
    this.#trained = lora
      ? { layout: lora.layout.layout, values: lora.values, tables: null }
      : { layout, values: weights, tables: structure }
    // Adapters are small, and their products are made from them on this side.
    const isOnCard = runtime.device === 'webgpu' && !lora
    this.#optimizer = isOnCard
      ? new DeviceOptimizer(runtime, this.#trained)
      : new HostOptimizer(this.#trained, options.replica)
  }

  get weights(): Float32Array {
    return this.#options.weights
  }

  /** Makes `weights` current, where updates have left them on a device. */
  bringWeights(): Promise<void> {
    return this.#optimizer.bringValues()
  }

  /** The current weights by name, where they lie: on the device where the optimizer keeps them there. */
  async parameterFeeds(): Promise<Feeds> {
    return (await this.#optimizer.parametersOnDevice()) ?? this.#hostFeeds(this.#options.weights)
  }

  /** The optimizer's moments and step, as `restore` takes them. */
  adam(): Promise<AdamState> {
    return this.#optimizer.state()
  }

  /** Goes on from saved moments and from the weights as they are now. */
  restore(adam: AdamState): Promise<void> {
    return this.#optimizer.restore(adam)
  }

  /** The gradient left by the last `computeGradient`, laid out as what is trained: the weights, or the adapters. */
  gradients(): Promise<Float32Array> {
    return this.#optimizer.gradients()
  }

  /** Log-probabilities of every response token under the given weights, as [group][response][token]. */
  async logprobs(
    groups: readonly TrainGroup[],
    temperature: number,
    weights: Float32Array | WeightsOf,
  ): Promise<number[][][]> {
    const result = groups.map((group) =>
      group.responses.map((response) => new Array<number>(response.tokenIds.length).fill(0)),
    )
    const session = await this.#sessions.get('scoring', () => scoringGraph(this.#options.config, this.#structure))
    await using parameters = await this.#keptParameters(session, weights)
    for (const batch of this.pack(groups, true)) {
      const feeds = { ...parameters.feeds, ...this.#batchFeeds(session, batch, temperature) }
      const outputs = await this.#run(session, feeds, batch)
      const logprob = floatsOf(outputs, 'logprob')
      batch.owners.forEach(({ groupIndex, responseIndex, tokenIndex }, row) => {
        ;(result[groupIndex]?.[responseIndex] as number[])[tokenIndex] = logprob[row] as number
      })
    }
    return result
  }

  /** Logits after every token of each sequence, [sequence][position * vocab]. */
  async logits(sequences: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const session = await this.#sessions.get('logits', () => logitsGraph(this.#options.config, this.#structure))
    await this.bringWeights()
    const parameters = this.#hostFeeds(this.#options.weights)
    const results: Float32Array[] = []
    for (const tokenIds of sequences) {
      const time = tokenIds.length
      const feeds = {
        ...parameters,
        tokens: session.int64(tokenIds, [time]),
        positions: session.int64(
          tokenIds.map((_, t) => t),
          [1, time],
        ),
        mask: session.float32(causalMask(time), [1, 1, 1, time, time]),
      }
      results.push(floatsOf(await session.run(feeds, { B: 1, T: time, N: time }), 'logits'))
    }
    return results
  }

  /** Runs forward and backward over all groups and leaves the summed gradient in `gradients`. */
  async computeGradient(request: GradientRequest): Promise<Gradient> {
    const { loss, groups } = request
    const variant = lossVariant(loss)
    const session = await this.#trainingSession(variant)
    this.#optimizer.begin()
    await using parameters = await this.#keptParameters(session, this.#options.weights)
    const statistics = policyStatistics(loss)
    let total = 0
    let computedTokens = 0
    for (const batch of this.pack(groups, false)) {
      if (batch.rows.length === 0) continue
      const feeds = {
        ...parameters.feeds,
        ...this.#batchFeeds(session, batch, request.temperature),
        ...lossFeeds(session, batch, request),
      }
      const pass = await this.#trainingPass(session, feeds, batch)
      total += pass.loss
      statistics.add(batch, groups, pass.logprob, pass.entropy)
      computedTokens += batch.tokens.length
    }
    return { loss: total, ...statistics.result(), computedTokens, usefulTokens: distinctTokens(groups) }
  }

  /** One optimizer step: gradient, global-norm clipping, AdamW. Weights stay as they were when a number is not finite. */
  async step(request: TrainStepRequest): Promise<TrainStepResult> {
    const started = performance.now()
    const result = await this.computeGradient(request)
    const gradNorm = await this.applyGradient(request.optimizer, result.loss)
    return { ...result, gradNorm, seconds: (performance.now() - started) / 1000 }
  }

  /** Changes the weights by what `computeGradient` left, and returns its norm. Throws 'numerics' before it changes any. */
  async applyGradient(optimizer: OptimizerOptions, loss: number): Promise<number> {
    const norm = await this.gradientNorm()
    await this.update(optimizer, clipScale(norm, loss, optimizer.clipGrad))
    return norm
  }

  /** The norm of what `computeGradient` left; of one of several replicas, that of its part of what all of them left. */
  gradientNorm(): Promise<number> {
    return this.#optimizer.norm()
  }

  /** Changes the weights, or a replica's part of them, by AdamW. */
  async update(optimizer: OptimizerOptions, scale: number): Promise<void> {
    await this.#optimizer.update(optimizer, scale)
    if (!this.#options.leavesWeightsOnDevice) await this.bringWeights()
    await this.#options.lora?.merge()
  }

  /** Lays groups out into the batches of `computeGradient`, or, with untrained tokens, of `logprobs`. */
  pack(groups: readonly TrainGroup[], includesUntrained: boolean): PackedBatch[] {
    const { config, recomputesLayers = false, maxBatchTokens, runtime, replica } = this.#options
    const lengths = groups.flatMap(({ promptTokenIds, responses }) =>
      responses.map(({ tokenIds }) => promptTokenIds.length - 1 + tokenIds.length),
    )
    const longest = Math.max(1, ...lengths)
    if (longest > config.maxPositions) {
      throw new EngineError(
        'bad-request',
        `a prompt and its response take ${longest} positions, but the model has ${config.maxPositions}; shorten one of them`,
      )
    }
    const gradientBytes = Float32Array.BYTES_PER_ELEMENT * this.#trained.layout.size
    const replicas = replica?.gradients.length ?? 1
    const limits = { width: longest, recomputesLayers, gradientBytes, device: runtime.device, replicas }
    const most = maxBatchTokens ?? mostPassTokens(config, limits)
    return packGroups(groups, { maxBatchTokens: most, includesUntrained })
  }

  async release(): Promise<void> {
    await this.#optimizer.release()
    await this.#sessions.release()
  }

  #trainingSession(variant: LossVariant): Promise<Session> {
    const { config, lora, recomputesLayers = false } = this.#options
    const options = { recomputesLayers, ...(lora ? { adapters: lora.layout } : {}) }
    const build = () => trainingGraph(config, this.#structure, this.#trained.layout.parameters, variant, options)
    const gradients = new Set(this.#trained.layout.parameters.map(gradientName))
    const staysOnDevice = (output: string) => this.#optimizer.keepsGradientsOnDevice && gradients.has(output)
    return this.#sessions.get(JSON.stringify(variant), build, staysOnDevice)
  }

  /** The weights, and adapters where they are trained, for the runs of one call. */
  async #keptParameters(session: Session, weights: Float32Array | WeightsOf): Promise<KeptFeeds> {
    const onDevice = weights === this.#options.weights ? await this.#optimizer.parametersOnDevice() : null
    if (onDevice !== null) return { feeds: onDevice, [Symbol.asyncDispose]: async () => {} }
    return await session.keep({ ...this.#hostFeeds(weights), ...this.#adapterFeeds(session) })
  }

  #hostFeeds(weights: Float32Array | WeightsOf): Feeds {
    const { Tensor } = this.#options.runtime
    const weightsOf = typeof weights === 'function' ? weights : partsOf(weights)
    const feeds: Feeds = {}
    for (const parameter of this.#layout.parameters) {
      feeds[parameter.name] = new Tensor('float32', weightsOf(parameter), parameter.shape)
    }
    return feeds
  }

  #adapterFeeds(session: Session): Feeds {
    const { lora } = this.#options
    if (!lora) return {}
    const valuesOf = partsOf(lora.values)
    return Object.fromEntries(
      lora.layout.layout.parameters.map((parameter) => [
        parameter.name,
        session.float32(valuesOf(parameter), parameter.shape),
      ]),
    )
  }

  async #run(session: Session, feeds: Feeds, batch: PackedBatch): Promise<Record<string, Tensor>> {
    return session.run(feeds, { ...packedSizes(batch), R: batch.rows.length })
  }

  #batchFeeds(session: Session, batch: PackedBatch, temperature: number): Feeds {
    return {
      ...packedFeeds(session, batch, this.#options.config),
      rows: session.int64(batch.rows, [batch.rows.length]),
      targets: session.int64(batch.targets, [batch.rows.length]),
      inverseTemperature: session.float32(Float32Array.of(1 / temperature), []),
    }
  }

  /** One forward and backward pass. Its gradients, as large as the weights, are out of reach when it returns. */
  async #trainingPass(session: Session, feeds: Feeds, batch: PackedBatch) {
    const outputs = await this.#run(session, feeds, batch)
    await this.#optimizer.add(outputs, batch)
    const loss = floatsOf(outputs, 'loss')[0] as number
    return { loss, logprob: floatsOf(outputs, 'logprob'), entropy: floatsOf(outputs, 'entropy') }
  }
}

function partsOf(flat: Float32Array): WeightsOf {
  return ({ offset, size }) => flat.subarray(offset, offset + size)
}

function lossFeeds(session: Session, batch: PackedBatch, request: GradientRequest): Feeds {
  const { loss, groups, denominator } = request
  const column = (value: (owner: PackedBatch['owners'][number]) => number) =>
    session.float32(Float32Array.from(batch.owners, value), [batch.owners.length, 1])
  const scalar = (x: number) => session.float32(Float32Array.of(x), [])
  const responseOf = ({ groupIndex, responseIndex }: PackedBatch['owners'][number]) =>
    groups[groupIndex]?.responses[responseIndex] as TrainGroup['responses'][number]
  const feeds: Feeds = { weight: column((owner) => (responseOf(owner).weight ?? 1) / denominator) }
  if (loss.kind === 'sft') return feeds
  feeds.oldLogprob = column((owner) => responseOf(owner).oldLogprobs[owner.tokenIndex] as number)
  feeds.advantage = column((owner) => {
    const { advantage, importance } = responseOf(owner)
    return advantage * (importance?.[owner.tokenIndex] ?? 1)
  })
  feeds.ratioLow = scalar(1 - loss.epsClip)
  feeds.ratioHigh = scalar(1 + loss.epsClipHigh)
  if (loss.klCoef !== 0) {
    feeds.klCoef = scalar(loss.klCoef)
    feeds.refLogprob = column((owner) => responseOf(owner).refLogprobs?.[owner.tokenIndex] as number)
  }
  if (loss.entropyCoef !== 0) feeds.entropyCoef = scalar(loss.entropyCoef)
  if (loss.policyLoss === 'gspo') {
    const { sequences, membership, inverseLength } = segmentsOfRows(batch.owners)
    feeds.membership = session.float32(membership, [batch.owners.length, sequences])
    feeds.inverseLength = session.float32(inverseLength, [batch.owners.length, 1])
  }
  return feeds
}
