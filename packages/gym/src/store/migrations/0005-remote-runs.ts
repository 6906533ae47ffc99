import type { Kysely, Migration } from 'kysely'

/** Keeps where a run elsewhere is found again; null in runs of this machine. */
export const remoteRuns: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('run').addColumn('remote', 'text').execute()
  },
}
