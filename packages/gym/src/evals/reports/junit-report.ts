import { markupLine } from './markup.js'

/** One thing that a CI run is to show as passed, failed, or impossible to tell. */
export interface JunitCase {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'error'
  /** The outcome in words. */
  readonly message: string
}

export interface JunitSuite {
  readonly name: string
  readonly seconds: number
  readonly cases: readonly JunitCase[]
}

/** Renders a test suite as JUnit XML: a gate that failed is a failure, an evaluation that could not be made an error. */
export function junitReport({ name, seconds, cases }: JunitSuite): string {
  const count = (outcome: JunitCase['outcome']) => cases.filter((one) => one.outcome === outcome).length
  const time = seconds.toFixed(3)
  const counts = `tests="${cases.length}" failures="${count('failed')}" errors="${count('error')}" time="${time}"`
  const suite = `name="${markupLine(name)}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="training-gym" ${counts}>`,
    `  <testsuite ${suite} ${counts}>`,
    ...cases.flatMap((one) => renderCase(one, name).map((line) => `    ${line}`)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function renderCase({ name, outcome, message }: JunitCase, suite: string): string[] {
  const attributes = `classname="${markupLine(suite)}" name="${markupLine(name)}"`
  const text = markupLine(message)
  switch (outcome) {
    case 'passed':
      return [`<testcase ${attributes}>`, `  <system-out>${text}</system-out>`, '</testcase>']
    case 'failed':
      return [`<testcase ${attributes}>`, `  <failure message="${text}"/>`, '</testcase>']
    case 'error':
      return [`<testcase ${attributes}>`, `  <error message="${text}"/>`, '</testcase>']
  }
}
