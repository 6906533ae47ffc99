/**
 * RL basics: verifiable rewards, haiku edition.
 *
 * A haiku has a form that a program can check (5-7-5 syllables) and a beauty that it cannot. This walkthrough teaches
 * the checkable half to a small model, in the eight steps of every run of RL post-training:
 *
 *   1. write a scoring function       5. list the checkpoints
 *   2. serve the base model           6. serve the trained model and evaluate it
 *   3. evaluate it with that function 7. train on from the last checkpoint
 *   4. train it with that function    8. evaluate again, and compare all three
 *
 * Run it with `npm run tutorial`: it takes a few minutes on two CPU cores, and needs no account, no Python and no GPU.
 * The same file runs Qwen3-4B on Modal's GPUs with `-- --compute modal`; that is tested against stand-ins only so far.
 */
import {
  compareEvals,
  countSyllables,
  DeploymentConfig,
  describeComparison,
  describeEval,
  EvalConfig,
  type EvalRowResult,
  GrpoRecipe,
  HaikuTopics,
  HuggingFaceDataset,
  listCheckpoints,
  local,
  modal,
  namesTopic,
  Qwen3_4B,
  type RewardSample,
  SlimeRecipe,
  TinyPoet,
  TrainConfig,
} from 'training-gym'
import { startReport } from './support/report.js'

const report = startReport(process.argv.slice(2)) // --json FILE, --seed N, --compute local|modal, --dry-run, --quiet
const { seed, isLocal, watch } = report // watch: whom to tell of progress, and a signal that Ctrl-C aborts
const compute = isLocal ? local() : modal()

// ## 1. A scoring function
// How far is a poem from 5-7-5? -10 when it is not three lines, else minus the syllables it is off: 0 is a perfect form.

function scoreHaiku(response: string): number {
  const lines = response
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (lines.length !== 3) return -10
  return -[5, 7, 5].reduce((off, target, i) => off + Math.abs(countSyllables(lines[i] ?? '') - target), 0)
}

// The reward is used twice, for evaluation and for training. What it returns beside the score is averaged and shown with
// it, since a score alone can lie: a policy may learn to win by writing one perfect poem for every topic.

function haikuReward({ response, row }: RewardSample) {
  const score = scoreHaiku(response)
  return { score, exact: score === 0, topic: namesTopic(response, row.input) }
}

// Topics to write about. Those to evaluate on are held out: of the bundled ones no form of a word is ever trained on; of the
// rows on the hub ten are trained on, and the five behind them are not.

const trainDataset = isLocal
  ? new HaikuTopics({ split: 'train' })
  : new HuggingFaceDataset({
      hfRepo: 'statworx/haiku',
      inputColumn: 'keywords',
      outputColumn: 'text',
      systemPrompt:
        'You are a haiku poet. Write a haiku about the given topic. Use the 5-7-5 syllable format across three lines.',
      promptTemplate: 'Write a haiku about {input}.',
      nRows: 10,
    })
const evalDataset = isLocal ? new HaikuTopics({ split: 'eval' }) : trainDataset.with({ skipRows: 10, nRows: 5 })

// What to train, and how. GRPO: 16 prompts a rollout, 8 samples each; a sample that beats the mean of its group becomes
// likelier. With `--dry-run` the gym says what would run on which GPUs, at what price, and stops here.

const baseModel = isLocal ? new TinyPoet() : new Qwen3_4B()
const recipe = (numRollout: number, saveInterval: number) => {
  const options = {
    customRmFunction: haikuReward,
    numRollout,
    rolloutBatchSize: 16,
    rolloutTemperature: 1.0,
    saveInterval,
  }
  return isLocal
    ? new GrpoRecipe({ ...options, nSamplesPerPrompt: 8, rolloutMaxResponseLen: 48 })
    : new SlimeRecipe({ ...options, gpuType: 'H100', colocate: true, rolloutMaxResponseLen: 4096 })
}
const trainingRun = new TrainConfig({ model: baseModel, dataset: trainDataset, recipe: recipe(10, 5), compute, seed })
if (report.isDryRun) report.stopAtPlan(await trainingRun.train({ dryRun: true }))

// ## 2. Serve the base model
// `serve()` starts an OpenAI-compatible server: any client can talk to `url`.

const baseDeployment = await new DeploymentConfig({ model: baseModel, compute }).serve(watch)
console.log(`Base model deployed to ${baseDeployment.url}`)

// ## 3. Evaluate it
// The same messages, chat template and scorer as in training; the mean comes with a 95 % interval.

const evalConfig = new EvalConfig({
  dataset: evalDataset,
  evalResponseFn: (row, response): EvalRowResult => {
    const { score, ...metadata } = haikuReward({ response, row } as RewardSample)
    return { score, response, metadata }
  },
  generateKwargs: { chat_template_kwargs: { enable_thinking: false } },
  nSamples: isLocal ? 4 : 1,
  seed,
})
const baseEval = await evalConfig.evaluate(baseDeployment, { ...watch, debug: true, name: 'base' })
console.log(describeEval(baseEval))
await baseDeployment.stop()

// ## 4. Train it
// Ten times: sample, score, update. A checkpoint is saved after every fifth, and at Ctrl-C.

const trainResult = await trainingRun.train(watch)

// ## 5. Its checkpoints
// Each is a Hugging Face folder that vLLM, SGLang and transformers read as well.

const checkpoint = (await listCheckpoints(trainResult.trainingRunId)).at(-1)
console.log(`Checkpoint: ${checkpoint?.path}`)

// ## 6. Serve and evaluate the trained model

const trainedDeployment = await new DeploymentConfig({
  model: baseModel,
  checkpoint,
  compute,
  appName: 'haiku-serve',
  servedModelName: 'haiku-poet',
}).serve(watch)
console.log(`Trained model deployed to ${trainedDeployment.url}`)
const trainedEval = await evalConfig.evaluate(trainedDeployment, { ...watch, debug: true, name: 'trained' })
console.log(describeEval(trainedEval))
await trainedDeployment.stop()

// ## 7. Train on from the checkpoint
// Ten rollouts are few. `checkpoint` continues from its weights with a fresh optimizer, for twenty more.

const newTrainingRun = new TrainConfig({
  model: baseModel,
  dataset: trainDataset,
  checkpoint,
  recipe: recipe(20, 10),
  compute,
  seed: seed + 1, // other prompts and other samples than the first ten rollouts
})
const newTrainResult = await newTrainingRun.train(watch)
const newCheckpoint = (await listCheckpoints(newTrainResult.trainingRunId)).at(-1)
console.log(`Checkpoint: ${newCheckpoint?.path}`)

// ## 8. Evaluate again, and compare
// Two means say little; the paired difference on the same prompts, with its interval, says whether training helped.

const newDeployment = await new DeploymentConfig({
  model: baseModel,
  checkpoint: newCheckpoint,
  compute,
  appName: 'haiku-serve-new',
  servedModelName: 'haiku-poet',
}).serve(watch)
console.log(`Newly trained model deployed to ${newDeployment.url}`)
const newEval = await evalConfig.evaluate(newDeployment, { ...watch, debug: true, name: 'trained on' })
console.log(describeEval(newEval))
await newDeployment.stop()

const comparisons = compareEvals(baseEval, trainedEval, newEval)
console.log(`\n${describeComparison(comparisons)}`)
await report.finish({ evals: [baseEval, trainedEval, newEval], comparisons, runs: [trainResult, newTrainResult] })
