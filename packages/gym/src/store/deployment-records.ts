import type { Selectable } from 'kysely'
import { decodeJson, encodeJson } from './json-column.js'
import { type Page, pageOf } from './page.js'
import { isLeftBehind, processColumns } from './process-liveness.js'
import { type DeploymentRecord, isLive, liveStates } from './records.js'
import type { DeploymentTable } from './schema.js'
import { missing, type StoreContext } from './store-context.js'

/** Keeps deployments, so that another process can find and stop them. */
export class DeploymentRecords {
  readonly #context: StoreContext

  constructor(context: StoreContext) {
    this.#context = context
  }

  /** Adds a deployment, or replaces the one of the same id. */
  async put(deployment: DeploymentRecord): Promise<void> {
    const { remote, isDetached, ...facts } = deployment
    const row = {
      ...facts,
      ...processColumns(facts.pid),
      isDetached: Number(isDetached),
      remote: remote === undefined ? null : encoded(remote),
    }
    await this.#context.db.insertInto('deployment').orReplace().values(row).execute()
  }

  /** Reads a deployment by its full id; one whose process is gone reads as stopped. */
  async get(deploymentId: string): Promise<DeploymentRecord | undefined> {
    const query = this.#context.db.selectFrom('deployment').selectAll().where('deploymentId', '=', deploymentId)
    const row = await query.executeTakeFirst()
    return row && this.#toDeployment(row)
  }

  /** Lists deployments, newest first. */
  async list(page?: Page): Promise<DeploymentRecord[]> {
    const { limit, offset } = pageOf(page)
    const query = this.#context.db.selectFrom('deployment').selectAll()
    const ordered = query.orderBy('createdAt', 'desc').orderBy('deploymentId', 'desc')
    const rows = await ordered.limit(limit).offset(offset).execute()
    return rows.map((row) => this.#toDeployment(row))
  }

  /** Lists all deployments that have not ended, newest first. */
  async listLive(): Promise<DeploymentRecord[]> {
    const query = this.#context.db.selectFrom('deployment').selectAll().where('state', 'in', liveStates)
    const rows = await query.orderBy('createdAt', 'desc').orderBy('deploymentId', 'desc').execute()
    return rows.map((row) => this.#toDeployment(row)).filter(({ state }) => isLive(state))
  }

  /** Counts all deployments. */
  async count(): Promise<number> {
    const query = this.#context.db.selectFrom('deployment').select(({ fn }) => fn.countAll<number>().as('records'))
    return (await query.executeTakeFirstOrThrow()).records
  }

  /** Changes some fields of a deployment; throws GymError 'store' when there is no such deployment. */
  async update(deploymentId: string, changes: Partial<Omit<DeploymentRecord, 'deploymentId'>>): Promise<void> {
    const { isDetached, remote, ...rest } = changes
    const row = {
      ...rest,
      ...processColumns(rest.pid),
      ...(isDetached !== undefined && { isDetached: Number(isDetached) }),
      ...(remote !== undefined && { remote: encoded(remote) }),
    }
    if (Object.keys(row).length === 0) return
    const { db, file } = this.#context
    const query = db.updateTable('deployment').set(row).where('deploymentId', '=', deploymentId)
    const result = await query.executeTakeFirst()
    if (result.numUpdatedRows === 0n) throw missing('deployment', deploymentId, file)
  }

  #toDeployment(row: Selectable<DeploymentTable>): DeploymentRecord {
    const isGone = isLive(row.state) && isLeftBehind(row, this.#context.isAlive)
    const { remote, pidStart: _, ...rest } = row
    return {
      ...rest,
      state: isGone ? 'stopped' : row.state,
      isDetached: row.isDetached !== 0,
      ...(remote !== null && { remote: decodeJson<NonNullable<DeploymentRecord['remote']>>(remote) }),
    }
  }
}

function encoded(remote: NonNullable<DeploymentRecord['remote']>): string {
  return encodeJson(remote, 'the place of a deployment')
}
