// Fills a store with one long run, for measuring the web page:
//   npm run build && node bench/fill-store.mjs FOLDER [--steps 20000] [--samples 128] [--runs 200]
// The long run has samples for every step; the further runs have 20 steps each and no samples. Prints one JSON line.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'libsql'
import { openStore } from 'training-gym'

const text = { type: 'string' }
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { steps: text, samples: text, runs: text },
})
const [home] = positionals
if (home === undefined) throw new Error('name a folder: node bench/fill-store.mjs FOLDER')
const steps = Number(values.steps ?? 20_000)
const samples = Number(values.samples ?? 128)
const runs = Number(values.runs ?? 200)
/** Samples a prompt. */
const groupSize = 8
/** Rows of the dataset that prompts are drawn from. */
const rows = 500
const tokens = 12

/** A number from 0 to 1 that looks random and depends on `seed` alone. */
const noise = (seed) => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1

function metricsOf(rolloutId, of) {
  const done = rolloutId / of
  const jitter = noise(rolloutId) - 0.5
  return {
    rolloutId,
    rewardMean: 0.1 + 0.8 * (1 - Math.exp(-4 * done)) + 0.2 * jitter,
    rewardStd: 0.3 - 0.2 * done,
    details: { exact: 0.7 * done + 0.1 * noise(rolloutId + 0.5), topic: 0.9 - 0.2 * done },
    responseLength: 30 + 10 * done + 4 * jitter,
    truncatedShare: 0.02,
    flatGroupShare: 0.1 + 0.5 * done,
    unscorable: 0,
    trainedSamples: samples,
    entropy: 2 - 1.5 * done + 0.1 * jitter,
    kl: 0.2 * done,
    loss: 0.01 * jitter,
    // Lone peaks that a thinned curve must not lose.
    gradNorm: 0.5 + 0.2 * jitter + (rolloutId % 3_777 === 1_234 ? 30 : 0),
    lr: 1e-4 * Math.min(1, rolloutId / 100),
    ratioMean: 1,
    clipShare: 0,
    mismatch: 1e-5 * (1 + jitter),
    diversity: {
      distinct2: 0.8 - 0.4 * done,
      topLine: { text: 'an old line', share: 0.02 + 0.1 * done },
      uniqueShare: 1,
    },
    sampledTokens: samples * 30,
    trainedTokens: samples * 30,
    tokensPerSecond: 2_000 + 200 * jitter,
    seconds: { sample: 1, score: 0.1, train: 1.5, total: 2.6 },
  }
}

const startedAt = performance.now()
const store = await openStore({ home })
for (let index = 0; index <= runs; index++) {
  await store.runs.create({
    trainingRunId: index === runs ? 'run-long' : `run-${String(index).padStart(4, '0')}`,
    state: index % 7 === 3 ? 'failed' : 'completed',
    model: index % 2 === 0 ? 'tiny-poet' : 'Qwen3-0.6B',
    startPath: 'models/tiny-poet',
    recipe: 'grpo',
    config: { recipe: { kind: 'grpo', lr: 1e-4, clipGrad: 1 }, dataset: { name: 'made', rows } },
    seed: index,
    numRollout: index === runs ? steps : 20,
    rolloutsDone: index === runs ? steps : 20,
    pid: null,
    createdAt: 1_790_000_000_000 + index * 60_000,
    finishedAt: 1_790_000_000_000 + index * 60_000 + 50_000,
    error: null,
  })
}
await store.close()

const database = new Database(join(home, 'gym.sqlite'))
// Only a bulk load may do this: a crash would leave half a store.
database.exec('pragma synchronous = off; pragma cache_size = -200000; begin')
const addStep = database.prepare('insert into step (trainingRunId, rolloutId, metrics) values (?, ?, ?)')
for (let rolloutId = 0; rolloutId < steps; rolloutId++) {
  addStep.run(['run-long', rolloutId, JSON.stringify(metricsOf(rolloutId, steps))])
}
for (let index = 0; index < runs; index++) {
  for (let rolloutId = 0; rolloutId < 20; rolloutId++) {
    const metrics = JSON.stringify(metricsOf(rolloutId, 20))
    addStep.run([`run-${String(index).padStart(4, '0')}`, rolloutId, metrics])
  }
}
// One statement, so that SQLite makes the rows itself: 2.56 million calls from here would take minutes.
database
  .prepare(
    `with recursive place(n) as (select 0 union all select n + 1 from place where n + 1 < ?)
     insert into sample
       (trainingRunId, rolloutId, groupIndex, sampleIndex, rowIndex, input, response, score, advantage, tokenIds, logprobs, finishReason, details)
     select 'run-long', n / ?1s, (n % ?1s) / ?2s, n % ?2s, (n / ?2s * 7919) % ?3s, 'prompt ' || ((n / ?2s * 7919) % ?3s),
       'answer ' || n || ' of a model that learns to answer', (n * 2654435761 % 1000) / 1000.0, (n * 2654435761 % 1000) / 1000.0 - 0.5,
       ?, ?, iif(n % 50 = 0, 'length', 'stop'), '{"exact":true}'
     from place`
      .replaceAll('?1s', String(samples))
      .replaceAll('?2s', String(groupSize))
      .replaceAll('?3s', String(rows)),
  )
  .run([
    steps * samples,
    new Uint8Array(Int32Array.from({ length: tokens }, (_, index) => index).buffer),
    new Uint8Array(Float32Array.from({ length: tokens }, (_, index) => -index / 4).buffer),
  ])
database.exec('commit; pragma optimize; pragma wal_checkpoint(truncate)')
database.close()
const { size } = await stat(join(home, 'gym.sqlite'))
const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1))
console.log(JSON.stringify({ home, steps, sampleRows: steps * samples, runs: runs + 1, bytes: size, seconds }))
