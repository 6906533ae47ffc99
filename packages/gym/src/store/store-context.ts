import type { Kysely, Transaction } from 'kysely'
import { GymError } from '../errors.js'
import type { IsAlive } from './process-liveness.js'
import type { Schema } from './schema.js'

/** What every group of records shares. */
export interface StoreContext {
  readonly db: Kysely<Schema>
  /** Absolute path of the database, for messages. */
  readonly file: string
  readonly isAlive: IsAlive
}

/** Rows an insert takes at once: SQLite allows 32,766 values in one statement. */
const rowsPerInsert = 1_000

/** Writes many rows in one transaction, so that readers see all of them or none. */
export async function insertAll<Row>(
  db: Kysely<Schema>,
  rows: readonly Row[],
  insert: (tx: Transaction<Schema>, part: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  if (rows.length === 0) return
  await db.transaction().execute(async (tx) => {
    for (let start = 0; start < rows.length; start += rowsPerInsert) {
      await insert(tx, rows.slice(start, start + rowsPerInsert))
    }
  })
}

/** Makes the error for changing a record that is not there. */
export function missing(noun: string, id: string, file: string): GymError {
  return new GymError(
    'store',
    'no-such-record',
    `${file} holds no ${noun} "${id}", so it cannot be changed; create it first`,
  )
}
