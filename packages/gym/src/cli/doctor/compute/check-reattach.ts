import type { ModalCompute } from '../../../compute/compute.js'
import { openHost } from '../../../compute/open-host.js'
import { checkFailed, checkSpec } from './check-process.js'
import type { ComputeCheck } from './compute-check.js'

const LINES = 60
const PAUSE_SECONDS = 0.1

/** Checks that a client that comes back reads the whole output, which the metrics of a run rely on. */
export function checkReattach(compute: ModalCompute): ComputeCheck {
  return {
    name: 're-attach',
    proves: 'a client that went away in the middle of a run comes back by name and misses no line and reads none twice',
    costUsd: 0.01,
    async run({ host, home, signal }) {
      const script = `for i in $(seq 0 ${LINES - 1}); do echo "line $i"; sleep ${PAUSE_SECONDS}; done`
      const running = await host.start(checkSpec('output', script), signal)
      try {
        for await (const line of running.output(signal)) if (line === `line ${LINES / 4}`) break
        await using other = await openHost(compute, { home })
        const { kind, name } = running.reference
        const found = await other.attach({ kind, name }, signal)
        if (found === null) throw checkFailed(`a second client does not find "${name}"`, 'check the environment option')
        const lines: string[] = []
        for await (const line of found.output(signal)) lines.push(line)
        const code = await found.wait(signal)
        const isWhole = lines.length === LINES && lines.every((line, i) => line === `line ${i}`)
        if (!isWhole || code !== 0) {
          const what = `a second client read ${lines.length} of ${LINES} lines and exit code ${code}`
          throw checkFailed(what, 'stay attached to runs for now, and tell us')
        }
      } finally {
        await running.stop()
      }
      return `a second client found it by name and read all ${LINES} lines once`
    },
  }
}
