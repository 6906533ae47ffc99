import type { ComputeHost } from '../../compute/host.js'
import type { OnProgress } from '../../progress.js'
import type { StepMetrics, TrainingEvaluation } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { describeEvaluation } from '../evaluation-names.js'
import { evaluationFigures } from '../slime/log/evaluation-figures.js'
import type { SlimeEvent } from '../slime/log/slime-log.js'
import { EvaluationImporter } from './evaluation-importer.js'
import { costOf, type RemoteRunRecord } from './remote-start.js'
import type { SampleFigures } from './rollout-samples.js'
import { keptFiles, SampleImporter } from './sample-importer.js'

export interface RunRecorderOptions {
  readonly host: ComputeHost
  readonly store: Store
  readonly record: RemoteRunRecord
  readonly onProgress: OnProgress
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  readonly signal: AbortSignal
}

type Evaluation = Readonly<Record<string, TrainingEvaluation>>

/** What the machine itself said about its end. */
export interface LastWords {
  /** Why it failed; null when it did not say. */
  readonly why: string | null
  /** How long the machine ran; null when it did not say. */
  readonly seconds: number | null
  /** Its exit code; null when it did not say. */
  readonly code: number | null
}

/** Keeps what a run elsewhere says in the store and tells it. Whatever is said again changes nothing. */
export class RunRecorder {
  readonly #options: RunRecorderOptions
  readonly #steps: Map<number, StepMetrics>
  /** Rollouts that the store had before this reading. */
  readonly #known: ReadonlySet<number>
  readonly #told = new Set<number>()
  readonly #samples: SampleImporter
  readonly #evaluations: EvaluationImporter
  #hasToldUnclear = false
  /** The evaluation before the first rollout, which comes before there is a step to keep it in. */
  #before: Evaluation | null = null
  #why: string | null = null
  #seconds: number | null = null
  #code: number | null = null

  private constructor(options: RunRecorderOptions, steps: readonly StepMetrics[]) {
    this.#options = options
    this.#samples = new SampleImporter(options)
    this.#evaluations = new EvaluationImporter(options)
    this.#steps = new Map(steps.map((step) => [step.rolloutId, step]))
    this.#known = new Set(this.#steps.keys())
  }

  /** Opens a recorder that knows what the store has already. */
  static async open(options: RunRecorderOptions): Promise<RunRecorder> {
    return new RunRecorder(options, await options.store.runs.steps(options.record.trainingRunId))
  }

  get lastWords(): LastWords {
    return { why: this.#why, seconds: this.#seconds, code: this.#code }
  }

  /** Takes one event of the output, in order. */
  async keep(event: SlimeEvent): Promise<void> {
    const { onProgress } = this.#options
    switch (event.kind) {
      case 'step':
        return await this.#step(event.metrics)
      case 'checkpoint':
        return await this.#checkpoint(event.rolloutId, event.path)
      case 'eval':
        return await this.#evaluation(event.afterRollout, evaluationFigures(event.metrics))
      case 'notice':
        onProgress({ kind: 'notice', message: event.message })
        return
      case 'gym':
        return this.#word(event.event, event.fields)
    }
  }

  /** Takes what the machine says itself. */
  #word(event: string, { why, code, seconds, message }: Readonly<Record<string, unknown>>): void {
    switch (event) {
      case 'notice':
        if (typeof message === 'string') this.#options.onProgress({ kind: 'notice', message })
        return
      case 'failed':
        // The first says why: a training that was stopped for it may tell of that afterwards.
        if (typeof why === 'string') this.#why ??= why
        return
      case 'exit':
        if (typeof seconds === 'number') this.#seconds = seconds
        if (typeof code === 'number') this.#code = code
    }
  }

  async #checkpoint(rolloutId: number, path: string): Promise<void> {
    const { store, record, onProgress } = this.#options
    await store.checkpoints.add({ trainingRunId: record.trainingRunId, rolloutId, path, createdAt: null })
    onProgress({ kind: 'checkpoint', path, rolloutId })
    await this.importSamples()
  }

  async #step(printed: StepMetrics): Promise<void> {
    const { store, record, onProgress, clock } = this.#options
    const { trainingRunId, remote, numRollout } = record
    const { rolloutId } = printed
    const before = rolloutId === 0 ? this.#before : null
    const stored = this.#steps.get(rolloutId)
    const told =
      before === null ? printed : { ...printed, evaluationBefore: withRecords(before, stored?.evaluationBefore) }
    const metrics = withFigures(told, stored)
    this.#steps.set(rolloutId, metrics)
    await store.runs.addStep(trainingRunId, metrics)
    // Read again from the start, a run must not cost more than it did.
    const costUsd = this.#known.has(rolloutId) ? null : costOf(remote, clock())
    if (costUsd !== null) await store.runs.update(trainingRunId, { costUsd })
    if (this.#told.has(rolloutId)) return
    this.#told.add(rolloutId)
    onProgress({ kind: 'train-step', metrics, numRollout })
  }

  async #evaluation(afterRollout: number, figures: Evaluation): Promise<void> {
    const { onProgress } = this.#options
    onProgress({ kind: 'notice', message: describeEvaluation(afterRollout, figures) })
    if (afterRollout < 0) {
      this.#before = figures
      return
    }
    const step = this.#steps.get(afterRollout)
    // Without the lines of its rollout, as in a cut log, there is nothing to keep it with.
    if (step === undefined) return
    await this.#changed({ ...step, evaluation: withRecords(figures, step.evaluation) })
  }

  /** Reads samples and evaluations from the volume where they are lacking, as far as they have been written. */
  async importSamples(): Promise<void> {
    const { onProgress } = this.#options
    const steps = [...this.#steps.values()]
    const missing = steps.filter(({ rewardStd }) => Number.isNaN(rewardStd))
    const evaluated = steps.filter(hasUnreadEvaluation)
    if (missing.length === 0 && evaluated.length === 0) return
    const written = await keptFiles(this.#options)
    await this.#samples.import(missing, written, async (step, figures) => await this.#changed({ ...step, ...figures }))
    for (const { rolloutId } of evaluated) {
      const step = this.#steps.get(rolloutId)
      const metrics = step && (await this.#evaluations.import(step, written))
      if (metrics) await this.#changed(metrics)
    }
    if (!this.#samples.isUnclear || this.#hasToldUnclear) return
    this.#hasToldUnclear = true
    const message =
      'samples are not shown from here on: more were scored than trained on, so which rollout they are of cannot be told; all of them are in rewards.jsonl beside the checkpoints'
    onProgress({ kind: 'notice', message })
  }

  /** Keeps what has become known of a rollout since its lines were read. */
  async #changed(metrics: StepMetrics): Promise<void> {
    const { store, record, onProgress } = this.#options
    const { trainingRunId, numRollout } = record
    this.#steps.set(metrics.rolloutId, metrics)
    await store.runs.addStep(trainingRunId, metrics)
    if (this.#told.has(metrics.rolloutId)) onProgress({ kind: 'train-step', metrics, numRollout })
  }
}

function hasUnreadEvaluation({ evaluation = {}, evaluationBefore = {} }: StepMetrics): boolean {
  return [...Object.values(evaluation), ...Object.values(evaluationBefore)].some(({ evalId }) => evalId === undefined)
}

/** Takes over what is known beyond the printed line of evaluations that are the same. */
function withRecords(printed: Evaluation, stored: Evaluation = {}): Evaluation {
  return Object.fromEntries(
    Object.entries(printed).map(([name, figures]) => {
      const known = stored[name]
      return [name, known !== undefined && Object.is(known.score, figures.score) ? known : figures]
    }),
  )
}

/** Adds what samples and evaluations said to what slime printed of the rollout itself, which knows nothing of it. */
function withFigures(printed: StepMetrics, stored: StepMetrics | undefined): StepMetrics {
  if (stored === undefined) return printed
  const { evaluation, evaluationBefore } = stored
  const metrics = {
    ...(evaluationBefore !== undefined && { evaluationBefore }),
    ...(evaluation !== undefined && { evaluation }),
    ...printed,
  }
  if (Number.isNaN(stored.rewardStd)) return metrics
  const { rewardStd, details, unscorable, diversity }: SampleFigures = stored
  return { ...metrics, rewardStd, details, unscorable, diversity }
}
