import type { Kysely, Migration } from 'kysely'

/** Keeps what a sample's length cost it apart from its score; null in samples of older runs. */
export const overlongPenalties: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('sample').addColumn('overlongPenalty', 'real').execute()
  },
}
