import type { StepMetrics } from '../../store/records.js'
import { finiteJson } from './finite-json.js'
import type { Step } from './run-schemas.js'

/** Turns the metrics of a step into what the API answers. */
export function stepAnswer(metrics: StepMetrics): Step {
  return { ...finiteJson(metrics), rolloutId: metrics.rolloutId }
}
