import { GymError } from '../../../errors.js'
import { algorithmRules } from './algorithm-rules.js'
import { batchRules } from './batch-rules.js'
import { evaluationRules } from './evaluation-rules.js'
import { machineRules } from './machine-rules.js'
import type { PlannedRun } from './rule.js'

/** Every rule, in the order in which problems are told. */
export const preflightRules = [...batchRules, ...algorithmRules, ...evaluationRules, ...machineRules]

/** One rule that spoke up. */
export interface PreflightFinding {
  readonly rule: string
  readonly severity: 'error' | 'notice'
  readonly message: string
}

/** Applies every rule; an empty list says that nothing speaks against the run. */
export function preflight(run: PlannedRun): PreflightFinding[] {
  return preflightRules.flatMap(({ name, severity, problem }) => {
    const message = problem(run)
    return message === undefined ? [] : [{ rule: name, severity, message }]
  })
}

/**
 * Refuses a run that a rule calls an error and returns the notices of the others.
 *
 * @throws GymError `preflight` with boundary 'config': every error, in one message.
 */
export function requirePreflight(run: PlannedRun): string[] {
  const findings = preflight(run)
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  if (errors.length > 0) throw new GymError('config', 'preflight', errors.join('; also '))
  return findings.map(({ message }) => message)
}
