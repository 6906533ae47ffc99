import type { Insertable, Kysely } from 'kysely'
import { GymError } from '../errors.js'
import type { IsAlive } from './process-liveness.js'
import type { Schema } from './schema.js'
import type { SharedDatabase } from './sqlite-dialect.js'

/** What every group of records shares. */
export interface StoreContext {
  readonly db: Kysely<Schema>
  /** What `db` writes to. */
  readonly database: SharedDatabase
  /** Absolute path of the database, for messages. */
  readonly file: string
  readonly isAlive: IsAlive
}

/**
 * Writes rows, each in place of an earlier one of the same key, in one transaction: readers see all of them or none. One
 * statement is prepared and run for each row, a third of what a statement of many rows costs. All rows have the same keys.
 */
export async function replaceRows<Table extends keyof Schema>(
  { db, database }: Pick<StoreContext, 'db' | 'database'>,
  table: Table,
  rows: readonly Insertable<Schema[Table]>[],
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const { sql } = db.insertInto(table).orReplace().values(first).compile()
  const columns = Object.keys(first) as (keyof typeof first)[]
  // The connection is taken from kysely, so that no transaction of its own is open meanwhile.
  await db.connection().execute(async () =>
    database.inTransaction(() => {
      const statement = database.prepare(sql)
      for (const row of rows) statement.run(columns.map((column) => row[column]))
    }),
  )
}

/** Makes the error for changing a record that is not there. */
export function missing(noun: string, id: string, file: string): GymError {
  return new GymError(
    'store',
    'no-such-record',
    `${file} holds no ${noun} "${id}", so it cannot be changed; create it first`,
  )
}
