import { z } from 'zod'
import { GymError } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import { shownValue } from '../options/shown-value.js'
import type { DatasetRow, Reward } from '../trip.js'
import { fencedBlocks } from './fenced-blocks.js'
import { nameScorer } from './name-scorer.js'
import { referenceOf } from './reference-of.js'
import type { TestJob, TestReport } from './sandboxes/test-report.js'

export interface UnitTestsOptions {
  readonly language: 'javascript' | 'python'
  /** Column with the tests: one program, or a list of tests. Default `tests`. */
  readonly testsColumn?: string | undefined
  /** Which fenced block of the response is the code; a response without any is code as a whole. Default `last`. */
  readonly block?: 'first' | 'last' | undefined
  /** Milliseconds of wall-clock time for code and tests. Default 2,000 for JavaScript, 4,000 for Python. */
  readonly timeLimitMs?: number | undefined
  /** Memory of the code, in MiB. Default 64 for JavaScript, 512 for Python. */
  readonly memoryMb?: number | undefined
  /** Python to start. Default `python3`. */
  readonly python?: string | undefined
  /** Python only. `auto` (default): bwrap where it works, else limits alone; `bwrap`: refuse to run without it. */
  readonly isolation?: 'auto' | 'bwrap' | 'limits' | undefined
}

const schema = z
  .strictObject({
    language: z.enum(['javascript', 'python']),
    testsColumn: z.string().min(1).default('tests'),
    block: z.enum(['first', 'last']).default('last'),
    timeLimitMs: z.int().min(100).max(600_000).optional(),
    memoryMb: z.int().min(8).max(65_536).optional(),
    python: z.string().min(1).optional(),
    isolation: z.enum(['auto', 'bwrap', 'limits']).optional(),
  })
  .refine(
    ({ language, python, isolation }) => language === 'python' || (python === undefined && isolation === undefined),
    'takes "python" and "isolation" only with language "python"',
  )

type Sandbox = (job: TestJob) => Promise<TestReport>

/**
 * Makes a scorer that runs the response's code against the row's tests: the score is the share that passed, and a time
 * limit or an error fails the rest. Details: `passed`, `total`, `allPassed`, `timedOut`, `problem`, `isolation`.
 *
 * JavaScript runs in QuickJS compiled to WebAssembly, without files, network, processes or clock. Python runs in a process
 * under limits, and inside bubblewrap where that works; `isolation: 'limits-only'` in the details says that it did not, and
 * then the code can read this user's files. In Python code and tests share one interpreter; in JavaScript the built-in
 * objects are locked before the tests run. Tests that do not compile or that check nothing are a GymError 'data'
 * (`bad-tests`) that names the row. See docs/scorers.md.
 *
 * @example
 * unitTests({ language: 'javascript', testsColumn: 'asserts' })
 */
export function unitTests(options: UnitTestsOptions): Reward {
  const checked = parseOptions(schema, options, 'unitTests()')
  const { language, testsColumn, block } = checked
  const languages = language === 'python' ? ['python', 'py', 'python3'] : ['javascript', 'js', 'mjs', 'node']
  let sandbox: Promise<Sandbox> | undefined
  return nameScorer('unitTests', async ({ response, row }) => {
    const tests = testsOf(row, testsColumn)
    sandbox ??= sandboxFor(checked)
    const run = await sandbox
    const { passed, total, timedOut, problem, isolation } = await run({
      code: codeIn(response, languages, block),
      tests,
      source: `the tests of row ${row.index} (column "${testsColumn}")`,
    })
    const details = { passed, total, allPassed: passed === total, timedOut, isolation }
    return { score: passed / total, ...details, ...(problem === null ? {} : { problem }) }
  })
}

/** Loads what runs the code only when the first response is scored. */
async function sandboxFor(options: z.output<typeof schema>): Promise<Sandbox> {
  if (options.language === 'javascript') {
    const { javascriptSandbox } = await import('./sandboxes/javascript-sandbox.js')
    return javascriptSandbox({ timeLimitMs: options.timeLimitMs ?? 2000, memoryMb: options.memoryMb ?? 64 })
  }
  const { pythonSandbox } = await import('./sandboxes/python-sandbox.js')
  return pythonSandbox({
    timeLimitMs: options.timeLimitMs ?? 4000,
    memoryMb: options.memoryMb ?? 512,
    python: options.python ?? 'python3',
    isolation: options.isolation ?? 'auto',
  })
}

function codeIn(response: string, languages: readonly string[], which: 'first' | 'last'): string {
  const blocks = fencedBlocks(response)
  const marked = blocks.filter(({ language }) => languages.includes(language))
  const chosen = marked.length > 0 ? marked : blocks
  return (which === 'first' ? chosen[0] : chosen.at(-1))?.text ?? response
}

function testsOf(row: DatasetRow, column: string): string | string[] {
  const tests = referenceOf(row, column)
  if (typeof tests === 'string' && tests.trim() !== '') return tests
  if (Array.isArray(tests) && tests.length > 0 && tests.every((test) => typeof test === 'string')) return tests
  const message = `row ${row.index} has ${shownValue(tests)} in column "${column}"; give a program, or a list of tests, as text`
  throw new GymError('data', 'bad-tests', message)
}
