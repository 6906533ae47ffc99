import { randomBytes } from 'node:crypto'
import type { ProcessSpec } from '../../../compute/host.js'
import { lastLines } from '../../../compute/last-lines.js'
import { GymError } from '../../../errors.js'
import type { CheckContext } from './compute-check.js'

/** A small image with a shell. */
export const SMALL_IMAGE = { from: 'debian:bookworm-slim', commands: ['ENTRYPOINT []'] } as const

/** Describes a short process of a check; its name tells it from those of other checks. */
export function checkSpec(name: string, script: string, changes: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    name: `check-${name}-${randomBytes(4).toString('hex')}`,
    tags: { gym: 'check' },
    image: SMALL_IMAGE,
    volumes: {},
    secrets: [],
    environment: {},
    command: ['bash', '-c', script],
    timeoutMs: 20 * 60_000,
    ...changes,
  }
}

/** Runs a process to its end and returns its lines. */
export async function outputOf({ host, signal }: CheckContext, spec: ProcessSpec): Promise<string[]> {
  const running = await host.start(spec, signal)
  try {
    const lines: string[] = []
    for await (const line of running.output(signal)) lines.push(line)
    const code = await running.wait(signal)
    if (code === 0) return lines
    const message = `the process ended with exit code ${code}: ${await lastLines(running, 5)}; see it on the page of the app`
    throw new GymError('provider', 'check-failed', message)
  } finally {
    await running.stop()
  }
}

/** Makes the error of a check that found something else than it should; `next` says what to do. */
export function checkFailed(what: string, next: string): GymError {
  return new GymError('provider', 'check-failed', `${what}; ${next}`)
}
