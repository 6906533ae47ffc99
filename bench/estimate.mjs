// Compares the estimate of `training-gym doctor --model` with a real run, each in a process of its own:
//   node bench/estimate.mjs [--cases tiny-poet,11m,135m,135m-lora,0.6b-lora] [--rollouts 3] [--cpu] [--json FILE]
// Memory is the largest resident set of the process that trains. Time is that of the wall, or with --cpu that of the
// processor, both sides on one thread: the one to go by where others use the machine. 11m, 135m and 0.6b are random weights
// of those shapes, written below the system's folder for temporary files and removed at the end.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: 'tiny-poet,11m,135m-lora' },
    rollouts: { type: 'string', default: '3' },
    cpu: { type: 'boolean', default: false },
    json: { type: 'string' },
    estimate: { type: 'string' },
    train: { type: 'string' },
  },
})

const small = { rolloutBatchSize: 8, nSamplesPerPrompt: 8, rolloutMaxResponseLen: 64, truncatedSamples: 'keep' }
const cases = {
  'tiny-poet': { shape: null, settings: { rolloutMaxResponseLen: 20, truncatedSamples: 'keep' } },
  '11m': { shape: '11m', settings: small },
  '11m-recompute': { shape: '11m', settings: { ...small, recomputeActivations: true } },
  '135m': { shape: '135m', settings: small },
  '135m-lora': { shape: '135m', settings: { ...small, loraRank: 16 } },
  '0.6b-lora': { shape: '0.6b', settings: { ...small, loraRank: 16 } },
}

if (values.estimate !== undefined) await estimateAndTell(JSON.parse(values.estimate))
else if (values.train !== undefined) await trainAndTell(JSON.parse(values.train))
else await compareAll()

/** Milliseconds: of the processor, all threads together, or of the wall. */
function clock() {
  if (!values.cpu) return performance.now()
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The process that estimates, as `training-gym doctor --model` does. */
async function estimateAndTell({ model, settings }) {
  const { estimateRun } = await import('../packages/gym/dist/cli/doctor/estimate-run.js')
  // What calibrates reads the time of the wall here.
  if (values.cpu) performance.now = clock
  const { training, time } = await estimateRun({
    model,
    recipe: 'grpo',
    settings,
    // Of the haiku topics behind their system prompt, in the bundled model's tokens.
    promptTokens: 58,
    commonPromptTokens: 48,
    slots: 16,
    threads: availableParallelism(),
    machineBytes: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
  })
  console.log(JSON.stringify({ bytes: training.bytes, seconds: time.rolloutSeconds, items: time.items }))
}

/** The process that is measured: a whole training run, as `training-gym train` makes it. */
async function trainAndTell({ model, settings, home }) {
  const { GrpoRecipe, HaikuTopics, TrainConfig } = await import('../packages/gym/dist/index.js')
  const recipe = new GrpoRecipe({ ...settings, customRmFunction: ({ sampleIndex }) => sampleIndex % 3 })
  const parts = []
  let marks = null
  const { metrics } = await new TrainConfig({ model, dataset: new HaikuTopics(), recipe }).train({
    home,
    onProgress: ({ kind, phase, done, total }) => {
      if (kind !== 'rollout') return
      marks ??= { sample: clock() }
      marks[phase] ??= clock()
      if (phase !== 'train' || done !== total) return
      const seconds = (from, to) => (to - from) / 1000
      const [score, train] = [seconds(marks.score, marks.train), seconds(marks.train, clock())]
      parts.push({ sample: seconds(marks.sample, marks.score), 'score the start': score, train })
      marks = null
    },
  })
  const { responseLength } = metrics[0]
  console.log(JSON.stringify({ bytes: process.resourceUsage().maxRSS * 1024, parts, responseLength }))
}

async function compareAll() {
  const run = promisify(execFile)
  const scratch = await mkdtemp(join(tmpdir(), 'estimate-'))
  const rows = []
  try {
    for (const name of values.cases.split(',')) {
      if (!(name in cases)) throw new Error(`there is no case "${name}"; choose from ${Object.keys(cases).join(', ')}`)
      const { shape } = cases[name]
      const settings = {
        ...cases[name].settings,
        numRollout: Number(values.rollouts),
        ...(values.cpu && { threads: 1 }),
      }
      const model = shape === null ? 'tiny-poet' : join(scratch, shape)
      if (shape !== null) {
        const { writeRandomModel } = await import('./random-model.mjs')
        await writeRandomModel(model, shape, 'BF16')
      }
      const inChild = async (what, task) => {
        const flags = [`--${what}`, JSON.stringify(task), ...(values.cpu ? ['--cpu'] : [])]
        return JSON.parse((await run(process.execPath, [fileURLToPath(import.meta.url), ...flags])).stdout)
      }
      const estimate = await inChild('estimate', { model, settings })
      const measured = await inChild('train', { model, settings, home: join(scratch, `${name}-home`) })
      await rm(join(scratch, `${name}-home`), { recursive: true, force: true })
      // The first rollout also compiles; the median of three leaves it out.
      const sum = (part) => Object.values(part).reduce((total, seconds) => total + seconds, 0)
      const sorted = [...measured.parts].sort((a, b) => sum(a) - sum(b))
      const median = sorted[Math.floor((sorted.length - 1) / 2)]
      const seconds = sum(median)
      const row = {
        case: name,
        clock: values.cpu ? 'processor' : 'wall',
        estimatedBytes: Math.round(estimate.bytes),
        measuredBytes: measured.bytes,
        memoryRatio: estimate.bytes / measured.bytes,
        estimatedSeconds: estimate.seconds,
        estimatedParts: Object.fromEntries(estimate.items.map((item) => [item.name, item.seconds])),
        measuredSeconds: seconds,
        measuredParts: median,
        timeRatio: estimate.seconds / seconds,
        responseLength: measured.responseLength,
      }
      rows.push(row)
      console.error(
        `${name}: ${(row.estimatedBytes / 1e9).toFixed(2)} GB estimated, ${(row.measuredBytes / 1e9).toFixed(2)} measured (${row.memoryRatio.toFixed(2)}); ` +
          `${row.estimatedSeconds.toFixed(1)} s a rollout estimated, ${seconds.toFixed(1)} measured (${row.timeRatio.toFixed(2)})`,
      )
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  const text = `${JSON.stringify(rows, null, 2)}\n`
  if (values.json === undefined) process.stdout.write(text)
  else await writeFile(values.json, text)
}
