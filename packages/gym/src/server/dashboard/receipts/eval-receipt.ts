import { compareAllEvals } from '../../../evals/compare-evals.js'
import { distinctLabels } from '../../../evals/distinct-labels.js'
import { type EvalResult, evalResultFromStore } from '../../../evals/eval-result.js'
import type { EvalRowRecord } from '../../../store/records.js'
import { kindOfRow } from '../eval-answers.js'
import { shownText } from '../shown-text.js'
import { dataWithoutPlaces, type Places, placeName, placesAround } from './for-strangers.js'
import { type Receipt, type ReceiptSource, sealReceipt, sumOf } from './receipt.js'
import { versions } from './versions.js'

/** Rows of an evaluation that a receipt holds whole; its sum over the prompts covers all of them. */
const MOST_ROWS = 5_000

/** Makes the receipt of an evaluation, or of the comparison of two to four. */
export async function evalReceipt({ store, home, clock }: ReceiptSource, evalIds: readonly string[]): Promise<Receipt> {
  const places = placesAround(home)
  const results = await Promise.all(evalIds.map((evalId) => evalResultFromStore(store, evalId)))
  const configs = await Promise.all(evalIds.map(async (evalId) => (await store.evals.get(evalId))?.config ?? {}))
  const [only] = results
  if (results.length === 1 && only !== undefined) {
    return sealReceipt(`Evaluation ${only.name}`, {
      ...sectionsOf(only, configs[0] ?? {}, places),
      versions: versions(clock()),
    })
  }
  const labels = distinctLabels(results)
  const parts = results.flatMap((result, at) => {
    const sections = Object.entries(sectionsOf(result, configs[at] ?? {}, places))
    return sections.map(([name, content]) => [`${labels[at]}: ${name}`, content] as const)
  })
  return sealReceipt(`Comparison of ${labels.join(', ')}`, {
    comparisons: compareAllEvals(results),
    ...Object.fromEntries(parts),
    versions: versions(clock()),
  })
}

function sectionsOf(result: EvalResult, config: Readonly<Record<string, unknown>>, places: Places) {
  const { rows, evalId, name, model, mean, ci, total, scored, abstained, failed, ...more } = result
  const { details, diversity, scorers, gates, seconds, seed } = more
  return {
    result: {
      evalId,
      name,
      model: placeName(model, places),
      mean,
      interval95: ci,
      total,
      scored,
      abstained,
      failed,
      seconds,
      seed,
    },
    measures: { details, diversity, scorers, gates },
    configuration: dataWithoutPlaces(config, places),
    data: { rows: rows.length, promptsSha256: sumOf(rows.map(({ promptKey }) => promptKey)) },
    responses: rows.slice(0, MOST_ROWS).map((row) => rowFacts(row, places)),
  }
}

function rowFacts(row: EvalRowRecord, places: Places) {
  const { prompt, response, score, metadata, failure, promptKey, rowIndex, sampleIndex } = row
  const place = `${rowIndex}.${sampleIndex}`
  const texts = { prompt: shownText(prompt).text, response: shownText(response).text }
  return {
    ...texts,
    score,
    outcome: kindOfRow(row),
    ...(failure && { failure: dataWithoutPlaces(failure, places) }),
    metadata,
    place,
    promptKey,
  }
}
