import { describe, expect, it } from 'vitest'
import { local, modal } from '../compute/compute.js'
import { HaikuTopics } from '../datasets/haiku-topics.js'
import { DeploymentConfig } from '../deployments/deployment-config.js'
import { engineCommand } from '../deployments/engine-command.js'
import { EngineRecipe } from '../deployments/engine-recipe.js'
import { VllmRecipe } from '../deployments/vllm-recipe.js'
import { EvalConfig } from '../evals/eval-config.js'
import { TinyPoet } from '../models/tiny-poet.js'
import { exactMatch } from '../scorers/exact-match.js'
import { GrpoRecipe } from '../training/grpo-recipe.js'
import { SftRecipe } from '../training/sft-recipe.js'
import { SlimeRecipe } from '../training/slime-recipe.js'
import { TrainConfig } from '../training/train-config.js'

/** Every key that any of them takes would do: what is undefined counts as left out. */
const nothing = undefined

describe('an option that is undefined', () => {
  it('has its default in the recipes', () => {
    const loss = { lr: nothing, clipGrad: nothing, numRollout: nothing, customRmFunction: nothing, loraRank: nothing }
    expect(new GrpoRecipe(loss).options).toEqual(new GrpoRecipe().options)
    expect(new SftRecipe({ lr: nothing, loraRank: nothing }).options).toEqual(new SftRecipe().options)
    expect(new SlimeRecipe({ lr: nothing, numRollout: nothing, onRewardError: nothing }).options).toEqual(
      new SlimeRecipe().options,
    )
    expect(new EngineRecipe({ quantization: nothing, threads: nothing }).options).toEqual(new EngineRecipe().options)
    const engine = { maxModelLen: nothing, executable: nothing, env: nothing, extraArgs: nothing }
    const served = { source: 'm', revision: nothing, servedModelName: 'm', port: 1 }
    expect(engineCommand(new VllmRecipe(engine), served)).toEqual(engineCommand(new VllmRecipe(), served))
  })

  it('is left out of what says where, what and how', () => {
    const model = new TinyPoet()
    const dataset = new HaikuTopics({ split: nothing, nRows: nothing, promptTemplate: nothing })
    expect(dataset.name).toBe(new HaikuTopics().name)
    const where = { compute: nothing, checkpoint: nothing, recipe: nothing }
    new DeploymentConfig({ model, ...where, appName: nothing, port: nothing, idleSeconds: nothing })
    new DeploymentConfig({ model, compute: modal({ gpu: nothing, maxHours: nothing, secrets: nothing }) })
    new TrainConfig({ model, dataset, ...where, evalDataset: nothing, reward: nothing, seed: nothing })
    new TrainConfig({ model, dataset, compute: local() })
    const ways = { scorers: nothing, evalFn: nothing, evalResponseFn: nothing }
    const evaluation = new EvalConfig({ dataset, reward: exactMatch({ column: nothing }), ...ways, gate: nothing })
    evaluation.with({ name: nothing, nSamples: nothing, generateKwargs: { temperature: nothing } })
  })
})
