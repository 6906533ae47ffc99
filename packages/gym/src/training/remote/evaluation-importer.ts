import { gymVolumes } from '../../compute/gym-volumes.js'
import type { StepMetrics, TrainingEvaluation } from '../../store/records.js'
import { keepEvaluation } from '../keep-evaluation.js'
import { evaluationRows, type HeldOutRow, heldOutRows } from './evaluation-records.js'
import { readKeptSamples } from './kept-samples.js'
import { readIfThere } from './read-if-there.js'
import { belongTo } from './rollout-samples.js'
import { keptEvaluationFile } from './sample-hook.js'
import type { SampleImporterOptions } from './sample-importer.js'

type Evaluations = Readonly<Record<string, TrainingEvaluation>>

export interface EvaluationImporterOptions extends SampleImporterOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/** Reads the responses of evaluations during a run from its volume, and keeps each as an evaluation of its own. */
export class EvaluationImporter {
  readonly #options: EvaluationImporterOptions
  #rows: Map<number, HeldOutRow> | null = null

  constructor(options: EvaluationImporterOptions) {
    this.#options = options
  }

  /** Looks for the responses of the evaluations of a step, as far as they have been written; null where that adds nothing. */
  async import(step: StepMetrics, written: ReadonlySet<string>): Promise<StepMetrics | null> {
    const { evaluation, evaluationBefore } = step
    const after = evaluation && (await this.#withRecords(evaluation, step.rolloutId, written))
    const before = evaluationBefore && (await this.#withRecords(evaluationBefore, -1, written))
    if (after === evaluation && before === evaluationBefore) return null
    return {
      ...step,
      ...(after !== undefined && { evaluation: after }),
      ...(before !== undefined && { evaluationBefore: before }),
    }
  }

  async #withRecords(known: Evaluations, afterRollout: number, written: ReadonlySet<string>): Promise<Evaluations> {
    const { host, store, record, signal, clock } = this.#options
    const file = keptEvaluationFile(afterRollout)
    if (!written.has(file) || Object.values(known).every(({ evalId }) => evalId !== undefined)) return known
    const volume = host.volume(gymVolumes.checkpoints.mount.name)
    const text = await readIfThere(volume, `${record.trainingRunId}/samples/${file}`, signal)
    const all = readKeptSamples(text ?? '')
    let told = known
    for (const [dataset, figures] of Object.entries(known)) {
      const samples = all.filter((sample) => sample.dataset === dataset)
      // Where the mean is another, the file is that of an earlier try.
      if (!belongTo(samples, { rewardMean: figures.score })) continue
      const rows = evaluationRows(samples, await this.#rowsOfRun())
      const kept = await keepEvaluation(store, record, { afterRollout, dataset, rows }, clock())
      // The score stays the one that slime printed.
      if (kept === null) continue
      const { evalId, ci, scored, total } = kept
      told = { ...told, [dataset]: { ...figures, evalId, ci, scored, total } }
    }
    return told
  }

  async #rowsOfRun(): Promise<ReadonlyMap<number, HeldOutRow>> {
    if (this.#rows === null) {
      const { host, record, signal } = this.#options
      const volume = host.volume(gymVolumes.data.mount.name)
      this.#rows = heldOutRows((await readIfThere(volume, `${record.trainingRunId}/eval.jsonl`, signal)) ?? '')
    }
    return this.#rows
  }
}
