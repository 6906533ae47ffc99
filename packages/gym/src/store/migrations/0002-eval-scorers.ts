import type { Kysely, Migration } from 'kysely'

/** Adds what further scorers said of a row, the text as generated, and where an evaluation came from. */
export const evalScorers: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('eval').addColumn('resumedAt', 'integer').execute()
    await db.schema.alterTable('eval').addColumn('sourceEvalId', 'text').execute()
    await db.schema.alterTable('evalRow').addColumn('scores', 'text').execute()
    await db.schema.alterTable('evalRow').addColumn('generated', 'text').execute()
  },
}
