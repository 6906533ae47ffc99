import type { RunRecord } from '../../store/records.js'
import { interruptRun } from '../../training/interrupt-run.js'
import { type RecordedStart, readStart, startFlags } from '../../training/recorded-start.js'
import type { PossibleActions } from './action-schemas.js'
import { apiRefusal } from './api-refusal.js'
import type { JobRequest } from './jobs.js'

/** Says what can be done with a run from here; each part that cannot comes with the sentence that says what to do instead. */
export async function possibleActions(home: string, run: RunRecord): Promise<PossibleActions> {
  const start = await readStart(home, run.trainingRunId)
  return { stop: whyNotStopped(run), resume: whyNotResumed(run, start), evaluate: whyNotEvaluated(run, start) }
}

/** Asks a run to end as Ctrl-C does. Returns at once; what is kept is what its program keeps then. */
export async function stopRunNow(
  home: string,
  run: RunRecord,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (line: string) => void },
): Promise<string> {
  const reason = whyNotStopped(run)
  if (reason !== null) throw apiRefusal(409, 'not-running', reason)
  if (run.remote === undefined) {
    const asked = interruptRun(home, run) ? 'asked to stop, as by Ctrl-C' : 'asked to stop before; it is about to end'
    return `${asked}; it can be resumed from its last checkpoint`
  }
  const { stopRun } = await import('../../training/remote/stop-run.js')
  // It reads what the machine says to its end, which may take minutes; the record tells how that went.
  stopRun(run.trainingRunId, { home, signal }).catch((error: unknown) => log(`stopping a run failed: ${String(error)}`))
  return 'asked the machine that trains to stop; it can be resumed from its last checkpoint'
}

/** Says which command continues a run. */
export async function resumeRequest(home: string, run: RunRecord): Promise<JobRequest> {
  const start = await readStart(home, run.trainingRunId)
  const reason = whyNotResumed(run, start)
  if (reason !== null || start === null) throw apiRefusal(409, 'not-resumable', reason ?? 'this run cannot be resumed')
  const { trainingRunId } = run
  const args = ['train', '--resume', trainingRunId, ...startFlags(start)]
  return { kind: 'resume', subject: trainingRunId, args, cwd: start.cwd }
}

/** Says which command evaluates a checkpoint of a run as the run's own rows and reward would have it. */
export async function evaluateRequest(
  home: string,
  run: RunRecord,
  checkpoint: { readonly name: string; readonly path: string },
): Promise<JobRequest> {
  const start = await readStart(home, run.trainingRunId)
  const reason = whyNotEvaluated(run, start)
  if (reason !== null || start === null) throw apiRefusal(409, 'not-evaluable', reason ?? 'it cannot be evaluated')
  const name = `${run.trainingRunId}@${checkpoint.name}`
  const args = ['eval', '--model', checkpoint.path, '--name', name, ...startFlags(start)]
  return { kind: 'evaluate', subject: name, args, cwd: start.cwd }
}

function whyNotStopped({ trainingRunId, state }: RunRecord): string | null {
  return state === 'running' ? null : `run ${trainingRunId} is ${state}; there is nothing to stop`
}

function whyNotResumed({ trainingRunId, state }: RunRecord, start: RecordedStart | null): string | null {
  if (state === 'running') return 'it is running'
  if (state === 'completed') return 'it is complete; train on from its last checkpoint instead'
  if (start !== null) return null
  return `its rows and reward are in a script of its own; run that script again with train({ resume: '${trainingRunId}' })`
}

function whyNotEvaluated({ trainingRunId }: RunRecord, start: RecordedStart | null): string | null {
  if (start !== null) return null
  return `the rows and the reward of ${trainingRunId} are in a script of its own; name them yourself: training-gym eval --model CHECKPOINT --dataset ROWS.jsonl --config gym.config.ts`
}
