// Takes GRPO steps with the built-in engine and prints a JSON line a step; see bench/grpo-step.mjs for the settings.
import { readFileSync } from 'node:fs'

const settings = JSON.parse(process.argv[2])
const { GrpoRecipe, InMemoryDataset, TrainConfig } = await import('training-gym')

const shareOfE = ({ response }) => response.split('e').length / Math.max(1, response.length)
const recipe = new GrpoRecipe({
  numRollout: settings.steps,
  rolloutBatchSize: settings.prompts,
  nSamplesPerPrompt: settings.samples,
  rolloutMaxResponseLen: settings.newTokens,
  truncatedSamples: 'keep',
  // As TRL with beta 0, which keeps no reference.
  measureKl: false,
  lr: 1e-5,
  // No checkpoint until the run is over: neither side's step has its writing in it.
  saveInterval: settings.steps,
  threads: settings.threads,
  ...settings.recipe,
})
const dataset = new InMemoryDataset({ rows: settings.texts, applyChatTemplate: false })
const train = new TrainConfig({ model: settings.model, dataset, recipe, reward: shareOfE, seed: settings.seed })
await train.train({
  home: settings.folder,
  onProgress: (event) => {
    if (event.kind !== 'train-step') return
    const { seconds, sampledTokens: responseTokens } = event.metrics
    const line = {
      seconds: seconds.total,
      parts: seconds,
      sinceStart: performance.now() / 1000,
      peakBytes: peakBytes(),
    }
    process.stdout.write(`${JSON.stringify({ ...line, responseTokens })}\n`)
  },
})

function peakBytes() {
  const kib = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return kib === undefined ? process.resourceUsage().maxRSS * 1024 : Number(kib) * 1024
}
