import type { ProgressEvent } from '../progress.js'
import type { EvalRowRecord, StepMetrics } from '../store/records.js'
import { type Colors, createColors, isColorWanted } from './colors.js'
import { formatDetail } from './detail-value.js'
import { wrapToWidth } from './fit-text.js'
import { formatCount, formatNumber, formatSeconds, formatShare } from './format.js'
import { printable, printableLines, printableVerse } from './printable.js'
import { createProgressBar } from './progress-bar.js'
import { createRolloutTable, type RolloutTable } from './rollout-table.js'
import { renderTrainingSummary } from './training-summary.js'
import { trainingWarnings } from './training-warnings.js'

/** What a reporter writes to; `process.stderr` is one. */
export interface ReporterStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface ConsoleReporterOptions {
  /** Default: `process.stderr`, so that stdout stays free for data. */
  readonly stream?: ReporterStream | undefined
  /** True redraws progress in place. Default: whether the stream is a terminal. */
  readonly isTty?: boolean | undefined
  /** Terminal columns. Default: the stream's own at each line; 120 where it does not tell. */
  readonly columns?: number | undefined
  /** Default: a terminal, unless `NO_COLOR`; `FORCE_COLOR` turns it on anywhere. */
  readonly color?: boolean | undefined
  /** Milliseconds on any steady clock. Default: `performance.now`. */
  readonly now?: (() => number) | undefined
}

/** Writes progress for people to read. */
export interface ConsoleReporter {
  readonly onProgress: (event: ProgressEvent) => void
  /** Takes what is redrawn in place off the screen; call it before writing anything else there. */
  end(): void
}

/** Makes the reporter that the library and the CLI use by default: lines, one table a training run, and a progress bar. */
export function createConsoleReporter(options: ConsoleReporterOptions = {}): ConsoleReporter {
  const stream: ReporterStream = options.stream ?? process.stderr
  const isTty = options.isTty ?? stream.isTTY === true
  const colors = createColors(options.color ?? isColorWanted(isTty, process.env))
  const columns = () => options.columns ?? stream.columns ?? 120
  const now = options.now ?? (() => performance.now())
  const bar = createProgressBar({ write: (text) => stream.write(text), isTty, columns, colors, now })

  const line = (text: string) => {
    bar.clear()
    stream.write(`${text}\n`)
  }
  const warn = (message: string) => {
    for (const text of wrapToWidth(`warning: ${printable(message)}`, columns() - 1)) line(colors.yellow(text))
  }

  let evaluation = startEvaluation('')
  let training: TrainingState | null = null

  const onProgress = (event: ProgressEvent): void => {
    switch (event.kind) {
      case 'serve-start':
        line(`serving ${colors.bold(printable(event.model))} ...`)
        break
      case 'serve-ready': {
        const model = colors.bold(printable(event.model))
        line(`${model} is ready at ${colors.cyan(printable(event.url))} (${formatSeconds(event.seconds)})`)
        break
      }
      case 'eval-start':
        evaluation = startEvaluation(event.name, event.kept)
        bar.update({ label: `evaluating ${event.name}`, done: evaluation.rows, total: event.total })
        break
      case 'eval-row':
        countRow(evaluation, event.row)
        bar.update({
          label: `evaluating ${evaluation.name}`,
          done: event.done,
          total: event.total,
          suffix: describeEvaluation(evaluation),
        })
        break
      case 'eval-end': {
        const { rows, before } = evaluation
        const count = rows === 1 ? '1 sample' : `${formatCount(rows)} samples`
        const now = before === 0 ? '' : `, ${formatCount(rows - before)} of them now,`
        const failed = evaluation.failed > 0 ? `, ${formatCount(evaluation.failed)} failed` : ''
        line(`evaluated ${printable(event.name)}: ${count}${now} in ${formatSeconds(event.seconds)}${failed}`)
        break
      }
      case 'train-start': {
        training = startTraining(event.numRollout, now())
        const model = colors.bold(printable(event.model))
        const count = event.numRollout === 1 ? '1 rollout' : `${event.numRollout} rollouts`
        line(`training ${model} for ${count}, run ${colors.bold(printable(event.trainingRunId))}`)
        break
      }
      case 'train-resumed':
        training?.steps.push(...event.steps)
        if (training !== null) training.before = event.steps.length
        break
      case 'rollout':
        // Where nothing can be redrawn, one row a rollout is enough.
        if (!isTty) break
        bar.update({
          label: `rollout ${event.rolloutId + 1}/${training?.numRollout ?? event.rolloutId + 1} ${event.phase}`,
          done: event.done,
          total: event.total,
          secondsLeft: training === null ? null : secondsLeft(training, event.rolloutId, now()),
        })
        break
      case 'train-step':
        training ??= startTraining(event.numRollout, now())
        reportStep(training, event.metrics, { line, warn, columns, colors, now })
        break
      case 'checkpoint':
        line(colors.dim(`checkpoint ${printable(event.path)}`))
        break
      case 'train-end': {
        const { steps = [], before } = training ?? {}
        for (const text of renderTrainingSummary(steps, event.seconds, colors, columns() - 1, before)) line(text)
        training = null
        break
      }
      case 'notice':
        if (event.isWarning === true) {
          warn(event.message)
          break
        }
        for (const [index, text] of printableLines(event.message).entries()) line(index === 0 ? text : `  ${text}`)
        break
    }
  }
  return { onProgress, end: bar.clear }
}

interface TrainingState {
  readonly numRollout: number
  table: RolloutTable | null
  readonly steps: StepMetrics[]
  /** How many of them there were when the run went on. */
  before: number
  /** Warnings that were said and still hold; they are not said again at every rollout. */
  active: ReadonlySet<string>
  rolloutStartedAt: number
}

interface Output {
  readonly line: (text: string) => void
  readonly warn: (message: string) => void
  readonly columns: () => number
  readonly colors: Colors
  readonly now: () => number
}

function reportStep(training: TrainingState, metrics: StepMetrics, output: Output): void {
  const known = training.steps.findIndex(({ rolloutId }) => rolloutId === metrics.rolloutId)
  if (known >= 0) {
    const hadSamples = !Number.isNaN(training.steps[known]?.diversity.distinct2)
    training.steps[known] = metrics
    if (!hadSamples && !Number.isNaN(metrics.diversity.distinct2)) {
      output.line(output.colors.dim(`    ${describeSamples(metrics, training.numRollout)}`))
    }
    return
  }
  if (training.table === null) {
    training.table = createRolloutTable({
      first: metrics,
      numRollout: training.numRollout,
      width: output.columns(),
      colors: output.colors,
    })
    for (const text of training.table.header) output.line(text)
  }
  for (const text of training.table.row(metrics)) output.line(text)
  const warnings = trainingWarnings(metrics)
  for (const { topic, message } of warnings) if (!training.active.has(topic)) output.warn(message)
  training.active = new Set(warnings.map(({ topic }) => topic))
  training.steps.push(metrics)
  training.rolloutStartedAt = output.now()
}

/** Says what the samples of a rollout were like, where they could be read only later. */
function describeSamples({ rolloutId, details, diversity }: StepMetrics, numRollout: number): string {
  const told = Object.entries(details).map(([name, value]) => `${printable(name)} ${formatDetail(name, value)}`)
  const { distinct2, topLine } = diversity
  const verse = `line ${formatShare(topLine.share)} "${printableVerse(topLine.text)}"`
  return [`samples of ${rolloutId + 1}/${numRollout}`, ...told, `dist-2 ${formatNumber(distinct2)}`, verse].join(' · ')
}

/** Estimates from the mean time of the rollouts so far; null during the first one. */
function secondsLeft(training: TrainingState, rolloutId: number, now: number): number | null {
  if (training.steps.length === 0) return null
  const total = training.steps.reduce((sum, step) => sum + step.seconds.total, 0)
  const expected = (total / training.steps.length) * (training.numRollout - rolloutId)
  return Math.max(0, expected - (now - training.rolloutStartedAt) / 1000)
}

function startTraining(numRollout: number, now: number): TrainingState {
  return { numRollout, table: null, steps: [], before: 0, active: new Set(), rolloutStartedAt: now }
}

interface EvaluationState {
  readonly name: string
  rows: number
  /** Rows that were there when it went on. */
  readonly before: number
  scored: number
  failed: number
  sum: number
}

function startEvaluation(name: string, kept: readonly EvalRowRecord[] = []): EvaluationState {
  const evaluation = { name, before: kept.length, rows: 0, scored: 0, failed: 0, sum: 0 }
  for (const row of kept) countRow(evaluation, row)
  return evaluation
}

function countRow(evaluation: EvaluationState, row: EvalRowRecord): void {
  evaluation.rows += 1
  if (row.failure !== null) evaluation.failed += 1
  if (row.score !== null) {
    evaluation.scored += 1
    evaluation.sum += row.score
  }
}

function describeEvaluation({ scored, failed, sum }: EvaluationState): string {
  const mean = scored > 0 ? `mean ${formatNumber(sum / scored)}` : ''
  return failed > 0 ? `${mean}${mean === '' ? '' : ', '}${formatCount(failed)} failed` : mean
}
