import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { GymError } from '../../errors.js'
import { storeError } from '../store-error.js'
import { firstTables } from './0001-first-tables.js'
import { evalScorers } from './0002-eval-scorers.js'
import { pageReads } from './0003-page-reads.js'
import { overlongPenalties } from './0004-overlong-penalty.js'
import { remoteRuns } from './0005-remote-runs.js'
import { remoteDeployments } from './0006-remote-deployments.js'
import { remoteCheckpoints } from './0007-remote-checkpoints.js'
import { processStarts } from './0008-process-starts.js'

/** Every change of the tables, in the order of its name; a released one is never edited, only followed by another. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-eval-scorers': evalScorers,
  '0003-page-reads': pageReads,
  '0004-overlong-penalty': overlongPenalties,
  '0005-remote-runs': remoteRuns,
  '0006-remote-deployments': remoteDeployments,
  '0007-remote-checkpoints': remoteCheckpoints,
  '0008-process-starts': processStarts,
}

/**
 * Brings the tables up to date; safe when several processes do it at once, since each migration runs in one immediate
 * transaction. Throws GymError 'store' when a newer version of the gym has already changed the tables.
 */
export async function migrate<DB>(db: Kysely<DB>, file: string): Promise<void> {
  // Read first: the migrator locks the file for writing even when there is nothing to do.
  if (await isUpToDate(db, file)) return
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  // A newer version may have come in between.
  await isUpToDate(db, file)
  throw storeError(error, file)
}

async function isUpToDate<DB>(db: Kysely<DB>, file: string): Promise<boolean> {
  const tables = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(db)
  if (tables.rows.length === 0) return false
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  const unknown = rows.filter(({ name }) => !(name in migrations)).map(({ name }) => name)
  if (unknown.length === 0) return rows.length === Object.keys(migrations).length
  throw new GymError(
    'store',
    'store-newer',
    `${file} was written by a newer version of training-gym (it has ${unknown.join(', ')}); update training-gym, or set TRAINING_GYM_HOME to another folder`,
  )
}
