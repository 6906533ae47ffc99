import type { ModalCompute } from '../../../compute/compute.js'
import { HaikuTopics } from '../../../datasets/haiku-topics.js'
import type { Model } from '../../../models/model.js'
import { haiku } from '../../../rewards/haiku.js'
import { SlimeRecipe } from '../../../training/slime-recipe.js'
import { TrainConfig } from '../../../training/train-config.js'
import { checkFailed } from './check-process.js'
import type { ComputeCheck } from './compute-check.js'

/** Checks one rollout of slime on a whole machine: sampling, rewards, a step, and the weights back to the sampler. */
export function checkTraining(compute: ModalCompute, model: Model): ComputeCheck {
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
      const config = new TrainConfig({ model, dataset, recipe, compute: { maxHours: 1, ...compute } })
      const { metrics, checkpoints, trainingRunId, seconds } = await config.train({
        home,
        signal,
        onProgress: (event) => event.kind === 'notice' && tell(event.message),
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
