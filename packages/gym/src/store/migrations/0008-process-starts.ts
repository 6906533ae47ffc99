import type { Kysely, Migration } from 'kysely'

/** Keeps when the process of a record started, since ids of processes are used again; null in records of before. */
export const processStarts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of ['run', 'eval', 'deployment']) {
      await db.schema.alterTable(table).addColumn('pidStart', 'text').execute()
    }
  },
}
