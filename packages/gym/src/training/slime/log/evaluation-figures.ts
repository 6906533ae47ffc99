import type { TrainingEvaluation } from '../../../store/records.js'
import type { MetricValue } from './python-dict.js'

/**
 * Reads what slime printed of an evaluation, by dataset. A dataset is `eval/<name>`; beside it stand `eval/<name>/...` and
 * `eval/<name>-...`, which are figures of the same. What was not printed is NaN.
 */
export function evaluationFigures(
  metrics: Readonly<Record<string, MetricValue>>,
): Readonly<Record<string, TrainingEvaluation>> {
  const names = Object.keys(metrics).flatMap((key) => /^eval\/([^/]+)$/.exec(key)?.[1] ?? [])
  const datasets = names.filter((name) => !names.some((other) => isFigureOf(name, other)))
  const numberAt = (...keys: readonly string[]) => {
    const found = keys.map((key) => metrics[`eval/${key}`]).find((value) => typeof value === 'number')
    return typeof found === 'number' ? found : Number.NaN
  }
  return Object.fromEntries(
    datasets.map((name) => [
      name,
      {
        score: numberAt(name),
        responseLength: numberAt(`${name}/response_len/mean`),
        truncatedShare: numberAt(`${name}-truncated_ratio`, `${name}/truncated_ratio`),
      },
    ]),
  )
}

function isFigureOf(name: string, dataset: string): boolean {
  return name === `${dataset}-truncated_ratio` || name.startsWith(`${dataset}-pass@`)
}
