import { pause } from '../compute/interrupted.js'
import { GymError } from '../errors.js'
import { gymHome } from '../store/home.js'
import { openStore } from '../store/open-store.js'
import type { RunRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import { readRunLog } from './read-run-log.js'
import { remoteRunLogs } from './remote/remote-run-logs.js'
import { runLogFile } from './run-log.js'

/** Milliseconds that a run may take from its end to its last line. */
const LAST_LINE_MS = 250

export interface LogOptions {
  readonly signal?: AbortSignal | undefined
  /** Folder of the state. Default: `.training-gym` of the working folder, or TRAINING_GYM_HOME. */
  readonly home?: string | undefined
  /** True goes on until the run ends; false ends with what there is. Default false. */
  readonly follow?: boolean | undefined
  /** Milliseconds without a line after which a run elsewhere is taken to have said all that there is. Default 2,000. */
  readonly quietMs?: number | undefined
}

/**
 * Gives what a run has said, line by line from its start: of one that trains elsewhere the output as its machine wrote it,
 * without the secrets of its recipe; of one of this machine what its terminal showed. Takes a run's id, a unique part of
 * it, or `latest`.
 *
 * @throws GymError `no-log` (config) for a run of this machine that kept none.
 *
 * @example
 * for await (const line of runLogs('latest', { follow: true })) console.log(line)
 */
export async function* runLogs(reference: string, options: LogOptions = {}): AsyncGenerator<string> {
  const { home = gymHome(), follow = false, signal } = options
  await using store = await openStore({ home })
  const record = (await store.runs.get(await store.findRun(reference))) as RunRecord
  const { trainingRunId, remote, state } = record
  if (remote !== undefined) {
    yield* remoteRunLogs({ ...record, remote }, { ...options, home })
    return
  }
  const file = runLogFile(home, trainingRunId)
  const hasEnded = follow && state === 'running' ? endOf(store, trainingRunId, signal) : () => true
  let isEmpty = true
  for await (const line of readRunLog({ file, hasEnded, signal })) {
    isEmpty = false
    yield line
  }
  if (!isEmpty || !(await isOver(store, trainingRunId))) return
  const message = `run ${trainingRunId} kept no log in ${file}; see what it measured with: training-gym runs ${trainingRunId}`
  throw new GymError('config', 'no-log', message)
}

async function isOver(store: Store, trainingRunId: string): Promise<boolean> {
  return (await store.runs.get(trainingRunId))?.state !== 'running'
}

/** Tells the end a little late: a run writes its last line just after its record says that it is over. */
function endOf(store: Store, trainingRunId: string, signal: AbortSignal | undefined): () => Promise<boolean> {
  let wasOver = false
  return async () => {
    if (!wasOver && (await isOver(store, trainingRunId))) {
      await pause(LAST_LINE_MS, 'reading the log', signal)
      wasOver = true
    }
    return wasOver
  }
}
