import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** Waits for a program to end, and returns its exit code and all that it wrote. */
export async function outputOf(child: ChildProcessByStdio<null, Readable, Readable>) {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (part) => {
      output[name] += part
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...output }
}
