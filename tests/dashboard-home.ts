import { fileURLToPath } from 'node:url'
import {
  DeploymentConfig,
  EvalConfig,
  type EvalResult,
  GrpoRecipe,
  InMemoryDataset,
  type Reward,
  TrainConfig,
  type TrainResult,
} from 'training-gym'

const model = fileURLToPath(new URL('../packages/engine/fixtures/qwen3-tied', import.meta.url))
const onProgress = () => {}
const reward: Reward = ({ response }) => ({ score: response.length, isLong: response.length > 5 })
const dataset = new InMemoryDataset({
  rows: ['rain', 'old pond', 'moon', 'frost', 'wind', 'crow', 'snow', 'tea'].map((input) => ({ input })),
  inputColumn: 'input',
})

/** Trains two runs that differ in their learning rate, for a page to show: one of two rollouts, then one of three. */
export async function trainTwoRuns(home: string): Promise<{ readonly run: TrainResult; readonly other: TrainResult }> {
  const options = {
    customRmFunction: reward,
    numRollout: 3,
    rolloutBatchSize: 2,
    nSamplesPerPrompt: 3,
    rolloutMaxResponseLen: 6,
    truncatedSamples: 'keep',
    saveInterval: 2,
    threads: 1,
  } as const
  const train = (recipe: GrpoRecipe) => new TrainConfig({ model, dataset, recipe }).train({ home, onProgress })
  const other = await train(new GrpoRecipe({ ...options, lr: 1e-3, numRollout: 2 }))
  return { run: await train(new GrpoRecipe(options)), other }
}

/** Evaluates the model with short responses and with long ones; its deployment has ended by then and is still listed. */
export async function evaluateTwice(
  home: string,
): Promise<{ readonly evals: readonly EvalResult[]; readonly deploymentId: string }> {
  await using deployment = await new DeploymentConfig({ model }).serve({ home, onProgress })
  const evaluate = (name: string, max_tokens: number) =>
    new EvalConfig({ dataset, reward, name, generateKwargs: { max_tokens, temperature: 1 } }).evaluate(deployment, {
      home,
      onProgress,
    })
  // As long as a name may be: what shows it must not grow with it.
  const long = `long${'-and-long'.repeat(25)}`
  return { evals: [await evaluate('short', 2), await evaluate(long, 8)], deploymentId: deployment.deploymentId }
}
