import type { Kysely, Migration } from 'kysely'

/** Keeps where a deployment elsewhere is found again; null for those of this machine. */
export const remoteDeployments: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('deployment').addColumn('remote', 'text').execute()
  },
}
