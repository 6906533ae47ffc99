import { appendFileSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { messageOf } from '../errors.js'
import type { OnProgress } from '../progress.js'

/** A log that grows beyond this is set aside as `run.log.1`, in place of the one before it: two of these at most. */
const MOST_BYTES = 1_000_000
/** Columns that lines are laid out for: nobody knows who will read them. */
const COLUMNS = 120

/** Keeps what a run says. */
export interface RunLog {
  /** Writes an event down and passes it on. */
  readonly onProgress: OnProgress
  /** Writes down why the run ended early. */
  fail(error: unknown): void
}

/** Names the log of a run of this machine. */
export function runLogFile(home: string, trainingRunId: string): string {
  return join(home, 'runs', trainingRunId, 'run.log')
}

/**
 * Keeps the lines that a terminal would show of a run, in `<home>/runs/<id>/run.log`; a resumed run goes on in it. A log
 * that cannot be written is given up: the run matters more.
 */
export async function openRunLog(file: string, next: OnProgress, mostBytes = MOST_BYTES): Promise<RunLog> {
  const { createConsoleReporter } = await import('../console/console-reporter.js')
  let bytes = sizeOf(file)
  let isGivenUp = false
  const write = (text: string) => {
    if (isGivenUp) return
    try {
      makeFolder(dirname(file))
      if (bytes > mostBytes) {
        renameSync(file, `${file}.1`)
        bytes = 0
      }
      appendFileSync(file, text)
      bytes += Buffer.byteLength(text)
    } catch {
      isGivenUp = true
    }
  }
  const reporter = createConsoleReporter({ stream: { write }, isTty: false, color: false, columns: COLUMNS })
  return {
    onProgress: (event) => {
      reporter.onProgress(event)
      next(event)
    },
    fail: (error) => write(`ended early: ${messageOf(error)}\n`),
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
