import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely'
import { isLeftBehind } from './process-liveness.js'
import type { RunState } from './records.js'
import type { Schema } from './schema.js'
import type { StoreContext } from './store-context.js'

/** Which runs a list holds. */
export interface RunFilter {
  /** A text that stands somewhere in the id, the model or the recipe; upper and lower case are alike. */
  readonly search?: string
  readonly state?: RunState
}

type Condition = (builder: ExpressionBuilder<Schema, 'run'>) => ExpressionWrapper<Schema, 'run', SqlBool>

/** Makes the condition of a filter. A run whose process is gone counts as interrupted, whatever its row says. */
export async function runFilter({ db, isAlive }: StoreContext, filter: RunFilter = {}): Promise<Condition> {
  const { search = '', state } = filter
  const columns = ['trainingRunId', 'pid', 'pidStart'] as const
  const running = await db.selectFrom('run').select(columns).where('state', '=', 'running').execute()
  const gone = running.filter((row) => isLeftBehind(row, isAlive)).map(({ trainingRunId }) => trainingRunId)
  return (builder) => {
    const isGone = builder('trainingRunId', 'in', gone)
    const inState = {
      running: builder.and([builder('state', '=', 'running'), builder.not(isGone)]),
      interrupted: builder.or([builder('state', '=', 'interrupted'), isGone]),
      completed: builder('state', '=', 'completed'),
      failed: builder('state', '=', 'failed'),
    }
    const searched = ['trainingRunId', 'model', 'recipe'] as const
    const found = searched.map((column) => sql<SqlBool>`instr(lower(${sql.ref(column)}), ${search.toLowerCase()}) > 0`)
    return builder.and([
      ...(state === undefined ? [] : [inState[state]]),
      ...(search === '' ? [] : [builder.or(found)]),
    ])
  }
}
