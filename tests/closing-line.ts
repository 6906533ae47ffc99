import type { Reporter, TestModule } from 'vitest/node'

/** Names what was skipped and why, then ends with one plain line: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const failed =
      count('failed') + modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length
    for (const test of tests) {
      const result = test.result()
      if (result.state === 'skipped')
        process.stdout.write(`skipped: ${test.fullName} (${result.note ?? 'no reason given'})\n`)
    }
    process.stdout.write(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`)
  }
}
