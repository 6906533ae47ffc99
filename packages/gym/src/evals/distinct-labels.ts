import type { EvalResult } from './eval-result.js'

/** Names evaluations so that none is taken for another: by name, else with the model, else with the id. */
export function distinctLabels(evals: readonly Pick<EvalResult, 'name' | 'model' | 'evalId'>[]): string[] {
  const byName = evals.map(({ name }) => name)
  const byModel = evals.map(({ name, model }) => `${name} [${model}]`)
  const byId = evals.map(({ name, evalId }) => `${name} [${evalId}]`)
  return [byName, byModel].find((labels) => new Set(labels).size === labels.length) ?? byId
}
