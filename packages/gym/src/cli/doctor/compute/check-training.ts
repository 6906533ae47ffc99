import type { ModalCompute } from '../../../compute/compute.js'
import { HaikuTopics } from '../../../datasets/haiku-topics.js'
import { GymError, messageOf } from '../../../errors.js'
import type { Model } from '../../../models/model.js'
import type { OnProgress } from '../../../progress.js'
import { haiku } from '../../../rewards/haiku.js'
import { stopRun } from '../../../training/remote/stop-run.js'
import { SlimeRecipe } from '../../../training/slime-recipe.js'
import { TrainConfig } from '../../../training/train-config.js'
import { checkFailed } from './check-process.js'
import type { CheckContext, ComputeCheck } from './compute-check.js'

export interface CheckTrainingOptions {
  readonly compute: ModalCompute
  readonly model: Model
  /** How long the run may take, milliseconds. Default 45 minutes: some $24 of 8 H100. */
  readonly limitMs?: number
}

const LIMIT_MS = 45 * 60_000
/** Should the client die meanwhile, the machine ends an hour after this by itself. */
const MAX_HOURS = 0.25

/** Checks one rollout of slime on a whole machine: sampling, rewards, a step, and the weights back to the sampler. */
export function checkTraining({ compute, model, limitMs = LIMIT_MS }: CheckTrainingOptions): ComputeCheck {
  return {
    name: 'one rollout',
    proves: 'slime trains on 8 H100 in a sandbox: above all that weights get from the trainer to the sampler beside it',
    costUsd: 16,
    async run({ home, signal, tell }) {
      const recipe = new SlimeRecipe({
        customRmFunction: haiku,
        numRollout: 1,
        rolloutBatchSize: 8,
        nSamplesPerPrompt: 2,
        globalBatchSize: 16,
        rolloutMaxResponseLen: 256,
        saveInterval: 1,
      })
      const dataset = new HaikuTopics({ split: 'train', nRows: 8 })
      const maxHours = Math.min(MAX_HOURS, compute.maxHours ?? MAX_HOURS)
      const config = new TrainConfig({ model, dataset, recipe, compute: { ...compute, maxHours } })
      const { metrics, checkpoints, trainingRunId, seconds } = await trainWithin(config, limitMs, {
        home,
        signal,
        tell,
      })
      const [step] = metrics
      if (step === undefined || checkpoints.length === 0) {
        const what = `run ${trainingRunId} ended with ${metrics.length} rollouts and ${checkpoints.length} checkpoints`
        throw checkFailed(what, `see its log: training-gym logs ${trainingRunId}`)
      }
      return `one rollout and its checkpoint in ${Math.round(seconds)} s, mean reward ${step.rewardMean.toFixed(2)}`
    },
  }
}

/** Trains, and sees to it that nothing goes on, and costs money, when that takes too long or is interrupted. */
async function trainWithin(
  config: TrainConfig,
  limitMs: number,
  { home, signal, tell }: Pick<CheckContext, 'home' | 'signal' | 'tell'>,
) {
  const late = new AbortController()
  let trainingRunId: string | undefined
  let timer: NodeJS.Timeout | undefined
  const onProgress: OnProgress = (event) => {
    if (event.kind === 'notice') tell(event.message)
    if (event.kind !== 'train-start') return
    trainingRunId = event.trainingRunId
    timer ??= setTimeout(() => late.abort(), limitMs)
  }
  try {
    return await config.train({ home, signal: AbortSignal.any([signal, late.signal]), onProgress })
  } catch (error) {
    if (trainingRunId === undefined) throw error
    await stopCheckedRun(trainingRunId, home)
    if (!late.signal.aborted && !signal.aborted) throw error
    const log = `see its log: training-gym logs ${trainingRunId}`
    if (!signal.aborted) {
      throw checkFailed(`run ${trainingRunId} was not done after ${limitMs / 1000} s and is stopped`, log)
    }
    const message = `run ${trainingRunId} of the check is stopped, so nothing of it costs money any more; ${log}`
    throw new GymError('interrupted', 'check-stopped', message)
  } finally {
    clearTimeout(timer)
  }
}

async function stopCheckedRun(trainingRunId: string, home: string): Promise<void> {
  try {
    await stopRun(trainingRunId, { home })
  } catch (error) {
    const message = `run ${trainingRunId} of the check could not be stopped and may go on costing money: ${messageOf(error)}; end it with: training-gym stop ${trainingRunId}`
    throw new GymError('provider', 'check-not-stopped', message, { cause: error })
  }
}
