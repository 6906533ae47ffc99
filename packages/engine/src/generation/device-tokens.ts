import type { Tensor } from 'onnxruntime-node'
import type { ModelConfig } from '../checkpoint/model-config.js'
import { disposeOnDevice, renamed } from '../device/tensor-transfer.js'
import { type Feeds, floatsOf, type Runtime } from '../graph/session.js'
import { SessionSet } from '../graph/session-set.js'
import { causalMask } from '../transformer/decoder.js'
import { Turns } from '../turns.js'
import { cacheNames, deviceArrangeGraph, devicePromptGraph, deviceReadGraph, deviceStepGraph } from './device-graphs.js'
import { DeviceSlots, type PromptRow, type PromptRows } from './device-slots.js'
import { drawingChunks } from './draw-graph.js'
import { inverseTemperature } from './generation-sessions.js'
import type { ComputedPrompt, StepRequest, StepResult, TokenSource } from './token-source.js'

export interface DeviceTokensOptions {
  /** Of the device; with that of the processor everything is computed there, by the same graphs. */
  readonly runtime: Runtime
  readonly config: ModelConfig
  /** The weights as they are, on the device. */
  readonly weights: () => Promise<Feeds>
}

/** Keys and values of prompts on the device, for as long as slots or prompts that may get more samples come from them. */
interface PromptBatch extends PromptRows {
  readonly tensors: Feeds
  users: number
}

export interface DevicePrompt extends ComputedPrompt, PromptRow<PromptBatch> {}

/** Positions, padding included, of prompts that are computed together; a longer prompt is computed alone. */
const mostPromptPositions = 4096
/** What keys and values may take, as they are before a step and behind it together. */
const mostCacheBytes = 4e9

/**
 * Samples rollouts on a graphics card: weights, keys and values stay there and tokens are drawn there, so that a step
 * brings back two numbers a sample. Calls are answered one after the other.
 */
export class DeviceTokens implements TokenSource<DevicePrompt> {
  readonly servesRollouts = true
  readonly #options: DeviceTokensOptions
  readonly #names: ReadonlySet<string>
  readonly #sessions: SessionSet
  readonly #slots: DeviceSlots<PromptBatch>
  /** Keys and values of all rows of slots. */
  #held: Feeds = {}
  #probabilities: Tensor | null = null
  readonly #turns = new Turns()

  constructor(options: DeviceTokensOptions) {
    this.#options = options
    this.#names = new Set(cacheNames(options.config))
    this.#sessions = new SessionSet(options.runtime, { threads: 1, spins: false })
    this.#slots = new DeviceSlots(options.config.kvHeads)
  }

  prefill(prompts: readonly (readonly number[])[], temperatures: readonly number[]): Promise<DevicePrompt[]> {
    return this.#turns.take(async () => {
      const computed: DevicePrompt[] = []
      try {
        for (const count of batchSizes(prompts.map(({ length }) => length))) {
          const [from, to] = [computed.length, computed.length + count]
          computed.push(...(await this.#prefillBatch(prompts.slice(from, to), temperatures.slice(from, to))))
        }
      } catch (error) {
        for (const prompt of computed) leave(prompt)
        throw error
      }
      return computed
    })
  }

  slotsFor(tokens: number): number {
    const { layers, kvHeads, headDim } = this.#options.config
    const bytesOfToken = 2 * layers * kvHeads * headDim * Float32Array.BYTES_PER_ELEMENT
    return Math.max(1, Math.floor(mostCacheBytes / (2 * bytesOfToken * tokens)))
  }

  addSlot(prompt: DevicePrompt): void {
    prompt.source.users += 1
    this.#slots.add(prompt)
  }

  removeSlot(slot: number): void {
    const waiting = this.#slots.remove(slot)
    if (waiting !== null) leave(waiting)
    if (this.#slots.size === 0) this.clearSlots()
  }

  clearSlots(): void {
    for (const waiting of this.#slots.clear()) leave(waiting)
    this.#hold({})
    this.#letProbabilitiesGo()
  }

  forget(prompt: DevicePrompt): void {
    leave(prompt)
  }

  begin(): void {}

  async prepare(): Promise<void> {}

  step(request: StepRequest): Promise<StepResult> {
    return this.#turns.take(async () => {
      await this.#arrange()
      const slots = this.#slots
      const { config } = this.#options
      const staysOnDevice = (output: string) => output === 'probabilities' || this.#names.has(output)
      const session = await this.#sessions.get('step', () => deviceStepGraph(config), staysOnDevice)
      const { rows, columns } = slots
      const { chunks } = drawingChunks(config.vocab)
      const column = (values: readonly number[]) => session.float32(Float32Array.from(values), [rows, 1])
      const feeds = {
        ...(await this.#options.weights()),
        ...renamed('held', this.#held),
        tokens: session.int64(slots.byRow(request.tokens, 0), [rows]),
        positions: session.int64(slots.byRow(slots.positions(), 0), [rows, 1]),
        mask: session.float32(slots.mask(), [rows, 1, 1, 1, columns + 1]),
        inverseTemperature: column(slots.byRow(request.temperatures.map(inverseTemperature), 1)),
        uniform: column(slots.byRow(request.uniforms, 0)),
        firstChunk: column(Array.from({ length: rows }, (_, row) => row * chunks)),
      }
      const outputs = await session.run(feeds, { B: rows, C: columns, W: columns + 1 })
      this.#hold(this.#cachesOf(outputs))
      this.#letProbabilitiesGo()
      this.#probabilities = outputs.probabilities as Tensor
      slots.grow()
      const [token, chance] = [floatsOf(outputs, 'token'), floatsOf(outputs, 'chance')]
      const rowsOfSlots = slots.rowsOfSlots()
      return {
        drawn: rowsOfSlots.map((row) => ({ tokenId: token[row] as number, logprob: Math.log(chance[row] as number) })),
        probabilities: () => this.#turns.take(() => this.#readProbabilities(rowsOfSlots)),
      }
    })
  }

  whileWeightsChange<T>(change: () => Promise<T>): Promise<T> {
    return this.#turns.take(change)
  }

  release(): Promise<void> {
    return this.#turns.take(async () => {
      this.clearSlots()
      await this.#sessions.release()
    })
  }

  async #prefillBatch(prompts: readonly (readonly number[])[], temperatures: readonly number[]) {
    const { config } = this.#options
    const session = await this.#sessions.get(
      'prompts',
      () => devicePromptGraph(config),
      (output) => this.#names.has(output),
    )
    const [rows, columns] = [prompts.length, Math.max(...prompts.map(({ length }) => length))]
    const tokens = new Int32Array(rows * columns)
    prompts.forEach((prompt, row) => {
      tokens.set(prompt, row * columns)
    })
    const places = tokens.map((_, place) => place % columns)
    const lastTokens = prompts.map(({ length }, row) => row * columns + length - 1)
    const feeds = {
      ...(await this.#options.weights()),
      tokens: session.int64(tokens, [tokens.length]),
      positions: session.int64(places, [rows, columns]),
      mask: session.float32(causalMask(columns), [1, 1, 1, columns, columns]),
      rows: session.int64(lastTokens, [rows]),
      inverseTemperature: session.float32(Float32Array.from(temperatures, inverseTemperature), [rows, 1]),
    }
    const outputs = await session.run(feeds, { B: rows, T: columns, N: tokens.length })
    const probabilities = floatsOf(outputs, 'probabilities')
    const source: PromptBatch = { rows, columns, tensors: this.#cachesOf(outputs), users: rows }
    return prompts.map(({ length }, row): DevicePrompt => {
      const [from, to] = [row * config.vocab, (row + 1) * config.vocab]
      return { source, row, length, probabilities: probabilities.slice(from, to) }
    })
  }

  /** Brings in what slots wait for, one batch of prompts after the other, and leaves out rows that nothing uses. */
  async #arrange(): Promise<void> {
    for (let waiting = this.#slots.waiting(); waiting.length > 0; waiting = this.#slots.waiting()) {
      await this.#layOut((waiting[0] as PromptRow<PromptBatch>).source)
      for (const prompt of waiting) leave(prompt)
    }
    if (this.#slots.hasManyIdleRows) await this.#layOut(null)
  }

  async #layOut(added: PromptBatch | null): Promise<void> {
    const { config } = this.#options
    const { kvHeads } = config
    const slots = this.#slots
    // Where nothing is held, what comes in stands in its place.
    const isFirst = added !== null && slots.rows === 0
    const [held, S, C] = isFirst ? [added.tensors, added.rows, added.columns] : [this.#held, slots.rows, slots.columns]
    const adds = added !== null && !isFirst
    const build = () => deviceArrangeGraph(config, adds)
    const session = await this.#sessions.get(adds ? 'arrange with prompts' : 'arrange', build, () => true)
    const places = slots.arrange(added)
    const feeds = {
      ...renamed('held', held),
      ...(adds && renamed('added', added.tensors)),
      places: session.int32(places, [slots.rows, kvHeads, slots.columns]),
    }
    const sizes = { S, C, B: slots.rows, W: slots.columns, ...(adds && { P: added.rows, T: added.columns }) }
    this.#hold(this.#cachesOf(await session.run(feeds, sizes)))
  }

  #hold(tensors: Feeds): void {
    disposeOnDevice(Object.values(this.#held))
    this.#held = tensors
  }

  #cachesOf(outputs: Record<string, Tensor>): Feeds {
    return Object.fromEntries(Array.from(this.#names, (name) => [name, outputs[name] as Tensor]))
  }

  #letProbabilitiesGo(): void {
    if (this.#probabilities !== null) disposeOnDevice([this.#probabilities])
    this.#probabilities = null
  }

  async #readProbabilities(rowsOfSlots: readonly number[]): Promise<Float32Array> {
    const { vocab } = this.#options.config
    const given = this.#probabilities
    if (given === null) throw new Error('the probabilities of a step were asked for after the next one')
    const session = await this.#sessions.get('read', () => deviceReadGraph(vocab))
    const all = floatsOf(await session.run({ given }, { B: given.dims[0] as number }), 'read')
    const ofSlots = new Float32Array(rowsOfSlots.length * vocab)
    rowsOfSlots.forEach((row, slot) => {
      ofSlots.set(all.subarray(row * vocab, (row + 1) * vocab), slot * vocab)
    })
    return ofSlots
  }
}

/** How many prompts at a time are computed together, in order, so that little is computed for padding. */
function batchSizes(lengths: readonly number[]): number[] {
  const sizes: number[] = []
  let longest = 0
  for (const length of lengths) {
    const count = (sizes.at(-1) ?? 0) + 1
    if (sizes.length > 0 && count * Math.max(longest, length) <= mostPromptPositions) {
      sizes[sizes.length - 1] = count
      longest = Math.max(longest, length)
    } else {
      sizes.push(1)
      longest = length
    }
  }
  return sizes
}

/** Frees a batch of prompts with its last user. */
function leave({ source }: PromptRow<PromptBatch>): void {
  source.users -= 1
  if (source.users === 0) disposeOnDevice(Object.values(source.tensors))
}
