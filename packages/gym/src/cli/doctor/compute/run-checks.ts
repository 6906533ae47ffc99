import { GymError, messageOf } from '../../../errors.js'
import type { CheckContext, CheckOutcome, ComputeCheck } from './compute-check.js'

export interface RunChecksOptions extends Omit<CheckContext, 'host'> {
  /** The provider, or why it could not be opened: what the first check is there to find out. */
  readonly host: CheckContext['host'] | GymError
  /** Number of the one check to run, from 1; left out: all, in order. */
  readonly only?: number
  /** Asked before a check that costs money; false skips it. */
  readonly confirm: (check: ComputeCheck, number: number) => Promise<boolean>
  readonly onStart: (check: ComputeCheck, number: number) => void
}

export interface CheckReport extends Omit<ComputeCheck, 'run'> {
  /** From 1. */
  readonly number: number
  readonly outcome: CheckOutcome
}

/** Runs checks in order. After a failure the later ones are skipped: each takes the ones before it for granted. */
export async function runChecks(checks: readonly ComputeCheck[], options: RunChecksOptions): Promise<CheckReport[]> {
  const { only, confirm, onStart, host, ...context } = options
  const reports: CheckReport[] = []
  for (const [index, check] of checks.entries()) {
    const number = index + 1
    const { run, ...facts } = check
    const report = (outcome: CheckOutcome) => reports.push({ ...facts, number, outcome })
    const failed = reports.find(({ outcome }) => outcome.state === 'failed')
    if (only !== undefined && only !== number) continue
    if (failed !== undefined) {
      report({
        state: 'skipped',
        fact: `check ${failed.number} failed; repair that first, or run this one with --only ${number}`,
      })
      continue
    }
    if (GymError.is(host)) {
      report({ state: 'failed', fact: host.message })
      continue
    }
    if (check.costUsd > 0 && !(await confirm(check, number))) {
      report({ state: 'skipped', fact: 'it costs money; answer yes, or add --yes' })
      continue
    }
    onStart(check, number)
    try {
      report({ state: 'passed', fact: await run({ ...context, host }) })
    } catch (error) {
      // What a check says of its interruption tells what it has left behind, which the reason alone does not.
      if (context.signal.aborted) throw GymError.is(error) ? error : context.signal.reason
      report({ state: 'failed', fact: messageOf(error) })
    }
  }
  return reports
}
