import { formatDetail } from '../../console/detail-value.js'
import { describeInterval, formatInterval } from '../../console/eval-table.js'
import { formatCount, formatNumber, formatSeconds, formatShare, noValue } from '../../console/format.js'
import type { EvalRowRecord } from '../../store/records.js'
import type { EvalResult } from '../eval-result.js'
import { shownScorer } from '../result-by-scorer.js'
import { groupScores, rowsByScorer } from '../summarise-scores.js'
import { markupLine, markupLines } from './markup.js'
import { pageOpening } from './page-opening.js'
import { reportStyle } from './report-style.js'
import { outcomeOf } from './row-outcome.js'
import { scoreHistogram } from './score-histogram.js'

/**
 * Renders an evaluation as one HTML file that stands alone: no script, no font, nothing loaded. What the model wrote is
 * shown, never obeyed, and a content security policy forbids everything but the page's own style.
 */
export function htmlReport(result: EvalResult): string {
  const scored = result.rows.filter((row) => outcomeOf(row) === 'scored')
  const abstained = result.rows.filter((row) => outcomeOf(row) === 'abstained')
  const failed = result.rows.filter((row) => outcomeOf(row) === 'failed')
  const scorer = shownScorer(result)
  return `${pageOpening(`${result.name}: evaluation`, reportStyle)}
<h1>${markupLine(result.name)}: mean score ${formatNumber(result.mean)}</h1>
<p>${headline(result)}</p>
${renderGates(result)}
<h2>Scores</h2>
${renderScorers(result)}
${result.scorers.map(({ name }, place) => renderDistribution(result, name, place)).join('\n')}
<h2>What the mean does not say</h2>
${renderFacts(result)}
${renderFailures(failed)}
${renderResponses('Abstained', 'The scorer could not score these; they are not in the mean.', abstained, scorer)}
${renderResponses('Responses', 'In the order of the dataset.', scored, scorer)}
</main>
</body>
</html>
`
}

function headline(result: EvalResult): string {
  const interval = describeInterval(result.ci, '95 % interval')
  const prompts = groupScores(result.rows).size
  const source =
    result.sourceEvalId === undefined ? '' : `, responses of ${markupLine(result.sourceEvalId)} scored anew`
  return `${interval}. ${formatCount(result.scored)} of ${formatCount(result.total)} responses of ${markupLine(result.model)} to ${formatCount(prompts)} prompts scored, seed ${result.seed}, ${formatSeconds(result.seconds)}, ${markupLine(result.evalId)}${source}.`
}

function renderGates({ gates }: EvalResult): string {
  if (gates.length === 0) return ''
  const items = gates.map(
    ({ passed, sentence }) => `<li class="${passed ? 'good' : 'bad'}">${markupLine(sentence)}</li>`,
  )
  return `<h2>Gates</h2>\n<ul>${items.join('')}</ul>`
}

function renderScorers({ scorers }: EvalResult): string {
  const rows = scorers.map(({ name, mean, ci, scored, abstained, failed, meanAtK, passAtK = [] }) => [
    markupLine(name),
    formatNumber(mean),
    ci === null ? noValue : formatInterval(ci),
    formatCount(scored),
    formatCount(abstained),
    formatCount(failed),
    [
      ...(meanAtK === undefined
        ? []
        : [`mean@${meanAtK.k} ${formatNumber(meanAtK.mean)} (${formatInterval(meanAtK.ci)})`]),
      ...passAtK.map((pass) => `pass@${pass.k} ${formatShare(pass.mean)} (${formatInterval(pass.ci, formatShare)})`),
    ].join('<br>') || noValue,
  ])
  return renderTable(
    'Every scorer by itself',
    ['scorer', 'mean', '95 % interval', 'scored', 'abstained', 'failed', 'at k'],
    rows,
  )
}

function renderDistribution(result: EvalResult, scorer: string, place: number): string {
  const rows = place === 0 ? result.rows : rowsByScorer(result.rows, scorer)
  const scores = rows.flatMap(({ score }) => (score === null ? [] : [score]))
  if (scores.length === 0) return ''
  return `<figure><figcaption>Distribution of ${markupLine(scorer)}</figcaption>\n${scoreHistogram(scores, scorer)}\n</figure>`
}

function renderFacts({ details, diversity, rows }: EvalResult): string {
  const facts: (readonly [string, string])[] = [
    ...Object.entries(details).map(([name, value]) => [markupLine(name), formatDetail(name, value, rows)] as const),
    ['distinct word pairs', diversity.distinct2.toFixed(2)],
    ['distinct responses', formatShare(diversity.uniqueShare)],
    ['commonest line', `${formatShare(diversity.topLine.share)} “${markupLine(diversity.topLine.text)}”`],
  ]
  return renderTable('Details and diversity', ['measure', 'value'], facts)
}

function renderFailures(rows: readonly EvalRowRecord[]): string {
  if (rows.length === 0) return ''
  const cells = rows.map(({ rowIndex, sampleIndex, prompt, failure, response }) => [
    `${rowIndex}.${sampleIndex}`,
    markupLine(prompt),
    failure?.boundary ?? '',
    `${markupLine(failure?.message ?? '')}${response === '' ? '' : `<pre>${markupLines(response)}</pre>`}`,
  ])
  return `<h2>Failed (${formatCount(rows.length)})</h2>\n<p>A failure is not a bad answer: these are not in the mean.</p>\n${renderTable('Failed', ['row', 'prompt', 'at', 'what happened'], cells)}`
}

function renderResponses(
  title: string,
  note: string,
  rows: readonly EvalRowRecord[],
  scorer: string | undefined,
): string {
  if (rows.length === 0) return ''
  const cells = rows.map((row) => [
    `${row.rowIndex}.${row.sampleIndex}`,
    markupLine(row.prompt),
    scoresOf(row, scorer),
    `<pre>${markupLines(row.response)}</pre>`,
  ])
  return `<h2>${title} (${formatCount(rows.length)})</h2>\n<p>${note}</p>\n${renderTable(title, ['row', 'prompt', 'score', 'response'], cells)}`
}

/** The main scorer is named where there are others. */
function scoresOf({ score, scores = {} }: EvalRowRecord, scorer: string | undefined): string {
  const further = Object.entries(scores).map(([name, said]) => {
    const value = said.failure === null ? formatNumber(said.score) : `failed: ${markupLine(said.failure.message)}`
    return `${markupLine(name)} ${value}`
  })
  const main = further.length === 0 || scorer === undefined ? '' : `${markupLine(scorer)} `
  return [`${main}${formatNumber(score)}`, ...further].join('<br>')
}

/** Cells are markup already. */
function renderTable(caption: string, titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = titles.map((title) => `<th scope="col">${title}</th>`).join('')
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')
  return `<table><caption>${caption}</caption><thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table>`
}
