import { gymVolumes } from '../../compute/gym-volumes.js'
import type { RunningProcess } from '../../compute/host.js'
import { openHost } from '../../compute/open-host.js'
import { GymError } from '../../errors.js'
import { secretHider } from '../recorded-secrets.js'
import type { LogOptions } from '../run-logs.js'
import type { RemoteRunRecord } from './remote-start.js'

/** Time that the first line may take, since a connection must be made for it, milliseconds. */
const FIRST_LINE_MS = 15_000

/** Gives the output of a run that trains elsewhere, line by line from its start, without the secrets of its recipe. */
export async function* remoteRunLogs(
  record: RemoteRunRecord,
  options: LogOptions & Required<Pick<LogOptions, 'home'>>,
): AsyncGenerator<string> {
  // slime prints its arguments, keys among them.
  const hide = secretHider(record.config)
  for await (const line of linesOf(record, options)) yield hide(line)
}

async function* linesOf(
  { trainingRunId, remote }: RemoteRunRecord,
  { home, signal, follow = false, quietMs = 2000 }: LogOptions & Required<Pick<LogOptions, 'home'>>,
): AsyncGenerator<string> {
  await using host = await openHost(remote.compute, { home })
  const process = await host.attach(remote.process, signal)
  if (process === null) {
    // The host has forgotten it; what it wrote is kept beside its checkpoints.
    const text = await host.volume(gymVolumes.checkpoints.mount.name).readText(`${trainingRunId}/train.log`)
    yield* text.trimEnd().split('\n')
  } else if (follow) yield* process.output(signal)
  else yield* untilQuiet(process, quietMs, signal)
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
