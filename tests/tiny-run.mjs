// Runs one very small training in its own process, so that tests can kill it: node tiny-run.mjs HOME SEED [RESUME]
// Prints one JSON line a finished rollout or checkpoint, and one at the end.
import { GrpoRecipe, HaikuTopics, TinyPoet, TrainConfig } from 'training-gym'

const [home, seed, resume] = process.argv.slice(2)
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)
const config = new TrainConfig({
  model: new TinyPoet(),
  dataset: new HaikuTopics({ split: 'train', nRows: 5 }),
  evalDataset: new HaikuTopics({ split: 'eval', nRows: 3 }),
  seed: Number(seed),
  recipe: new GrpoRecipe({
    // Longer words score higher: a reward that always tells samples apart.
    customRmFunction: ({ response }) => response.length / 10,
    numRollout: 6,
    rolloutBatchSize: 2,
    nSamplesPerPrompt: 3,
    rolloutMaxResponseLen: 8,
    truncatedSamples: 'keep',
    saveInterval: 2,
    evalInterval: 1,
    lr: 1e-3,
    lrDecayStyle: 'cosine',
    threads: 2,
  }),
})
const result = await config.train({
  home,
  ...(resume && { resume }),
  onProgress: (event) => {
    if (event.kind === 'train-start') say({ started: event.trainingRunId })
    // It comes again once its weights were evaluated.
    const isNew = event.kind === 'train-step' && event.metrics.evaluation === undefined
    if (isNew) say({ rollout: event.metrics.rolloutId, reward: event.metrics.rewardMean })
    if (event.kind === 'checkpoint') say({ checkpoint: event.rolloutId })
  },
})
say({ finished: result.trainingRunId, checkpoint: result.checkpoint.path })
