import type { LocalProcess, ProcessExit } from '../compute/local-process.js'

/** Says how a process ended, with the last lines of its log and where the rest is; the end of a sentence. */
export async function describeExit(ended: LocalProcess, exit: ProcessExit): Promise<string> {
  const how = exit.signal === null ? `ended with exit code ${exit.code}` : `was ended by ${exit.signal}`
  const tail = (await ended.readTail()).split('\n').slice(-5).join('\n')
  const said = tail === '' ? 'it logged nothing' : `the end of its log:\n${tail}\n`
  return `${how}; serve it again, or see ${ended.logFile}; ${said}`.trimEnd()
}
