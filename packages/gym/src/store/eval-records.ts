import type { Selectable } from 'kysely'
import { decodeJson, encodeJson } from './json-column.js'
import { type Page, pageOf } from './page.js'
import type { EvalRecord, EvalRowRecord } from './records.js'
import type { EvalRowTable, EvalTable } from './schema.js'
import { insertAll, missing, type StoreContext } from './store-context.js'

/** How an evaluation ended. */
export type EvalEnd = Pick<EvalRecord, 'finishedAt' | 'summary' | 'error'> & {
  readonly state: Exclude<EvalRecord['state'], 'running'>
}

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
      config: encodeJson(evaluation.config, 'the configuration of an evaluation'),
      summary: evaluation.summary && encodeJson(evaluation.summary, 'the summary of an evaluation'),
    }
    await this.#context.db.insertInto('eval').values(row).execute()
  }

  /** Keeps rows, replacing those of an earlier try of the same row and sample; all or none. */
  async addRows(evalId: string, rows: readonly EvalRowRecord[]): Promise<void> {
    await insertAll(this.#context.db, rows, (tx, part) => {
      const values = part.map(({ failure, ...row }) => ({
        ...row,
        evalId,
        metadata: encodeJson(row.metadata, 'the metadata of an evaluation row'),
        failureBoundary: failure?.boundary ?? null,
        failureMessage: failure?.message ?? null,
      }))
      return tx.insertInto('evalRow').orReplace().values(values).execute()
    })
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

  /** Reads the rows of an evaluation in the order of the dataset. */
  async rows(evalId: string): Promise<EvalRowRecord[]> {
    const query = this.#context.db.selectFrom('evalRow').selectAll().where('evalId', '=', evalId)
    const rows = await query.orderBy('rowIndex').orderBy('sampleIndex').execute()
    return rows.map(toRow)
  }

  #toEval(row: Selectable<EvalTable>): EvalRecord {
    const isGone = row.state === 'running' && row.pid !== null && !this.#context.isAlive(row.pid)
    return {
      ...row,
      state: isGone ? 'interrupted' : row.state,
      config: decodeJson(row.config),
      summary: row.summary === null ? null : decodeJson(row.summary),
    }
  }
}

function toRow({ evalId: _, failureBoundary, failureMessage, ...row }: Selectable<EvalRowTable>): EvalRowRecord {
  const failure = failureBoundary && { boundary: failureBoundary, message: failureMessage ?? '' }
  return { ...row, metadata: decodeJson(row.metadata), failure }
}
