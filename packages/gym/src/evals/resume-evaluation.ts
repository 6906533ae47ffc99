import { isDeepStrictEqual } from 'node:util'
import { GymError } from '../errors.js'
import type { EvalRecord, EvalRowRecord } from '../store/records.js'
import type { Store } from '../store/store.js'
import type { DatasetRow, Message } from '../trip.js'
import { promptKey } from './prompt-key.js'
import { recordedConfig } from './recorded-config.js'

/** An evaluation to be continued: its record, what of it is done, and the rows that are still to be asked. */
export interface ResumedEvaluation {
  readonly record: EvalRecord
  readonly kept: readonly EvalRowRecord[]
  readonly missing: readonly DatasetRow[]
}

/** What is asked for now, to be held against what was. */
export interface ResumeRequest {
  readonly reference: string
  /** The record that a new evaluation would have. */
  readonly wanted: EvalRecord
  readonly rows: readonly DatasetRow[]
  readonly messagesOf: (row: DatasetRow) => readonly Message[]
}

/**
 * Finds an evaluation that broke off and sets it running again. Throws GymError 'config' when there is none, when it is
 * still running, or when it differs from what is asked for now, naming the first difference.
 */
export async function resumeEvaluation(store: Store, request: ResumeRequest): Promise<ResumedEvaluation> {
  const { wanted, rows } = request
  const evalId = await store.findEval(request.reference)
  const record = await store.evals.get(evalId)
  if (record === undefined)
    throw new GymError('config', 'no-such-record', `${store.file} holds no evaluation "${evalId}"`)
  if (record.state === 'running') {
    throw refused(evalId, `process ${record.pid} is still at work on it; wait for it or end it`)
  }
  if (record.sourceEvalId !== undefined) {
    throw refused(evalId, `it scored the responses of ${record.sourceEvalId} anew; rescore that one again`)
  }
  const difference = firstDifference(record, wanted)
  if (difference !== undefined) {
    throw refused(evalId, `${difference}; give the same again, or start a new evaluation`)
  }
  const found = await store.evals.rows(evalId)
  checkPrompts(evalId, found, request)

  const { nSamples } = recordedConfig(wanted)
  const good = new Map<number, EvalRowRecord[]>()
  for (const row of found) {
    if (row.failure?.boundary === 'provider') continue
    const samples = good.get(row.rowIndex)
    if (samples === undefined) good.set(row.rowIndex, [row])
    else samples.push(row)
  }
  const isDone = ({ index }: DatasetRow) => good.get(index)?.length === nSamples
  const kept = rows.filter(isDone).flatMap(({ index }) => good.get(index) ?? [])
  const { deploymentId, pid, createdAt: resumedAt, config } = wanted
  const isOurs = await store.evals.reopen(evalId, { config, deploymentId, pid, resumedAt })
  if (!isOurs) throw refused(evalId, 'another process took it up in this moment; wait for it or end it')
  const { finishedAt: _, ...before } = record
  const running = { ...before, config, deploymentId, pid, resumedAt, state: 'running', finishedAt: null } as const
  return { record: running, kept, missing: rows.filter((row) => !isDone(row)) }
}

function firstDifference(record: EvalRecord, wanted: EvalRecord): string | undefined {
  const before = recordedConfig(record)
  const now = recordedConfig(wanted)
  const isByPath = record.modelPath !== null && wanted.modelPath !== null
  const compared: readonly (readonly [what: string, before: unknown, now: unknown])[] = [
    ['dataset', before.dataset, now.dataset],
    ['number of rows', before.nRows ?? now.nRows, now.nRows],
    ['scorers', before.scorers, now.scorers],
    ['seed', before.seed, now.seed],
    ['nSamples', before.nSamples, now.nSamples],
    ['promptColumn', before.promptColumn, now.promptColumn],
    ['generateKwargs', before.generateKwargs, now.generateKwargs],
    isByPath ? ['model', record.modelPath, wanted.modelPath] : ['model', record.model, wanted.model],
  ]
  // What was recorded went through JSON, which leaves out what is undefined.
  const asKept = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))
  const first = compared.find(([, a, b]) => !isDeepStrictEqual(a, asKept(b)))
  return first && `its ${first[0]} was ${shown(first[1])} and now is ${shown(first[2])}`
}

/** A dataset can change under its name, and then old and new responses would answer different questions. */
function checkPrompts(
  evalId: string,
  found: readonly EvalRowRecord[],
  { rows, messagesOf, wanted }: ResumeRequest,
): void {
  const byIndex = new Map(rows.map((row) => [row.index, row]))
  const checked = new Set<number>()
  for (const { rowIndex, promptKey: before, prompt } of found) {
    if (checked.has(rowIndex) || before === '') continue
    checked.add(rowIndex)
    const row = byIndex.get(rowIndex)
    if (row !== undefined && promptKey(messagesOf(row)) === before) continue
    const now = row === undefined ? 'is gone' : 'has another prompt'
    const { dataset } = recordedConfig(wanted)
    throw refused(
      evalId,
      `row ${rowIndex} ("${prompt.slice(0, 60)}") of dataset "${dataset}" ${now}; start a new evaluation`,
    )
  }
}

function refused(evalId: string, why: string): GymError {
  return new GymError('config', 'cannot-resume', `evaluation ${evalId} cannot be continued: ${why}`)
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'not set')
}
