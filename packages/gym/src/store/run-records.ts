import { type Selectable, sql } from 'kysely'
import { decodeJson, encodeJson } from './json-column.js'
import { packLogprobs, packTokenIds, unpackLogprobs, unpackTokenIds } from './number-blob.js'
import { type Page, pageOf } from './page.js'
import { isLeftBehind, processColumns } from './process-liveness.js'
import type { RunRecord, SampleRecord, StepMetrics } from './records.js'
import { type RunFilter, runFilter } from './run-filter.js'
import type { RunTable, SampleTable } from './schema.js'
import { missing, replaceRows, type StoreContext } from './store-context.js'

/** One place in a run where a row of the dataset was sampled. */
export interface RowRollout {
  readonly rolloutId: number
  readonly groupIndex: number
  /** Mean of the scores it got there; null when none could be scored. */
  readonly scoreMean: number | null
}

/** Keeps training runs with their steps and samples. */
export class RunRecords {
  readonly #context: StoreContext

  constructor(context: StoreContext) {
    this.#context = context
  }

  /** Adds a run; an id that exists already is an error, never an overwrite. */
  async create(run: RunRecord): Promise<void> {
    const { remote, ...facts } = run
    const row = {
      ...facts,
      ...processColumns(run.pid),
      config: encodeJson(run.config, 'the configuration of a training run'),
      remote: remote === undefined ? null : encodeJson(remote, 'the place of a training run'),
    }
    await this.#context.db.insertInto('run').values(row).execute()
  }

  /** Reads a run by its full id. */
  async get(trainingRunId: string): Promise<RunRecord | undefined> {
    const { db } = this.#context
    const row = await db
      .selectFrom('run')
      .selectAll()
      .where('trainingRunId', '=', trainingRunId)
      .limit(1)
      .executeTakeFirst()
    return row && this.#toRun(row)
  }

  /** Lists runs that a filter lets through, newest first. */
  async list(page?: Page, filter?: RunFilter): Promise<RunRecord[]> {
    const { limit, offset } = pageOf(page)
    const isWanted = await runFilter(this.#context, filter)
    const rows = await this.#context.db
      .selectFrom('run')
      .selectAll()
      .where(isWanted)
      .orderBy('createdAt', 'desc')
      .orderBy('trainingRunId', 'desc')
      .limit(limit)
      .offset(offset)
      .execute()
    return rows.map((row) => this.#toRun(row))
  }

  /** Counts the runs that a filter lets through. */
  async count(filter?: RunFilter): Promise<number> {
    const query = this.#context.db.selectFrom('run').select(({ fn }) => fn.countAll<number>().as('runs'))
    return (await query.where(await runFilter(this.#context, filter)).executeTakeFirstOrThrow()).runs
  }

  /** Changes some fields of a run; throws GymError 'store' when there is no such run. */
  async update(trainingRunId: string, changes: Partial<Omit<RunRecord, 'trainingRunId'>>): Promise<void> {
    const { config, remote, ...rest } = changes
    const row = {
      ...rest,
      ...processColumns(rest.pid),
      ...(config !== undefined && { config: encodeJson(config, 'the configuration of a run') }),
      ...(remote !== undefined && { remote: encodeJson(remote, 'the place of a training run') }),
    }
    if (Object.keys(row).length === 0) return
    const { db, file } = this.#context
    const result = await db.updateTable('run').set(row).where('trainingRunId', '=', trainingRunId).executeTakeFirst()
    if (result.numUpdatedRows === 0n) throw missing('training run', trainingRunId, file)
  }

  /**
   * Sets a run that has ended, or whose process is gone, running in a process again. False when one is at work on it by now;
   * throws GymError 'store' when there is no such run.
   */
  async reopen(trainingRunId: string, pid: number): Promise<boolean> {
    const { db, file, isAlive } = this.#context
    return await db.transaction().execute(async (tx) => {
      const query = tx.selectFrom('run').select(['state', 'pid', 'pidStart'])
      const row = await query.where('trainingRunId', '=', trainingRunId).executeTakeFirst()
      if (row === undefined) throw missing('training run', trainingRunId, file)
      if (row.state === 'running' && !isLeftBehind(row, isAlive)) return false
      const changes = { state: 'running', ...processColumns(pid), finishedAt: null, error: null } as const
      await tx.updateTable('run').set(changes).where('trainingRunId', '=', trainingRunId).execute()
      return true
    })
  }

  /** Keeps the metrics of a finished rollout, replacing an earlier try, and counts it in the run's `rolloutsDone`. */
  async addStep(trainingRunId: string, metrics: StepMetrics): Promise<void> {
    const { rolloutId } = metrics
    const row = { trainingRunId, rolloutId, metrics: encodeJson(metrics, 'the metrics of a step') }
    await this.#context.db.transaction().execute(async (tx) => {
      await tx.insertInto('step').orReplace().values(row).execute()
      // A run elsewhere is read again from its start: what was counted stays counted.
      const changes = { rolloutsDone: sql<number>`max(rolloutsDone, ${rolloutId + 1})` }
      await tx.updateTable('run').set(changes).where('trainingRunId', '=', trainingRunId).execute()
    })
  }

  /** Reads the metrics of all rollouts, oldest first; NaN and infinities come back as they were. */
  async steps(trainingRunId: string): Promise<StepMetrics[]> {
    const query = this.#context.db.selectFrom('step').select('metrics').where('trainingRunId', '=', trainingRunId)
    const rows = await query.orderBy('rolloutId').execute()
    return rows.map((row) => decodeJson<StepMetrics>(row.metrics))
  }

  /**
   * Reads the metrics of rollouts `from` to `to` (inclusive), oldest first: every n-th and the last, so that there are
   * about `points` at most however long the run is. `every` says which n that was.
   */
  async stepsBetween(
    trainingRunId: string,
    { from = 0, to = Number.MAX_SAFE_INTEGER, points }: { from?: number; to?: number; points: number },
  ): Promise<{ readonly steps: StepMetrics[]; readonly every: number }> {
    const within = this.#context.db
      .selectFrom('step')
      .where('trainingRunId', '=', trainingRunId)
      .where('rolloutId', '>=', from)
      .where('rolloutId', '<=', to)
    const found = await within
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('rolloutId').as('last')])
      .executeTakeFirstOrThrow()
    const every = Math.max(1, Math.ceil(found.count / points))
    const rows = await within
      .select('metrics')
      .where(({ or, eb }) => or([eb(sql`rolloutId % ${every}`, '=', 0), eb('rolloutId', '=', found.last ?? -1)]))
      .orderBy('rolloutId')
      .execute()
    return { steps: rows.map((row) => decodeJson<StepMetrics>(row.metrics)), every }
  }

  /**
   * Reads the mean rewards of the rollouts with the given ids, oldest first; those without a step are left out. Far cheaper
   * than whole steps.
   */
  async rewardMeans(trainingRunId: string, rolloutIds: readonly number[]): Promise<number[]> {
    const rows = await this.#context.db
      .selectFrom('step')
      .select(sql<number | string | null>`json_extract(metrics, '$.rewardMean')`.as('mean'))
      .where('trainingRunId', '=', trainingRunId)
      .where('rolloutId', 'in', rolloutIds)
      .orderBy('rolloutId')
      .execute()
    return rows.map(({ mean }) => (typeof mean === 'number' ? mean : Number.NaN))
  }

  /** Reads the metrics of one rollout. */
  async step(trainingRunId: string, rolloutId: number): Promise<StepMetrics | undefined> {
    const row = await this.#context.db
      .selectFrom('step')
      .select('metrics')
      .where('trainingRunId', '=', trainingRunId)
      .where('rolloutId', '=', rolloutId)
      .executeTakeFirst()
    return row && decodeJson<StepMetrics>(row.metrics)
  }

  /** Keeps samples, replacing those of an earlier try of the same rollout, group and place; all or none. */
  async addSamples(trainingRunId: string, samples: readonly SampleRecord[]): Promise<void> {
    const rows = samples.map((sample) => ({
      ...sample,
      trainingRunId,
      overlongPenalty: sample.overlongPenalty ?? null,
      tokenIds: packTokenIds(sample.tokenIds),
      logprobs: packLogprobs(sample.logprobs),
      details: encodeJson(sample.details, "the reward's details of a sample"),
    }))
    await replaceRows(this.#context, 'sample', rows)
  }

  /** Reads the samples of one rollout, by group and place; log-probabilities come back as float32. */
  async samples(trainingRunId: string, rolloutId: number): Promise<SampleRecord[]> {
    const query = this.#context.db
      .selectFrom('sample')
      .selectAll()
      .where('trainingRunId', '=', trainingRunId)
      .where('rolloutId', '=', rolloutId)
    const rows = await query.orderBy('groupIndex').orderBy('sampleIndex').execute()
    return rows.map(toSample)
  }

  /** Reads one sample of a rollout. */
  async sample(
    trainingRunId: string,
    { rolloutId, groupIndex, sampleIndex }: Pick<SampleRecord, 'rolloutId' | 'groupIndex' | 'sampleIndex'>,
  ): Promise<SampleRecord | undefined> {
    const row = await this.#context.db
      .selectFrom('sample')
      .selectAll()
      .where('trainingRunId', '=', trainingRunId)
      .where('rolloutId', '=', rolloutId)
      .where('groupIndex', '=', groupIndex)
      .where('sampleIndex', '=', sampleIndex)
      .executeTakeFirst()
    return row && toSample(row)
  }

  /** Reads the scores of one rollout's groups, in the order of the groups; what could not be scored is left out. */
  async groupScores(trainingRunId: string, rolloutId: number): Promise<number[][]> {
    const rows = await this.#context.db
      .selectFrom('sample')
      .select(['groupIndex', 'score'])
      .where('trainingRunId', '=', trainingRunId)
      .where('rolloutId', '=', rolloutId)
      .orderBy('groupIndex')
      .execute()
    const groups = new Map<number, number[]>()
    for (const { groupIndex, score } of rows) {
      const group = groups.get(groupIndex) ?? []
      if (score !== null) group.push(score)
      groups.set(groupIndex, group)
    }
    return [...groups.values()]
  }

  /** Lists the rollouts that sampled one row of the dataset, oldest first, with the group that each put it in. */
  async rolloutsOfRow(trainingRunId: string, rowIndex: number): Promise<RowRollout[]> {
    return await this.#context.db
      .selectFrom('sample')
      .select(({ fn }) => ['rolloutId', 'groupIndex', fn.avg<number | null>('score').as('scoreMean')])
      .where('trainingRunId', '=', trainingRunId)
      .where('rowIndex', '=', rowIndex)
      .groupBy(['rolloutId', 'groupIndex'])
      .orderBy('rolloutId')
      .orderBy('groupIndex')
      .execute()
  }

  /** Forgets the steps and samples of rollout `rolloutId` and all later ones, as a resume does before it repeats them. */
  async dropStepsFrom(trainingRunId: string, rolloutId: number): Promise<void> {
    await this.#context.db.transaction().execute(async (tx) => {
      for (const table of ['step', 'sample'] as const) {
        await tx
          .deleteFrom(table)
          .where('trainingRunId', '=', trainingRunId)
          .where('rolloutId', '>=', rolloutId)
          .execute()
      }
      await tx
        .updateTable('run')
        .set({ rolloutsDone: rolloutId })
        .where('trainingRunId', '=', trainingRunId)
        .where('rolloutsDone', '>', rolloutId)
        .execute()
    })
  }

  #toRun(row: Selectable<RunTable>): RunRecord {
    const isGone = row.state === 'running' && isLeftBehind(row, this.#context.isAlive)
    const { costUsd, remote, pidStart: _, ...rest } = row
    const facts = {
      ...rest,
      state: isGone ? 'interrupted' : row.state,
      config: decodeJson<RunRecord['config']>(row.config),
    }
    return {
      ...facts,
      ...(costUsd !== null && { costUsd }),
      ...(remote !== null && { remote: decodeJson<NonNullable<RunRecord['remote']>>(remote) }),
    }
  }
}

function toSample({ trainingRunId: _, overlongPenalty, ...row }: Selectable<SampleTable>): SampleRecord {
  return {
    ...row,
    ...(overlongPenalty !== null && { overlongPenalty }),
    tokenIds: unpackTokenIds(row.tokenIds as ArrayBuffer),
    logprobs: unpackLogprobs(row.logprobs as ArrayBuffer),
    details: decodeJson(row.details),
  }
}
