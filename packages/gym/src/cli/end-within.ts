import { Worker } from 'node:worker_threads'

/**
 * Kills this process when it is still there after `ms` milliseconds, with a last sentence on stderr. From a thread of its
 * own, so that a loop that never gives way ends as well; it keeps nothing from ending before that.
 */
export function endWithin(ms: number, sentence: string): void {
  const program = `const { workerData } = require('node:worker_threads')
    setTimeout(() => {
      require('node:fs').writeSync(2, workerData.sentence)
      process.kill(process.pid, 'SIGKILL')
    }, workerData.ms)`
  // Flags of this process, such as `-e`, mean nothing to the thread.
  new Worker(program, { eval: true, execArgv: [], workerData: { ms, sentence } }).unref()
}
