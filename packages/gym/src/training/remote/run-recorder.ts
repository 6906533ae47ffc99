import { gymVolumes } from '../../compute/gym-volumes.js'
import type { ComputeHost } from '../../compute/host.js'
import { GymError } from '../../errors.js'
import type { OnProgress } from '../../progress.js'
import type { RemoteStart, StepMetrics } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import type { SlimeEvent } from '../slime/log/slime-log.js'
import { costOf, type RemoteRunRecord } from './remote-start.js'
import {
  belongTo,
  inOneOrder,
  inputsOf,
  readScoredLines,
  remoteSamples,
  type SampleFigures,
  type ScoredLine,
  sampleFigures,
} from './rollout-samples.js'

export interface RunRecorderOptions {
  readonly host: ComputeHost
  readonly store: Store
  readonly record: RemoteRunRecord
  readonly onProgress: OnProgress
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  readonly signal: AbortSignal
}

/** What the machine itself said about its end. */
export interface LastWords {
  /** Why it failed; null when it did not say. */
  readonly why: string | null
  /** How long the machine ran; null when it did not say. */
  readonly seconds: number | null
}

/** Keeps what a run elsewhere says in the store and tells it. Whatever is said again changes nothing. */
export class RunRecorder {
  readonly #options: RunRecorderOptions
  readonly #steps: Map<number, StepMetrics>
  /** Rollouts that the store had before this reading. */
  readonly #known: ReadonlySet<number>
  readonly #told = new Set<number>()
  #inputs: Map<number, string> | null = null
  #hasUnclearSamples = false
  #why: string | null = null
  #seconds: number | null = null

  private constructor(options: RunRecorderOptions, steps: readonly StepMetrics[]) {
    this.#options = options
    this.#steps = new Map(steps.map((step) => [step.rolloutId, step]))
    this.#known = new Set(this.#steps.keys())
  }

  /** Opens a recorder that knows what the store has already. */
  static async open(options: RunRecorderOptions): Promise<RunRecorder> {
    return new RunRecorder(options, await options.store.runs.steps(options.record.trainingRunId))
  }

  get lastWords(): LastWords {
    return { why: this.#why, seconds: this.#seconds }
  }

  /** Takes one event of the output, in order. */
  async keep(event: SlimeEvent): Promise<void> {
    const { onProgress } = this.#options
    switch (event.kind) {
      case 'step':
        return await this.#step(event.metrics)
      case 'checkpoint':
        onProgress({ kind: 'checkpoint', path: event.path, rolloutId: event.rolloutId })
        return await this.importSamples()
      case 'eval':
        onProgress({ kind: 'notice', message: describeEvaluation(event) })
        return
      case 'notice':
        onProgress({ kind: 'notice', message: event.message })
        return
      case 'gym':
        if (event.event === 'failed' && typeof event.fields.why === 'string') this.#why = event.fields.why
        if (event.event === 'exit' && typeof event.fields.seconds === 'number') this.#seconds = event.fields.seconds
    }
  }

  async #step(printed: StepMetrics): Promise<void> {
    const { store, record, onProgress, clock } = this.#options
    const { trainingRunId, remote, numRollout } = record
    const { rolloutId } = printed
    const metrics = withFigures(printed, this.#steps.get(rolloutId))
    this.#steps.set(rolloutId, metrics)
    await store.runs.addStep(trainingRunId, metrics)
    // Read again from the start, a run must not cost more than it did.
    const costUsd = this.#known.has(rolloutId) ? null : costOf(remote, clock())
    if (costUsd !== null) await store.runs.update(trainingRunId, { costUsd })
    if (this.#told.has(rolloutId)) return
    this.#told.add(rolloutId)
    onProgress({ kind: 'train-step', metrics, numRollout })
  }

  /** Reads scored samples from the volume for the rollouts that lack them, as far as they have been written. */
  async importSamples(): Promise<void> {
    const { record } = this.#options
    const { starts } = record.remote
    for (const [index, start] of starts.entries()) {
      const end = starts[index + 1]?.startRollout ?? Number.POSITIVE_INFINITY
      const missing = [...this.#steps.values()].filter(
        ({ rolloutId, rewardStd }) =>
          rolloutId >= start.startRollout && rolloutId < end && Number.isNaN(rewardStd) && !this.#hasUnclearSamples,
      )
      if (missing.length > 0) await this.#importStart(start, sampleLog(index), missing)
    }
  }

  async #importStart(start: RemoteStart, file: string, missing: readonly StepMetrics[]): Promise<void> {
    const { record, store, onProgress } = this.#options
    const { trainingRunId, remote } = record
    const text = await this.#read(gymVolumes.checkpoints.mount.name, `${trainingRunId}/${file}`)
    if (text === null) return
    const lines = readScoredLines(text)
    const size = remote.shape.rolloutBatchSize * remote.shape.nSamplesPerPrompt
    for (const step of missing) {
      const from = (step.rolloutId - start.startRollout) * size
      const samples = inOneOrder(lines.slice(from, from + size))
      if (samples.length < size) return
      if (!belongTo(samples, step)) return this.#tellUnclear()
      await store.runs.addSamples(trainingRunId, await this.#records(step.rolloutId, samples))
      const metrics = { ...step, ...sampleFigures(samples) }
      this.#steps.set(step.rolloutId, metrics)
      await store.runs.addStep(trainingRunId, metrics)
      if (this.#told.has(step.rolloutId)) onProgress({ kind: 'train-step', metrics, numRollout: record.numRollout })
    }
  }

  async #records(rolloutId: number, samples: readonly ScoredLine[]) {
    if (this.#inputs === null) {
      const rows = await this.#read(gymVolumes.data.mount.name, `${this.#options.record.trainingRunId}/train.jsonl`)
      this.#inputs = inputsOf(rows ?? '')
    }
    const groupSize = this.#options.record.remote.shape.nSamplesPerPrompt
    return remoteSamples(rolloutId, samples, { inputs: this.#inputs, groupSize })
  }

  async #read(volume: string, path: string): Promise<string | null> {
    const { host, signal } = this.#options
    try {
      return await host.volume(volume).readText(path, signal)
    } catch (error) {
      if (GymError.is(error) && error.code === 'no-such-file') return null
      throw error
    }
  }

  #tellUnclear(): void {
    this.#hasUnclearSamples = true
    const message =
      'samples are not shown from here on: more were scored than trained on, so which rollout they are of cannot be told; all of them are in rewards.jsonl beside the checkpoints'
    this.#options.onProgress({ kind: 'notice', message })
  }
}

/** Names the file of scored samples of the n-th start of a run, 0 being the first. */
export function sampleLog(start: number): string {
  return start === 0 ? 'rewards.jsonl' : `rewards-${start}.jsonl`
}

/** Adds what the samples said to what slime printed, which knows nothing of it. */
function withFigures(printed: StepMetrics, stored: StepMetrics | undefined): StepMetrics {
  if (stored === undefined || Number.isNaN(stored.rewardStd)) return printed
  const { rewardStd, details, unscorable, diversity }: SampleFigures = stored
  return { ...printed, rewardStd, details, unscorable, diversity }
}

function describeEvaluation({ afterRollout, metrics }: Extract<SlimeEvent, { kind: 'eval' }>): string {
  const when = afterRollout < 0 ? 'before training' : `after rollout ${afterRollout + 1}`
  const scores = Object.entries(metrics).filter(([name]) => /^eval\/[^/]+$/.test(name) && !name.includes('truncated'))
  const told = scores.map(([name, score]) => `${name.slice('eval/'.length)} ${score}`)
  return `evaluation ${when}: ${told.join(', ')}`
}
