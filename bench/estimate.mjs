// Compares the estimate of `training-gym doctor --model` with a real run, each in a process of its own:
//   node bench/estimate.mjs [--cases tiny-poet,11m,135m,135m-lora,0.6b-lora] [--rollouts 3] [--json FILE]
// Memory is the largest resident set of the process that trains. 135m and 0.6b are random weights of those shapes,
// written below the system's folder for temporary files and removed at the end.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: 'tiny-poet,11m,135m-lora' },
    rollouts: { type: 'string', default: '3' },
    json: { type: 'string' },
    child: { type: 'string' },
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

if (values.child !== undefined) await trainAndTell(JSON.parse(values.child))
else await compareAll()

/** The process that is measured: a whole training run, as `training-gym train` makes it. */
async function trainAndTell({ model, settings, home }) {
  const { GrpoRecipe, HaikuTopics, TrainConfig } = await import('../packages/gym/dist/index.js')
  const recipe = new GrpoRecipe({ ...settings, customRmFunction: ({ sampleIndex }) => sampleIndex % 3 })
  const { metrics } = await new TrainConfig({ model, dataset: new HaikuTopics(), recipe }).train({
    home,
    onProgress: () => {},
  })
  const seconds = metrics.map((step) => step.seconds.total)
  const { responseLength } = metrics[0]
  console.log(JSON.stringify({ bytes: process.resourceUsage().maxRSS * 1024, seconds, responseLength }))
}

async function compareAll() {
  const run = promisify(execFile)
  const scratch = await mkdtemp(join(tmpdir(), 'estimate-'))
  const rows = []
  try {
    for (const name of values.cases.split(',')) {
      if (!(name in cases)) throw new Error(`there is no case "${name}"; choose from ${Object.keys(cases).join(', ')}`)
      const { shape } = cases[name]
      const settings = { ...cases[name].settings, numRollout: Number(values.rollouts) }
      const model = shape === null ? 'tiny-poet' : join(scratch, shape)
      if (shape !== null) {
        const { writeRandomModel } = await import('./random-model.mjs')
        await writeRandomModel(model, shape, 'BF16')
      }
      const sets = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
      const cli = fileURLToPath(new URL('../packages/gym/dist/cli/main.js', import.meta.url))
      // Exit code 3 says that the machine is too small, which the run below then shows.
      const doctor = await run(process.execPath, [cli, 'doctor', '--model', model, ...sets, '--json'])
      const estimate = JSON.parse(doctor.stdout)
      const child = JSON.stringify({ model, settings, home: join(scratch, `${name}-home`) })
      const self = fileURLToPath(import.meta.url)
      const measured = JSON.parse((await run(process.execPath, [self, '--child', child])).stdout)
      await rm(join(scratch, `${name}-home`), { recursive: true, force: true })
      const seconds = [...measured.seconds].sort((a, b) => a - b)[Math.floor(measured.seconds.length / 2)]
      const row = {
        case: name,
        estimatedBytes: Math.round(estimate.training.bytes),
        measuredBytes: measured.bytes,
        memoryRatio: estimate.training.bytes / measured.bytes,
        estimatedSeconds: estimate.time.rolloutSeconds,
        measuredSeconds: seconds,
        timeRatio: estimate.time.rolloutSeconds / seconds,
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
