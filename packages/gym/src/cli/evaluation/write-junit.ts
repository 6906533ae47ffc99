import { messageOf } from '../../errors.js'
import { type JunitCase, junitReport } from '../../evals/reports/junit-report.js'
import type { Check } from './checks.js'
import { isStream, writeOutput } from './write-output.js'

export interface JunitTarget {
  readonly file: string
  readonly cwd: string
  /** Name of the evaluation. */
  readonly name: string
}

/** Writes the checks of an evaluation as JUnit XML; without any, that it was made. */
export async function writeJunit(target: JunitTarget, checks: readonly Check[], seconds: number): Promise<void> {
  const cases: JunitCase[] = checks.map(({ name, passed, message }) => {
    return { name, outcome: passed ? 'passed' : 'failed', message }
  })
  const made: JunitCase = { name: 'evaluation', outcome: 'passed', message: 'evaluated; no gate was set' }
  await write(target, cases.length === 0 ? [made] : cases, seconds)
}

/**
 * Writes that an evaluation has not come to its end, in place of what an earlier one has left there: it stays when the
 * process is ended from within.
 */
export async function writeJunitBegun(target: JunitTarget): Promise<void> {
  if (await isStream(target.file, target.cwd)) return
  await writeJunitError(target, new Error('the evaluation has not come to its end; the process was ended before'))
}

/** Writes that an evaluation could not be made, so that CI shows a broken machine as an error, not as a bad model. */
export async function writeJunitError(target: JunitTarget, error: unknown): Promise<void> {
  await write(target, [{ name: 'evaluation', outcome: 'error', message: messageOf(error) }], 0)
}

async function write({ file, cwd, name }: JunitTarget, cases: readonly JunitCase[], seconds: number): Promise<void> {
  await writeOutput(file, junitReport({ name, seconds, cases }), cwd)
}
