import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'
import { GymError } from '../errors.js'
import { watchFile } from './file-watch.js'
import { storeError } from './store-error.js'
import { readText, storedText } from './stored-text.js'

/** What this dialect needs of the synchronous binding. */
export interface SqliteConnection extends SqliteDatabase {
  readonly inTransaction: boolean
  exec(sql: string): unknown
}

/** A connection that may be shared with other processes; see `sharedDatabase`. */
export interface SharedDatabase extends SqliteDatabase {
  /** Does all that `work` writes or, when it throws, nothing of it. `work` is synchronous. */
  inTransaction<T>(work: () => T): T
}

/** Speaks kysely's SQLite over a synchronous connection, so that several processes may write one file at once. */
export class SharedFileDialect extends SqliteDialect {
  readonly #database: SharedDatabase

  constructor(database: SharedDatabase) {
    super({ database })
    this.#database = database
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: this.#database })
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }
}

/** A deferred transaction that reads first and then writes loses to any other writer, busy timeout or not. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** SQLite can roll back table changes; saying so makes kysely run each migration in one transaction. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/**
 * Checks what is bound, translates what is thrown, takes the write lock before every write, and does nothing once `file`
 * is no longer the file that is open.
 *
 * The lock is taken through `exec`, never through a prepared statement: libsql 0.5 leaves a statement that met a lock
 * unfinished, and from then on every commit of that connection fails ("SQL statements in progress").
 */
export function sharedDatabase(database: SqliteConnection, file: string): SharedDatabase {
  const refuseGone = watchFile(file)
  const translated = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw storeError(error, file)
    }
  }
  const locked = <T>(work: () => T): T => {
    if (database.inTransaction) return work()
    database.exec('begin immediate')
    try {
      const result = work()
      database.exec('commit')
      return result
    } catch (error) {
      rollback()
      throw error
    }
  }
  const rollback = () => {
    // A full disk or a damaged page has already rolled it back, and saying it again would hide that error.
    if (database.inTransaction) database.exec('rollback')
  }
  return {
    close: () => translated(() => database.close()),
    inTransaction: (work) => {
      refuseGone()
      return translated(() => locked(work))
    },
    prepare: (sql): SqliteStatement => {
      if (sql === 'rollback') return command(() => translated(rollback))
      refuseGone()
      if (sql === 'commit' || sql === 'begin immediate') return command(() => translated(() => database.exec(sql)))
      const statement = translated(() => database.prepare(sql))
      return {
        reader: statement.reader,
        all: (parameters) => translated(() => statement.all(bindable(parameters, sql)).map(readRow)),
        run: (parameters) => translated(() => locked(() => statement.run(bindable(parameters, sql)))),
        iterate: (parameters) => readRows(statement.iterate(bindable(parameters, sql))),
      }
    },
  }
}

function command(work: () => unknown): SqliteStatement {
  const run = () => {
    work()
    return { changes: 0, lastInsertRowid: 0 }
  }
  return { reader: false, run, all: () => [], iterate: () => [].values() }
}

/**
 * Refuses values that SQLite would change or that the binding cannot take: a NaN would be read back as null, a typed
 * array with an offset is written whole, and a boolean ends the process (libsql 0.5: "not yet implemented: bool").
 */
function bindable(parameters: readonly unknown[], sql: string): readonly unknown[] {
  for (const value of parameters) {
    const isFine = value === null || typeof value === 'string' || Number.isFinite(value) || value instanceof Uint8Array
    if (isFine) continue
    throw new GymError(
      'store',
      'bad-value',
      `the store cannot keep ${String(value)} (${typeof value}) in "${sql.slice(0, 60)}"; give a finite number, a text or null`,
    )
  }
  return parameters.map((value) => (typeof value === 'string' ? storedText(value) : value))
}

/** Restores the texts of a row, in place. */
function readRow(row: unknown): unknown {
  const columns = row as Record<string, unknown>
  for (const name in columns) {
    const value = columns[name]
    if (typeof value === 'string') columns[name] = readText(value)
  }
  return row
}

function* readRows(rows: Iterable<unknown>): IterableIterator<unknown> {
  for (const row of rows) yield readRow(row)
}
