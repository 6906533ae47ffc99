import type { CheckpointRecord } from './records.js'
import { replaceRows, type StoreContext } from './store-context.js'

/** Keeps what is known here of the complete checkpoints of runs elsewhere: what was announced, and what was last listed. */
export class CheckpointRecords {
  readonly #context: StoreContext

  constructor(context: StoreContext) {
    this.#context = context
  }

  /** Lists the known checkpoints of a run, oldest first. */
  async list(trainingRunId: string): Promise<CheckpointRecord[]> {
    const query = this.#context.db.selectFrom('checkpoint').selectAll().where('trainingRunId', '=', trainingRunId)
    return await query.orderBy('rolloutId').execute()
  }

  /** Adds one that its machine has announced; one that is known already stays as it is. */
  async add(checkpoint: CheckpointRecord): Promise<void> {
    const { db } = this.#context
    await db
      .insertInto('checkpoint')
      .values(checkpoint)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }

  /** Keeps what a listing found, and forgets those of `before`, known when it began, that it did not find. */
  async settle(listed: readonly CheckpointRecord[], before: readonly CheckpointRecord[]): Promise<void> {
    const found = new Set(listed.map(({ rolloutId }) => rolloutId))
    for (const { trainingRunId, rolloutId } of before) {
      if (found.has(rolloutId)) continue
      const query = this.#context.db.deleteFrom('checkpoint').where('trainingRunId', '=', trainingRunId)
      await query.where('rolloutId', '=', rolloutId).execute()
    }
    const rows = listed.map(({ trainingRunId, rolloutId, path, createdAt }) => ({
      trainingRunId,
      rolloutId,
      path,
      createdAt,
    }))
    await replaceRows(this.#context, 'checkpoint', rows)
  }
}
