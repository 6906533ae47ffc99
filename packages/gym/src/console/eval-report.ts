import type { EvalResult } from '../evals/eval-result.js'
import { groupScores } from '../evals/summarise-scores.js'
import type { EvalRowRecord } from '../store/records.js'
import type { Colors } from './colors.js'
import { formatDetail } from './detail-value.js'
import { describeInterval, formatInterval } from './eval-table.js'
import { joinToWidth, truncateToWidth, wrapToWidth } from './fit-text.js'
import { formatCount, formatNumber, formatSeconds, formatShare } from './format.js'
import { printable, printableLines, printableVerse } from './printable.js'
import { renderScorerTable } from './scorer-table.js'

export interface EvalReportOptions {
  /** Terminal columns. */
  readonly width: number
  readonly colors: Colors
  /** Responses to show, spread evenly over the dataset so that none is picked for its score. Default 3. */
  readonly nSamples?: number
}

/** Lines of a response shown at most, and of its prompt. */
const longestSample = 12
const longestPrompt = 3

/** Renders an evaluation: the mean first, then what it is made of, what failed, and a few responses. */
export function renderEvalReport(result: EvalResult, { width, colors, nSamples = 3 }: EvalReportOptions): string[] {
  const prompts = groupScores(result.rows).size
  const evidence = [
    ...Object.entries(result.details).map(
      ([name, value]) => `${printable(name)} ${formatDetail(name, value, result.rows)}`,
    ),
    `distinct-2 ${result.diversity.distinct2.toFixed(2)}`,
    `${formatShare(result.diversity.uniqueShare)} distinct responses`,
    `commonest line ${formatShare(result.diversity.topLine.share)} "${printableVerse(result.diversity.topLine.text)}"`,
  ]
  return [
    `${colors.bold(`${printable(result.name)}: mean score ${formatNumber(result.mean)}`)}  (${describeInterval(result.ci, '95% interval')})`,
    ...joinToWidth(evidence, ' · ', width - 2).map((text) => `  ${text}`),
    ...describeAtK(result, width).map((text) => `  ${text}`),
    ...(result.scorers.length > 1 ? ['', ...renderScorerTable(result.scorers, { width, colors }), ''] : []),
    ...describeMissing(result, width).map((text) => `  ${colors.yellow(text)}`),
    ...result.gates.map(({ passed, sentence }) => (passed ? colors.green : colors.red)(`  ${printable(sentence)}`)),
    colors.dim(
      `  ${formatCount(result.scored)} responses of ${printable(result.model)} to ${formatCount(prompts)} prompts, seed ${result.seed}, ${formatSeconds(result.seconds)}, ${result.evalId}`,
    ),
    ...spread(result.rows, nSamples).flatMap((row) => ['', ...renderSample(row, { width, colors })]),
  ]
}

/** Says what several samples a row come to: their mean, and the chance that one of k passes. */
function describeAtK({ meanAtK, passAtK = [] }: EvalResult, width: number): string[] {
  const parts = [
    ...(meanAtK === undefined
      ? []
      : [`mean@${meanAtK.k} ${formatNumber(meanAtK.mean)} (${formatInterval(meanAtK.ci)})`]),
    ...passAtK.map(({ k, mean, ci }) => `pass@${k} ${formatShare(mean)} (${formatInterval(ci, formatShare)})`),
  ]
  const threshold = passAtK[0] === undefined ? [] : [`a score of ${passAtK[0].passThreshold} or more passes`]
  return joinToWidth([...parts, ...threshold], ' · ', width - 2)
}

/** Says what has no score, apart from the mean: a failure is not a bad answer. */
function describeMissing(result: EvalResult, width: number): string[] {
  const lines: string[] = []
  if (result.failed > 0) {
    const parts = Object.entries(result.failuresByBoundary).map(([boundary, count]) => `${boundary} ${count}`)
    lines.push(
      `${formatCount(result.failed)} of ${formatCount(result.total)} failed (${parts.join(', ')}) and are not in the mean`,
    )
    const first = result.rows.find(({ failure }) => failure !== null)?.failure
    if (first !== undefined && first !== null)
      lines.push(...wrapToWidth(`first failure: ${printable(first.message)}`, width - 2))
  }
  if (result.abstained > 0) {
    lines.push(
      `${formatCount(result.abstained)} of ${formatCount(result.total)} could not be scored and are not in the mean`,
    )
  }
  return lines
}

/** Picks rows at even distances, one response a prompt where there are enough prompts. */
function spread(rows: readonly EvalRowRecord[], count: number): EvalRowRecord[] {
  const answered = rows.filter(({ failure, score }) => failure === null && score !== null)
  const firsts = answered.filter((row, index) => row.promptKey !== answered[index - 1]?.promptKey)
  const candidates = firsts.length >= count ? firsts : answered
  const picked = new Set(
    Array.from({ length: Math.min(count, candidates.length) }, (_, index) =>
      candidates.at(Math.floor(((index + 0.5) * candidates.length) / Math.min(count, candidates.length))),
    ),
  )
  return [...picked].filter((row) => row !== undefined)
}

function renderSample(row: EvalRowRecord, { width, colors }: Pick<EvalReportOptions, 'width' | 'colors'>): string[] {
  const lines = printableLines(row.response.trim())
  const shown = lines.length > longestSample ? [...lines.slice(0, longestSample), '…'] : lines
  const prompt = truncateToWidth(printableVerse(row.prompt), longestPrompt * width)
  const title = `${colors.cyan(prompt)}  score ${formatNumber(row.score)}`
  return [`  ${title}`, ...shown.map((line) => `    ${line}`.trimEnd())]
}
