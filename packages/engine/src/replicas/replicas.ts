import type {
  EngineLoad,
  EngineModel,
  GeneratedSample,
  GenerateOptions,
  GenerateRequest,
  TokenEvent,
  TrainGroup,
  TrainStepRequest,
  TrainStepResult,
} from '../engine-api.js'
import type { CoreOptions } from '../engine-core.js'
import type { EngineCall } from '../engine-messages.js'
import { EngineWorkerLink } from '../engine-worker-link.js'
import type { EngineError } from '../errors.js'
import type { Policy } from '../policy.js'
import { checkScoring, checkStep } from '../training/check-step.js'
import { clipScale } from '../training/clip-scale.js'
import type { Gradient } from '../training/trainer.js'
import { Turns } from '../turns.js'
import { mergeGradients } from './merge-gradients.js'
import { threadsOfReplicas } from './replica-count.js'
import { shareGroups, unshare } from './share-groups.js'
import { sharedMemory } from './shared-memory.js'

interface Replica {
  readonly link: EngineWorkerLink
  readonly threads: number
  /** Samples being drawn. */
  samples: number
}

/** Samples of one prompt that stay together: as many as share a copy of its keys and values. */
const samplesTogether = 8

/**
 * Workers that hold the same model, at least one. Each draws other samples, computes the gradient of other groups
 * and takes the optimizer's step for another part of the weights (synchronous data parallelism). Whatever reads or changes
 * the policy as a whole runs in the order in which it is asked for; samples are drawn beside it.
 */
export class Replicas {
  readonly model: EngineModel
  readonly #replicas: readonly [Replica, ...Replica[]]
  readonly #turns = new Turns()
  /** Resolves when one of them has ended, with why. */
  readonly ended: Promise<EngineError>

  private constructor(model: EngineModel, replicas: readonly Replica[]) {
    this.model = model
    this.#replicas = replicas as readonly [Replica, ...Replica[]]
    this.ended = Promise.race(replicas.map(({ link }) => link.ended))
  }

  /** Opens `count` of them, which share the threads. */
  static async open(options: CoreOptions, count: number, parameters: number): Promise<Replicas> {
    const shared = count > 1 ? sharedMemory(parameters, count) : null
    const maxBatch = Math.ceil(options.maxBatch / count)
    const replicas = threadsOfReplicas(options.threads, count).map(
      (threads): Replica => ({ link: new EngineWorkerLink(), threads, samples: 0 }),
    )
    const openings = replicas.map(({ link, threads }, index) =>
      link.call<EngineModel>({
        method: 'open',
        options: { ...options, threads, maxBatch, ...(shared && { replica: { index, shared } }) },
      }),
    )
    try {
      const [model] = await Promise.all(openings)
      return new Replicas(model as EngineModel, replicas)
    } catch (error) {
      await Promise.all(replicas.map(({ link }) => link.close(error as EngineError)))
      throw error
    }
  }

  /** Asks the first in its turn, for what one alone can do. */
  first<T>(call: EngineCall): Promise<T> {
    return this.#turns.take(() => this.#replicas[0].link.call<T>(call))
  }

  /** Asks all of them the same in its turn. */
  all<T>(call: EngineCall): Promise<T[]> {
    return this.#turns.take(() => this.#each<T>(call))
  }

  async load(): Promise<EngineLoad> {
    const loads = await this.#each<EngineLoad>({ method: 'load' })
    const sum = (of: (load: EngineLoad) => number) => loads.reduce((total, load) => total + of(load), 0)
    return {
      slotsInUse: sum(({ slotsInUse }) => slotsInUse),
      slots: sum(({ slots }) => slots),
      waiting: sum(({ waiting }) => waiting),
    }
  }

  /** Gives the samples of a prompt to whoever is least busy, many samples in parts, which end together. */
  async generate(request: GenerateRequest, options: GenerateOptions): Promise<GeneratedSample[]> {
    const { onToken, signal } = options
    const generate = (replica: Replica, part: GenerateRequest, partOptions: GenerateOptions) =>
      replica.link.call<GeneratedSample[]>(
        { method: 'generate', request: part, wantsTokens: onToken !== undefined },
        partOptions,
      )
    if (this.#replicas.length === 1) return await generate(this.#replicas[0], request, options)
    const { seeds } = request
    const stop = new AbortController()
    const abort = () => stop.abort()
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    const parts: Promise<GeneratedSample[]>[] = []
    // A request without seeds is refused by the engine.
    for (let from = 0; from === 0 || from < seeds.length; from += samplesTogether) {
      const replica = this.#leastBusy()
      const part = { ...request, seeds: seeds.slice(from, from + samplesTogether) }
      const moved = onToken && {
        onToken: (event: TokenEvent) => {
          if (!stop.signal.aborted) onToken({ ...event, sampleIndex: from + event.sampleIndex })
        },
      }
      replica.samples += part.seeds.length
      parts.push(
        generate(replica, part, { ...moved, signal: stop.signal }).finally(() => {
          replica.samples -= part.seeds.length
        }),
      )
    }
    try {
      return (await Promise.all(parts)).flat()
    } finally {
      signal?.removeEventListener('abort', abort)
      // Where one part is rejected, the others draw for nobody.
      abort()
    }
  }

  /** Takes one optimizer step, in its turn: the gradients of two would add up. */
  async trainStep(request: TrainStepRequest): Promise<TrainStepResult> {
    checkStep(request, this.model)
    return await this.#turns.take(() => this.#step(request))
  }

  async #step({ optimizer, ...request }: TrainStepRequest): Promise<TrainStepResult> {
    const started = performance.now()
    const gradients = await this.#onShares<Gradient>(request.groups, (groups) => ({
      method: 'computeGradient',
      request: { ...request, groups },
    }))
    const gradient = mergeGradients(gradients.values, request.groups)
    const gradNorm = Math.hypot(...(await this.#each<number>({ method: 'gradientNorm' })))
    const scale = clipScale(gradNorm, gradient.loss, optimizer.clipGrad)
    await this.#each({ method: 'update', optimizer, scale })
    await this.#each({ method: 'takeWeights' })
    return { ...gradient, gradNorm, seconds: (performance.now() - started) / 1000 }
  }

  /** Log-probabilities of given responses, [group][response][token]. */
  async logprobs(groups: readonly TrainGroup[], temperature: number, policy: Policy): Promise<number[][][]> {
    checkScoring(groups, temperature, this.model)
    return await this.#turns.take(async () => {
      const { shares, values } = await this.#onShares<number[][][]>(groups, (share) => ({
        method: 'logprobs',
        groups: share,
        temperature,
        policy,
      }))
      return unshare(groups, shares, values)
    })
  }

  async close(reason: EngineError): Promise<void> {
    await Promise.all(this.#replicas.map(({ link }) => link.close(reason)))
  }

  #leastBusy(): Replica {
    const load = ({ samples, threads }: Replica) => samples / threads
    return this.#replicas.reduce((best, replica) => (load(replica) < load(best) ? replica : best))
  }

  async #onShares<T>(groups: readonly TrainGroup[], call: (groups: readonly TrainGroup[]) => EngineCall) {
    const replicas = this.#replicas
    const shares = shareGroups(
      groups,
      replicas.map(({ threads }) => threads),
    )
    const calls = replicas.map(({ link }, i) => link.call<T>(call(shares[i]?.groups ?? [])))
    return { shares, values: await allDone(calls) }
  }

  #each<T>(call: EngineCall): Promise<T[]> {
    return allDone(this.#replicas.map(({ link }) => link.call<T>(call)))
  }
}

/** Waits for all of them also where one is rejected: who goes on while another still computes mixes their gradients. */
async function allDone<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(calls)
  return await Promise.all(calls)
}
