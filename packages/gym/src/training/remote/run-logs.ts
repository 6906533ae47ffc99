import { gymVolumes } from '../../compute/gym-volumes.js'
import type { RunningProcess } from '../../compute/host.js'
import { openHost } from '../../compute/open-host.js'
import { GymError } from '../../errors.js'
import { gymHome } from '../../store/home.js'
import { openStore } from '../../store/open-store.js'
import type { RunRecord } from '../../store/records.js'
import { requireRemote } from './remote-start.js'

/** Time that the first line may take, since a connection must be made for it, milliseconds. */
const FIRST_LINE_MS = 15_000

export interface LogOptions {
  readonly signal?: AbortSignal
  /** Folder of the state. Default: `.training-gym` of the working folder, or TRAINING_GYM_HOME. */
  readonly home?: string
  /** True goes on until the run ends; false ends when nothing new has come for `quietMs`. Default false. */
  readonly follow?: boolean
  /** Milliseconds. Default 2,000. */
  readonly quietMs?: number
}

/** Gives the output of a run that trains elsewhere, line by line from its start. */
export async function* runLogs(reference: string, options: LogOptions = {}): AsyncGenerator<string> {
  const { home = gymHome(), follow = false, quietMs = 2000 } = options
  const { trainingRunId, remote } = await recordOf(reference, home)
  await using host = await openHost(remote.compute, { home })
  const process = await host.attach(remote.process, options.signal)
  if (process === null) {
    // The host has forgotten it; what it wrote is kept beside its checkpoints.
    const text = await host.volume(gymVolumes.checkpoints.mount.name).readText(`${trainingRunId}/train.log`)
    yield* text.trimEnd().split('\n')
  } else if (follow) yield* process.output(options.signal)
  else yield* untilQuiet(process, quietMs, options.signal)
}

async function recordOf(reference: string, home: string) {
  await using store = await openStore({ home })
  return requireRemote((await store.runs.get(await store.findRun(reference))) as RunRecord)
}

/** No host says where its past output ends: the first pause is taken for it. */
async function* untilQuiet(process: RunningProcess, quietMs: number, signal?: AbortSignal): AsyncGenerator<string> {
  const quiet = new AbortController()
  const abort = () => quiet.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  let timer = setTimeout(() => quiet.abort(), FIRST_LINE_MS + quietMs)
  try {
    for await (const line of process.output(quiet.signal)) {
      clearTimeout(timer)
      yield line
      timer = setTimeout(() => quiet.abort(), quietMs)
    }
  } catch (error) {
    if (signal?.aborted || !quiet.signal.aborted || !GymError.is(error)) throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
