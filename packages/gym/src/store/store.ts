import { sql } from 'kysely'
import { CheckpointRecords } from './checkpoint-records.js'
import { DeploymentRecords } from './deployment-records.js'
import { EvalRecords } from './eval-records.js'
import { isLeftBehind } from './process-liveness.js'
import { liveStates } from './records.js'
import { resolveReference } from './resolve-reference.js'
import { RunRecords } from './run-records.js'
import type { StoreContext } from './store-context.js'

/** The open state of a home folder; get one from `openStore`, and close it. */
export class Store implements AsyncDisposable {
  /** Absolute path of the database. */
  readonly file: string
  readonly runs: RunRecords
  readonly checkpoints: CheckpointRecords
  readonly evals: EvalRecords
  readonly deployments: DeploymentRecords
  readonly #context: StoreContext

  constructor(context: StoreContext) {
    this.#context = context
    this.file = context.file
    this.runs = new RunRecords(context)
    this.checkpoints = new CheckpointRecords(context)
    this.evals = new EvalRecords(context)
    this.deployments = new DeploymentRecords(context)
  }

  /** Resolves what a person typed (an id, part of one, or `latest`) to a training run's id; else GymError 'config'. */
  async findRun(reference: string): Promise<string> {
    const query = this.#context.db.selectFrom('run').select('trainingRunId as id')
    const records = await query.orderBy('createdAt', 'desc').orderBy('trainingRunId', 'desc').execute()
    return resolveReference(reference, 'training run', records)
  }

  /** Resolves an id, part of one, an evaluation's name or `latest` to an evaluation's id; else GymError 'config'. */
  async findEval(reference: string): Promise<string> {
    const query = this.#context.db.selectFrom('eval').select(['evalId as id', 'name'])
    const records = await query.orderBy('createdAt', 'desc').orderBy('evalId', 'desc').execute()
    return resolveReference(reference, 'evaluation', records)
  }

  /** Resolves an id, part of one, an app name or `latest` to a deployment's id; else GymError 'config'. */
  async findDeployment(reference: string): Promise<string> {
    const query = this.#context.db.selectFrom('deployment').select(['deploymentId as id', 'appName as name'])
    const records = await query.orderBy('createdAt', 'desc').orderBy('deploymentId', 'desc').execute()
    return resolveReference(reference, 'deployment', records)
  }

  /**
   * Tells whether anything changed since an earlier call, cheaply: the text differs once another process has written,
   * or once a process that a run, an evaluation or a deployment depends on has gone.
   */
  async changeMark(): Promise<string> {
    const { db, isAlive } = this.#context
    const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(db)
    const withProcess = [
      db.selectFrom('run').select(['pid', 'pidStart']).where('state', '=', 'running'),
      db.selectFrom('eval').select(['pid', 'pidStart']).where('state', '=', 'running'),
      db.selectFrom('deployment').select(['pid', 'pidStart']).where('state', 'in', liveStates),
    ]
    const found = await Promise.all(withProcess.map((query) => query.execute()))
    const living = found.flat().flatMap((row) => (row.pid === null || isLeftBehind(row, isAlive) ? [] : [row.pid]))
    return `${rows[0]?.data_version ?? 0}:${living.join(',')}`
  }

  /** Closes the file; closing twice is fine. */
  async close(): Promise<void> {
    await this.#context.db.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
