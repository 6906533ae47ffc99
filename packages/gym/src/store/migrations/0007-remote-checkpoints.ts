import type { Kysely, Migration } from 'kysely'

/** Creates the table of what is known here of checkpoints elsewhere. */
export const remoteCheckpoints: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('checkpoint')
      .addColumn('trainingRunId', 'text', (column) =>
        column.notNull().references('run.trainingRunId').onDelete('cascade'),
      )
      .addColumn('rolloutId', 'integer', (column) => column.notNull())
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('createdAt', 'integer')
      .addPrimaryKeyConstraint('checkpointKey', ['trainingRunId', 'rolloutId'])
      .execute()
  },
}
