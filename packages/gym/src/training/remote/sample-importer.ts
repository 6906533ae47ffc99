import { gymVolumes } from '../../compute/gym-volumes.js'
import type { ComputeHost } from '../../compute/host.js'
import type { RemoteStart, SampleRecord, StepMetrics } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { keptSampleRecords, readKeptSamples } from './kept-samples.js'
import { readIfThere } from './read-if-there.js'
import type { RemoteRunRecord } from './remote-start.js'
import {
  belongTo,
  inOneOrder,
  inputsOf,
  readScoredLines,
  remoteSamples,
  type SampleFigures,
  sampleFigures,
} from './rollout-samples.js'
import { keptSamplesFile } from './sample-hook.js'

export interface SampleImporterOptions {
  readonly host: ComputeHost
  readonly store: Store
  readonly record: RemoteRunRecord
  readonly signal: AbortSignal
}

/** Takes a rollout for which samples were found. */
export type OnFigures = (step: StepMetrics, figures: SampleFigures) => Promise<void>

/**
 * Reads the samples of a run from its volume into the store: as slime's own hook wrote them, rollout by rollout, with their
 * tokens; where it wrote none, as the reward server scored them, one after the other.
 */
export class SampleImporter {
  readonly #options: SampleImporterOptions
  #inputs: Map<number, string> | null = null
  /** True once the log of the reward server holds samples of which the rollout cannot be told. */
  isUnclear = false

  constructor(options: SampleImporterOptions) {
    this.#options = options
  }

  /** Looks for the samples of rollouts, as far as they have been written, and tells each that it found. */
  async import(wanted: readonly StepMetrics[], written: ReadonlySet<string>, onFigures: OnFigures): Promise<void> {
    const { record } = this.#options
    const left: StepMetrics[] = []
    for (const step of wanted) {
      const file = keptSamplesFile(step.rolloutId)
      const isFound =
        written.has(file) && (await this.#importKept(step, `${record.trainingRunId}/samples/${file}`, onFigures))
      if (!isFound) left.push(step)
    }
    const { starts } = record.remote
    for (const [index, start] of starts.entries()) {
      const end = starts[index + 1]?.startRollout ?? Number.POSITIVE_INFINITY
      const ofStart = left.filter(({ rolloutId }) => rolloutId >= start.startRollout && rolloutId < end)
      if (ofStart.length > 0 && !this.isUnclear) await this.#importScored(start, sampleLog(index), ofStart, onFigures)
    }
  }

  /** False where the file is still that of an earlier try of the rollout. */
  async #importKept(step: StepMetrics, path: string, onFigures: OnFigures): Promise<boolean> {
    const text = await this.#read(gymVolumes.checkpoints.mount.name, path)
    const samples = readKeptSamples(text ?? '')
    if (!belongTo(samples, step)) return false
    await this.#keep(keptSampleRecords(step.rolloutId, samples, await this.#inputsOfRows()))
    await onFigures(step, sampleFigures(samples))
    return true
  }

  async #importScored(
    start: RemoteStart,
    file: string,
    wanted: readonly StepMetrics[],
    onFigures: OnFigures,
  ): Promise<void> {
    const { trainingRunId, remote } = this.#options.record
    const text = await this.#read(gymVolumes.checkpoints.mount.name, `${trainingRunId}/${file}`)
    if (text === null) return
    const lines = readScoredLines(text)
    const { rolloutBatchSize, nSamplesPerPrompt: groupSize } = remote.shape
    const size = rolloutBatchSize * groupSize
    for (const step of wanted) {
      const from = (step.rolloutId - start.startRollout) * size
      const samples = inOneOrder(lines.slice(from, from + size))
      if (samples.length < size) return
      if (!belongTo(samples, step)) {
        this.isUnclear = true
        return
      }
      const inputs = await this.#inputsOfRows()
      await this.#keep(remoteSamples(step.rolloutId, samples, { inputs, groupSize }))
      await onFigures(step, sampleFigures(samples))
    }
  }

  async #keep(samples: readonly SampleRecord[]): Promise<void> {
    await this.#options.store.runs.addSamples(this.#options.record.trainingRunId, samples)
  }

  async #inputsOfRows(): Promise<ReadonlyMap<number, string>> {
    if (this.#inputs === null) {
      const { trainingRunId } = this.#options.record
      const rows = await this.#read(gymVolumes.data.mount.name, `${trainingRunId}/train.jsonl`)
      this.#inputs = inputsOf(rows ?? '')
    }
    return this.#inputs
  }

  async #read(volume: string, path: string): Promise<string | null> {
    const { host, signal } = this.#options
    return await readIfThere(host.volume(volume), path, signal)
  }
}

/** Lists what the hooks have written of a run so far, by name of file. */
export async function keptFiles({ host, record, signal }: SampleImporterOptions): Promise<ReadonlySet<string>> {
  const volume = host.volume(gymVolumes.checkpoints.mount.name)
  const entries = await volume.list(`${record.trainingRunId}/samples`, signal)
  return new Set(entries.map(({ name }) => name))
}

/** Names the file of scored samples of the n-th start of a run, 0 being the first. */
export function sampleLog(start: number): string {
  return start === 0 ? 'rewards.jsonl' : `rewards-${start}.jsonl`
}
