import { rmdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { makeFolder } from '@training-gym/engine/make-folder'
import { Kysely } from 'kysely'
import { GymError } from '../errors.js'
import { gymHome } from './home.js'
import { migrate } from './migrations/migrate.js'
import { type IsAlive, isProcessAlive } from './process-liveness.js'
import type { Schema } from './schema.js'
import { SharedFileDialect, type SqliteConnection, sharedDatabase } from './sqlite-dialect.js'
import { Store } from './store.js'
import { storeError } from './store-error.js'

export interface OpenStoreOptions {
  /** Folder of the state, created when missing. Default: `gymHome()`. */
  readonly home?: string | undefined
  /** Milliseconds to wait for another process that is writing. Default 5,000. */
  readonly busyTimeoutMs?: number | undefined
  /** Tells whether a process still lives. Default: asks the operating system. */
  readonly isAlive?: IsAlive | undefined
}

/**
 * Opens the one SQLite file of a home folder, `gym.sqlite`, creating and migrating it when needed. Any number of processes
 * may hold it open. Throws GymError 'store', naming the file, when it cannot be written, is no database, or is newer.
 *
 * @example
 * await using store = await openStore()
 * const [newest] = await store.runs.list({ limit: 1 })
 */
export async function openStore(options: OpenStoreOptions = {}): Promise<Store> {
  const home = resolve(options.home ?? gymHome())
  const file = join(home, 'gym.sqlite')
  const busyTimeoutMs = options.busyTimeoutMs ?? 5_000
  const connection = await openFile(home, file, busyTimeoutMs)
  const database = sharedDatabase(connection, file)
  const db = new Kysely<Schema>({ dialect: new SharedFileDialect(database) })
  try {
    await useWriteAheadLog(connection, file, busyTimeoutMs)
    await migrate(db, file)
  } catch (error) {
    connection.close()
    throw storeError(error, file)
  }
  return new Store({ db, database, file, isAlive: options.isAlive ?? isProcessAlive })
}

async function openFile(home: string, file: string, busyTimeoutMs: number): Promise<SqliteConnection> {
  // Loaded here: importing the gym must neither need nor load a native library.
  const { default: Database } = await import('libsql').catch((cause: unknown) => {
    throw new GymError(
      'store',
      'sqlite-missing',
      `the SQLite library "libsql" has no build for ${process.platform}-${process.arch} here; reinstall training-gym with optional dependencies (npm install --include=optional)`,
      { cause },
    )
  })
  try {
    makeFolder(home)
  } catch (error) {
    throw storeError(error, file)
  }
  try {
    // Left out, the timeout is 0 and any second writer fails at once.
    return new Database(file, { timeout: busyTimeoutMs })
  } catch (error) {
    throw storeError(refusalOf(home) ?? error, file)
  }
}

/**
 * Asks the system why nothing can be written into a folder, which SQLite does not tell; null when something can. Never by
 * opening the database: closing it again would drop the locks that this process has on it.
 */
function refusalOf(home: string): unknown {
  try {
    const probe = join(home, `.probe-${process.pid}`)
    makeFolder(probe)
    rmdirSync(probe)
    return null
  } catch (error) {
    return error
  }
}

/**
 * Lets readers and one writer work at the same time. Switching a new file over needs it for itself for a moment, and
 * SQLite does not honour the busy timeout for that, so processes that open it together take turns here.
 */
async function useWriteAheadLog(database: SqliteConnection, file: string, busyTimeoutMs: number): Promise<void> {
  const pauseMs = 20
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on')
      return
    } catch (error) {
      const failure = storeError(error, file)
      if (failure.code !== 'store-busy' || waitedMs >= busyTimeoutMs) throw failure
      await wait(pauseMs)
    }
  }
}
