import { GymError } from '../../errors.js'

/** Code and the tests that it is to pass. */
export interface TestJob {
  readonly code: string
  /** One program, or a list of tests each of which passes or fails by itself. */
  readonly tests: string | readonly string[]
  /** Where the tests are from, for messages: `the tests of row 3 (column "tests")`. */
  readonly source: string
}

/** What running the tests of one response showed. */
export interface TestReport {
  readonly passed: number
  /** At least 1. */
  readonly total: number
  readonly timedOut: boolean
  /** The first failure, in at most 300 characters; null when all passed. */
  readonly problem: string | null
  /** What stood between the code and this machine. */
  readonly isolation: 'quickjs-wasm' | 'bwrap' | 'limits-only'
}

/**
 * What a sandbox tells while it works, so that tests which passed before a time limit count. `bad-tests` comes before the
 * response's code has run: it is never the response's doing.
 */
export type TestEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'bad-tests'; readonly problem: string }
  | { readonly kind: 'total'; readonly total: number }
  | { readonly kind: 'test'; readonly isPassed: boolean; readonly problem?: string }
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'done'; readonly timedOut?: boolean }

/** Adds up what a sandbox told. */
export class TestTally {
  isReady = false
  isDone = false
  #passed = 0
  #tests = 0
  #total = 0
  #problem: string | null = null
  #badTests: string | null = null

  add(event: TestEvent): void {
    switch (event.kind) {
      case 'ready':
        this.isReady = true
        break
      case 'bad-tests':
        this.#badTests ??= event.problem
        break
      case 'total':
        this.#total = event.total
        break
      case 'test':
        this.#tests++
        if (event.isPassed) this.#passed++
        else this.#problem ??= event.problem ?? 'a test failed'
        break
      case 'problem':
        this.#problem ??= event.problem
        break
      case 'done':
        this.isDone = true
        break
    }
  }

  /** Throws when the row, and not the response, is at fault. */
  throwIfBadTests(source: string): void {
    if (this.#badTests !== null) throw badTests(source, this.#badTests)
  }

  report(isolation: TestReport['isolation'], timedOut: boolean, ending: string): TestReport {
    const total = Math.max(1, this.#total, this.#tests)
    const problem = this.#problem ?? (this.#passed === total ? null : ending)
    return { passed: this.#passed, total, timedOut, problem: problem?.slice(0, 300) ?? null, isolation }
  }
}

/** Makes the error for tests that no response is to be blamed for: `source` did what `problem` says. */
export function badTests(source: string, problem: string, cause?: unknown): GymError {
  return new GymError('data', 'bad-tests', `${source} ${problem}`, { cause })
}
