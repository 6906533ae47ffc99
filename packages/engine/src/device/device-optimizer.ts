import type { Tensor } from 'onnxruntime-node'
import type { OptimizerOptions } from '../engine-api.js'
import type { GraphBuilder } from '../graph/graph-builder.js'
import { type Feeds, floatsOf, type Runtime, type Session } from '../graph/session.js'
import { SessionSet } from '../graph/session-set.js'
import type { AdamState } from '../optimization/adamw.js'
import { addTableRows } from '../training/add-table-rows.js'
import type { Optimizer, Trained } from '../training/optimizer.js'
import type { PackedBatch } from '../training/pack-groups.js'
import { gradientName } from '../training/training-graph.js'
import type { Parameter } from '../transformer/parameters.js'
import {
  accumulationGraph,
  completionGraph,
  type ParameterTensor,
  tensorName,
  updateGraph,
  updateScalars,
} from './optimizer-graphs.js'
import { disposeOnDevice, renamed, TensorTransfer } from './tensor-transfer.js'

/** What stays on the device from step to step. */
interface Held {
  weights: Feeds
  mean: Feeds
  variance: Feeds
}

/**
 * AdamW on a graphics card: weights, moments and gradients stay there, and only the new weights come back, when they are
 * asked for. What is added by token id is summed up here and sent there.
 */
export class DeviceOptimizer implements Optimizer {
  readonly keepsGradientsOnDevice = true
  readonly #runtime: Runtime
  readonly #trained: Trained
  readonly #tables = new Map<Parameter, Float32Array>()
  readonly #sessions: SessionSet
  readonly #transfers = new Map<string, TensorTransfer>()
  #held: Held | null = null
  /** True where the weights on the device are ahead of those here. */
  #isAhead = false
  /** Moments to start from, where those on the device are not the ones. */
  #start: AdamState | null = null
  #step = 0
  /** Of the passes so far, by `tensorName`. */
  #gradients: Feeds | null = null
  /** Sums of squares of the whole gradient, once it is complete. */
  #squares: Float32Array | null = null

  constructor(runtime: Runtime, trained: Trained) {
    this.#runtime = runtime
    this.#sessions = new SessionSet(runtime, { threads: 1, spins: false })
    this.#trained = trained
    const { tables } = trained
    for (const table of tables === null ? [] : [tables.embedding, tables.head]) {
      this.#tables.set(table, new Float32Array(table.size))
    }
  }

  begin(): void {
    disposeOnDevice(Object.values(this.#gradients ?? {}))
    this.#gradients = null
    this.#squares = null
    for (const table of this.#tables.values()) table.fill(0)
  }

  async add(outputs: Record<string, Tensor>, batch: PackedBatch): Promise<void> {
    const { layout, tables } = this.#trained
    const dense = layout.parameters.filter((parameter) => outputs[gradientName(parameter)] !== undefined)
    const given = named('gradient', dense, (parameter) => outputs[gradientName(parameter)] as Tensor)
    if (this.#gradients === null) this.#gradients = given
    else {
      const session = await this.#session('accumulation', () => accumulationGraph(dense))
      const sums = await session.run({ ...renamed('given', this.#gradients), ...renamed('more', given) })
      disposeOnDevice([...Object.values(this.#gradients), ...Object.values(given)])
      this.#gradients = sums
    }
    addTableRows(tables, outputs, batch, (table) => this.#tables.get(table) as Float32Array)
  }

  async norm(): Promise<number> {
    await this.#complete()
    return Math.sqrt((this.#squares as Float32Array).reduce((sum, square) => sum + square, 0))
  }

  async update({ lr, beta1, beta2, eps, weightDecay }: OptimizerOptions, scale: number): Promise<void> {
    const gradients = await this.#complete()
    const held = await this.#hold()
    const { parameters } = this.#trained.layout
    this.#step += 1
    const scalars: Record<(typeof updateScalars)[number], number> = {
      scale,
      beta1,
      keep1: 1 - beta1,
      beta2,
      keep2: 1 - beta2,
      correction: 1 / (1 - beta2 ** this.#step),
      eps,
      rate: lr / (1 - beta1 ** this.#step),
      decay: 1 - lr * weightDecay,
    }
    const session = await this.#session('update', () => updateGraph(parameters))
    const outputs = await session.run({
      ...gradients,
      ...renamed('given', { ...held.weights, ...held.mean, ...held.variance }),
      ...Object.fromEntries(updateScalars.map((name) => [name, session.float32(Float32Array.of(scalars[name]), [])])),
    })
    disposeHeld(held)
    const part = (kind: ParameterTensor) => named(kind, parameters, (p) => outputs[tensorName(kind, p)] as Tensor)
    this.#held = { weights: part('weights'), mean: part('mean'), variance: part('variance') }
    this.#isAhead = true
  }

  async bringValues(): Promise<void> {
    if (this.#held === null || !this.#isAhead) return
    await this.#read('weights', this.#held.weights, this.#trained.values)
    this.#isAhead = false
  }

  async gradients(): Promise<Float32Array> {
    const gradients = await this.#complete()
    return await this.#read('gradient', gradients, new Float32Array(this.#trained.layout.size))
  }

  async parametersOnDevice(): Promise<Feeds> {
    const { weights } = await this.#hold()
    const { parameters } = this.#trained.layout
    return Object.fromEntries(parameters.map((p) => [p.name, weights[tensorName('weights', p)] as Tensor]))
  }

  async state(): Promise<AdamState> {
    const { mean, variance } = await this.#hold()
    const empty = () => new Float32Array(this.#trained.layout.size)
    return {
      mean: await this.#read('mean', mean, empty()),
      variance: await this.#read('variance', variance, empty()),
      step: this.#step,
    }
  }

  async restore(state: AdamState): Promise<void> {
    if (this.#held !== null) disposeHeld(this.#held)
    this.#held = null
    this.#isAhead = false
    this.#start = state
    this.#step = state.step
  }

  async release(): Promise<void> {
    this.begin()
    if (this.#held !== null) disposeHeld(this.#held)
    this.#held = null
    // After their tensors: those die with the session that made them.
    await this.#sessions.release()
    for (const transfer of this.#transfers.values()) await transfer.close()
    this.#transfers.clear()
  }

  /** Sends weights and moments to the device, unless they are there. */
  async #hold(): Promise<Held> {
    if (this.#held !== null) return this.#held
    const { layout, values } = this.#trained
    const start = this.#start
    const zeros = new Float32Array(start === null ? layout.size : 0)
    const weights = await this.#send('weights', values)
    const mean = await this.#send('mean', start?.mean ?? zeros)
    const variance = await this.#send('variance', start?.variance ?? zeros)
    this.#start = null
    this.#held = { weights, mean, variance }
    return this.#held
  }

  /** Adds what came by token id, and sums up the squares. */
  async #complete(): Promise<Feeds> {
    const { parameters } = this.#trained.layout
    this.#gradients ??= await this.#send('gradient', new Float32Array(this.#trained.layout.size))
    const gradients = this.#gradients
    if (this.#squares !== null) return gradients
    const parts = parameters.map((parameter) => ({
      parameter,
      isDense: gradients[tensorName('gradient', parameter)] !== undefined,
      hasRows: this.#tables.has(parameter),
    }))
    const session = await this.#session('completion', () => completionGraph(parts))
    const tables = [...this.#tables.keys()]
    const { squares, ...whole } = await session.run({
      ...renamed('given', gradients),
      ...named('rows', tables, (table) => session.float32(this.#tables.get(table) as Float32Array, table.shape)),
    })
    this.#squares = (squares as Tensor).data as Float32Array
    disposeOnDevice(Object.keys(whole).flatMap((name) => gradients[name] ?? []))
    this.#gradients = { ...gradients, ...whole }
    return this.#gradients
  }

  #session(name: string, build: () => GraphBuilder): Promise<Session> {
    return this.#sessions.get(name, build, (output) => output !== 'squares')
  }

  async #transfer(kind: ParameterTensor, like: Feeds, to: 'device' | 'host'): Promise<TensorTransfer> {
    const key = `${kind} to ${to}`
    const known = this.#transfers.get(key)
    if (known !== undefined) return known
    const transfer = await TensorTransfer.open(this.#runtime, like, to)
    this.#transfers.set(key, transfer)
    return transfer
  }

  async #send(kind: ParameterTensor, flat: Float32Array): Promise<Feeds> {
    const tensors = named(
      kind,
      this.#trained.layout.parameters,
      ({ offset, size, shape }) => new this.#runtime.Tensor('float32', flat.subarray(offset, offset + size), shape),
    )
    return (await this.#transfer(kind, tensors, 'device')).copy(tensors)
  }

  /** Copies tensors of all parameters into a flat array. */
  async #read(kind: ParameterTensor, tensors: Feeds, into: Float32Array): Promise<Float32Array> {
    const here = await (await this.#transfer(kind, tensors, 'host')).copy(tensors)
    for (const parameter of this.#trained.layout.parameters) {
      into.set(floatsOf(here, tensorName(kind, parameter)), parameter.offset)
    }
    return into
  }
}

function named(kind: ParameterTensor, parameters: readonly Parameter[], tensorOf: (p: Parameter) => Tensor): Feeds {
  return Object.fromEntries(parameters.map((parameter) => [tensorName(kind, parameter), tensorOf(parameter)]))
}

function disposeHeld({ weights, mean, variance }: Held): void {
  for (const tensors of [weights, mean, variance]) disposeOnDevice(Object.values(tensors))
}
