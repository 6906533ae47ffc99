import type { Selectable } from 'kysely'
import { decodeJson, encodeJson } from './json-column.js'
import { type Page, pageOf } from './page.js'
import { isLeftBehind, processColumns } from './process-liveness.js'
import type { EvalRecord, EvalRowRecord } from './records.js'
import type { EvalRowTable, EvalTable } from './schema.js'
import { missing, replaceRows, type StoreContext } from './store-context.js'

/** How an evaluation ended. */
export type EvalEnd = Pick<EvalRecord, 'finishedAt' | 'summary' | 'error'> & {
  readonly state: Exclude<EvalRecord['state'], 'running'>
}

/** What changes when an evaluation is continued. */
export type EvalRestart = Pick<EvalRecord, 'config' | 'deploymentId' | 'pid'> & { readonly resumedAt: number }

/** Keeps evaluations with their rows. */
export class EvalRecords {
  readonly #context: StoreContext

  constructor(context: StoreContext) {
    this.#context = context
  }

  /** Adds an evaluation; an id that exists already is an error, never an overwrite. */
  async create(evaluation: EvalRecord): Promise<void> {
    const row = {
      ...evaluation,
      ...processColumns(evaluation.pid),
      config: encodeJson(evaluation.config, 'the configuration of an evaluation'),
      summary: evaluation.summary && encodeJson(evaluation.summary, 'the summary of an evaluation'),
      resumedAt: evaluation.resumedAt ?? null,
      sourceEvalId: evaluation.sourceEvalId ?? null,
    }
    await this.#context.db.insertInto('eval').values(row).execute()
  }

  /**
   * Sets an evaluation running again, with its rows. False when a process is at work on it by now; throws GymError 'store' when
   * there is no such evaluation.
   */
  async reopen(evalId: string, start: EvalRestart): Promise<boolean> {
    const { db, file, isAlive } = this.#context
    const config = encodeJson(start.config, 'the configuration of an evaluation')
    const ended = { state: 'running', finishedAt: null, summary: null, error: null } as const
    const changes = { ...start, ...processColumns(start.pid), ...ended, config }
    return await db.transaction().execute(async (tx) => {
      const query = tx.selectFrom('eval').select(['state', 'pid', 'pidStart'])
      const row = await query.where('evalId', '=', evalId).executeTakeFirst()
      if (row === undefined) throw missing('evaluation', evalId, file)
      if (row.state === 'running' && !isLeftBehind(row, isAlive)) return false
      await tx.updateTable('eval').set(changes).where('evalId', '=', evalId).execute()
      return true
    })
  }

  /** Keeps rows, replacing those of an earlier try of the same row and sample; all or none. */
  async addRows(evalId: string, rows: readonly EvalRowRecord[]): Promise<void> {
    // Every field by its name: the rest of an object after leaving some out takes four times the memory.
    const values = rows.map((row) => ({
      evalId,
      rowIndex: row.rowIndex,
      sampleIndex: row.sampleIndex,
      promptKey: row.promptKey,
      prompt: row.prompt,
      response: row.response,
      score: row.score,
      metadata: encodeJson(row.metadata, 'the metadata of an evaluation row'),
      finishReason: row.finishReason,
      tokens: row.tokens,
      failureBoundary: row.failure?.boundary ?? null,
      failureMessage: row.failure?.message ?? null,
      scores: row.scores === undefined ? null : encodeJson(row.scores, 'the scores of an evaluation row'),
      generated: row.generated ?? null,
    }))
    await replaceRows(this.#context, 'evalRow', values)
  }

  /** Records how an evaluation ended; throws GymError 'store' when there is no such evaluation. */
  async finish(evalId: string, end: EvalEnd): Promise<void> {
    const { db, file } = this.#context
    const changes = { ...end, summary: end.summary && encodeJson(end.summary, 'the summary of an evaluation') }
    const result = await db.updateTable('eval').set(changes).where('evalId', '=', evalId).executeTakeFirst()
    if (result.numUpdatedRows === 0n) throw missing('evaluation', evalId, file)
  }

  /** Reads an evaluation by its full id. */
  async get(evalId: string): Promise<EvalRecord | undefined> {
    const query = this.#context.db.selectFrom('eval').selectAll().where('evalId', '=', evalId)
    const row = await query.executeTakeFirst()
    return row && this.#toEval(row)
  }

  /** Lists evaluations, newest first. */
  async list(page?: Page): Promise<EvalRecord[]> {
    const { limit, offset } = pageOf(page)
    const query = this.#context.db.selectFrom('eval').selectAll()
    const rows = await query
      .orderBy('createdAt', 'desc')
      .orderBy('evalId', 'desc')
      .limit(limit)
      .offset(offset)
      .execute()
    return rows.map((row) => this.#toEval(row))
  }

  /** Counts all evaluations. */
  async count(): Promise<number> {
    const query = this.#context.db.selectFrom('eval').select(({ fn }) => fn.countAll<number>().as('records'))
    return (await query.executeTakeFirstOrThrow()).records
  }

  /** Reads the rows of an evaluation in the order of the dataset. */
  async rows(evalId: string): Promise<EvalRowRecord[]> {
    const query = this.#context.db.selectFrom('evalRow').selectAll().where('evalId', '=', evalId)
    const rows = await query.orderBy('rowIndex').orderBy('sampleIndex').execute()
    return rows.map(toRow)
  }

  #toEval({ resumedAt, sourceEvalId, pidStart, ...row }: Selectable<EvalTable>): EvalRecord {
    const isGone = row.state === 'running' && isLeftBehind({ pid: row.pid, pidStart }, this.#context.isAlive)
    return {
      ...row,
      state: isGone ? 'interrupted' : row.state,
      config: decodeJson(row.config),
      summary: row.summary === null ? null : decodeJson(row.summary),
      ...(resumedAt === null ? {} : { resumedAt }),
      ...(sourceEvalId === null ? {} : { sourceEvalId }),
    }
  }
}

function toRow({ evalId: _, failureBoundary, failureMessage, ...kept }: Selectable<EvalRowTable>): EvalRowRecord {
  const { scores, generated, ...row } = kept
  return {
    ...row,
    metadata: decodeJson(row.metadata),
    failure: failureBoundary && { boundary: failureBoundary, message: failureMessage ?? '' },
    ...(scores === null ? {} : { scores: decodeJson<EvalRowRecord['scores']>(scores) }),
    ...(generated === null ? {} : { generated }),
  }
}
