import type { Kysely, Migration } from 'kysely'

/** Lets one prompt be followed through the steps of a long run, and a run say what it has cost. */
export const pageReads: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // It holds all that the question needs: without the score, SQLite would rather walk through the whole run.
    await db.schema
      .createIndex('sampleByRow')
      .on('sample')
      .columns(['trainingRunId', 'rowIndex', 'rolloutId', 'groupIndex', 'score'])
      .execute()
    await db.schema.alterTable('run').addColumn('costUsd', 'real').execute()
  },
}
