import type { Kysely, Migration } from 'kysely'

/** Creates the tables of runs, steps, samples, evals, their rows, and deployments. */
export const firstTables: Migration = {
  // A migration is frozen history: it must not follow later changes of the schema's types.
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('run')
      .addColumn('trainingRunId', 'text', (column) => column.primaryKey().notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('startPath', 'text', (column) => column.notNull())
      .addColumn('recipe', 'text', (column) => column.notNull())
      .addColumn('config', 'text', (column) => column.notNull())
      .addColumn('seed', 'integer', (column) => column.notNull())
      .addColumn('numRollout', 'integer', (column) => column.notNull())
      .addColumn('rolloutsDone', 'integer', (column) => column.notNull())
      .addColumn('pid', 'integer')
      .addColumn('createdAt', 'integer', (column) => column.notNull())
      .addColumn('finishedAt', 'integer')
      .addColumn('error', 'text')
      .execute()
    await db.schema.createIndex('runByTime').on('run').columns(['createdAt', 'trainingRunId']).execute()

    await db.schema
      .createTable('step')
      .addColumn('trainingRunId', 'text', (column) =>
        column.notNull().references('run.trainingRunId').onDelete('cascade'),
      )
      .addColumn('rolloutId', 'integer', (column) => column.notNull())
      .addColumn('metrics', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('stepKey', ['trainingRunId', 'rolloutId'])
      .execute()

    await db.schema
      .createTable('sample')
      .addColumn('trainingRunId', 'text', (column) =>
        column.notNull().references('run.trainingRunId').onDelete('cascade'),
      )
      .addColumn('rolloutId', 'integer', (column) => column.notNull())
      .addColumn('groupIndex', 'integer', (column) => column.notNull())
      .addColumn('sampleIndex', 'integer', (column) => column.notNull())
      .addColumn('rowIndex', 'integer', (column) => column.notNull())
      .addColumn('input', 'text', (column) => column.notNull())
      .addColumn('response', 'text', (column) => column.notNull())
      .addColumn('score', 'real')
      .addColumn('advantage', 'real')
      .addColumn('tokenIds', 'blob', (column) => column.notNull())
      .addColumn('logprobs', 'blob', (column) => column.notNull())
      .addColumn('finishReason', 'text', (column) => column.notNull())
      .addColumn('details', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('sampleKey', ['trainingRunId', 'rolloutId', 'groupIndex', 'sampleIndex'])
      .execute()

    await db.schema
      .createTable('eval')
      .addColumn('evalId', 'text', (column) => column.primaryKey().notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('modelPath', 'text')
      .addColumn('deploymentId', 'text')
      .addColumn('config', 'text', (column) => column.notNull())
      .addColumn('pid', 'integer')
      .addColumn('createdAt', 'integer', (column) => column.notNull())
      .addColumn('finishedAt', 'integer')
      .addColumn('summary', 'text')
      .addColumn('error', 'text')
      .execute()
    await db.schema.createIndex('evalByTime').on('eval').columns(['createdAt', 'evalId']).execute()

    await db.schema
      .createTable('evalRow')
      .addColumn('evalId', 'text', (column) => column.notNull().references('eval.evalId').onDelete('cascade'))
      .addColumn('rowIndex', 'integer', (column) => column.notNull())
      .addColumn('sampleIndex', 'integer', (column) => column.notNull())
      .addColumn('promptKey', 'text', (column) => column.notNull())
      .addColumn('prompt', 'text', (column) => column.notNull())
      .addColumn('response', 'text', (column) => column.notNull())
      .addColumn('score', 'real')
      .addColumn('metadata', 'text', (column) => column.notNull())
      .addColumn('finishReason', 'text')
      .addColumn('tokens', 'integer')
      .addColumn('failureBoundary', 'text')
      .addColumn('failureMessage', 'text')
      .addPrimaryKeyConstraint('evalRowKey', ['evalId', 'rowIndex', 'sampleIndex'])
      .execute()

    await db.schema
      .createTable('deployment')
      .addColumn('deploymentId', 'text', (column) => column.primaryKey().notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('appName', 'text', (column) => column.notNull())
      .addColumn('servedModelName', 'text', (column) => column.notNull())
      .addColumn('modelPath', 'text', (column) => column.notNull())
      .addColumn('url', 'text')
      .addColumn('pid', 'integer')
      .addColumn('isDetached', 'integer', (column) => column.notNull())
      .addColumn('createdAt', 'integer', (column) => column.notNull())
      .addColumn('stoppedAt', 'integer')
      .addColumn('error', 'text')
      .execute()
    await db.schema.createIndex('deploymentByTime').on('deployment').columns(['createdAt', 'deploymentId']).execute()
  },
}
