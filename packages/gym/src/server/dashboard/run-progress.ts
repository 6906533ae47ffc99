import type { RunRecord } from '../../store/records.js'
import type { Store } from '../../store/store.js'
import { finiteJson } from './finite-json.js'
import type { RunSummary } from './run-schemas.js'
import { scoreInterval } from './score-interval.js'
import { stepAnswer } from './step-answer.js'

/** Points of the small curve in the table of runs. */
const SPARKLINE_POINTS = 40
/** Runs whose progress is kept, a few kB each. */
const MOST_RUNS = 500

/** How far a run has come, as the table of runs shows it. */
export type RunProgress = Pick<RunSummary, 'rewards' | 'last' | 'interval'>

/** Makes a reader of how far runs have come; it reads again only the runs that have done or repeated a rollout since. */
export function createProgressReader(store: Pick<Store, 'runs'>): (run: RunRecord) => Promise<RunProgress> {
  const kept = new Map<string, { readonly of: string; readonly progress: Promise<RunProgress> }>()
  return async (run) => {
    const { trainingRunId, rolloutsDone, pid, finishedAt } = run
    // A resumed run may come back to the same number of rollouts, in another process.
    const of = `${rolloutsDone} ${pid} ${finishedAt}`
    const known = kept.get(trainingRunId)
    if (known?.of === of) return await known.progress
    const progress = readProgress(store, run)
    kept.delete(trainingRunId)
    kept.set(trainingRunId, { of, progress })
    for (const id of [...kept.keys()].slice(0, -MOST_RUNS)) kept.delete(id)
    progress.catch(() => kept.delete(trainingRunId))
    return await progress
  }
}

async function readProgress({ runs }: Pick<Store, 'runs'>, run: RunRecord): Promise<RunProgress> {
  const { trainingRunId, rolloutsDone } = run
  const lastId = rolloutsDone - 1
  const every = Math.max(1, Math.ceil(rolloutsDone / SPARKLINE_POINTS))
  const ids = Array.from({ length: Math.ceil(rolloutsDone / every) }, (_, index) => index * every)
  if (lastId >= 0 && ids.at(-1) !== lastId) ids.push(lastId)
  const last = await runs.step(trainingRunId, lastId)
  if (last === undefined) return { rewards: [], last: null, interval: null }
  return {
    rewards: finiteJson(await runs.rewardMeans(trainingRunId, ids)),
    last: stepAnswer(last),
    interval: scoreInterval(await runs.groupScores(trainingRunId, lastId)),
  }
}
