// Measures whole GRPO steps (sample, train, refresh) three ways in one run: all on the CPU, trained on the card and sampled on
// the CPU, both on the card:
//   node bench/webgpu/loop.mjs [--model tiny-poet|11m|135m] [--groups 8] [--samples 8] [--response 64] [--steps 4] [--ways cpu,trains,both]
// It also tells how far the log-probabilities of what was sampled lie from those that a trainer on the CPU computes.
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { trainingRuntime } from '../../packages/engine/dist/device/training-runtime.js'
import { DeviceTokens } from '../../packages/engine/dist/generation/device-tokens.js'
import { floatWeights } from '../../packages/engine/dist/generation/float-weights.js'
import { GenerationSessions } from '../../packages/engine/dist/generation/generation-sessions.js'
import { HostTokens } from '../../packages/engine/dist/generation/host-tokens.js'
import { Scheduler } from '../../packages/engine/dist/generation/scheduler.js'
import { loadRuntime } from '../../packages/engine/dist/graph/session.js'
import { Trainer } from '../../packages/engine/dist/training/trainer.js'
import { openModel, rollout } from './model.mjs'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: '135m' },
    groups: { type: 'string', default: '8' },
    samples: { type: 'string', default: '8' },
    prompt: { type: 'string', default: '45' },
    response: { type: 'string', default: '64' },
    steps: { type: 'string', default: '4' },
    ways: { type: 'string', default: 'cpu,trains,both' },
    device: { type: 'string', default: 'webgpu' },
  },
})
const [groups, samples, prompt, response, steps] = ['groups', 'samples', 'prompt', 'response', 'steps'].map((name) =>
  Number(values[name]),
)
const threads = availableParallelism()
const { config, weights: start } = await openModel(values.model)
const loss = { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.28, klCoef: 0, klType: 'k3', entropyCoef: 0 }
const optimizer = { lr: 1e-6, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.01, clipGrad: 1 }
const prompts = rollout(config, { groups, samples: 1, prompt, response: 1 }).map(({ promptTokenIds }) => promptTokenIds)
const cpu = await loadRuntime()
const report = (row) => console.log(JSON.stringify({ model: values.model, ...row }))
report({ cpu: cpus()[0]?.model, threads, groups, samples, prompt, response })

const drawn = {}
for (const way of values.ways.split(',')) drawn[way] = await measure(way)
const [reference, ...others] = Object.entries(drawn)
for (const [way, tokens] of others) {
  const same = tokens.filter((token, i) => token === reference[1][i]).length
  report({ way, sameTokensAs: reference[0], same, of: tokens.length })
}

async function measure(way) {
  const weights = start.slice()
  const runtime = way === 'cpu' || values.device === 'cpu' ? cpu : await trainingRuntime('webgpu', weights.length)
  const trainer = new Trainer({ runtime, config, threads, weights, leavesWeightsOnDevice: way === 'both' })
  const source = way === 'both' ? deviceTokens(runtime, trainer) : await hostTokens(weights)
  const scheduler = new Scheduler(config, source, 128, async () => {
    throw new Error('no grammar is asked for')
  })
  const times = { sample: [], train: [], whole: [] }
  let first
  for (let step = 0; step <= steps; step++) {
    const started = performance.now()
    const answers = await Promise.all(
      prompts.map((promptTokenIds, g) =>
        scheduler.generate({
          promptTokenIds,
          seeds: Array.from({ length: samples }, (_, s) => 1000 * step + samples * g + s),
          sampling: { maxNewTokens: response, stopTokenIds: [] },
        }),
      ),
    )
    const sampled = performance.now()
    const trained = prompts.map((promptTokenIds, g) => ({
      promptTokenIds,
      responses: answers[g].map(({ tokenIds, logprobs }, s) => ({
        tokenIds,
        oldLogprobs: logprobs,
        advantage: (s % 2) - 0.5,
      })),
    }))
    if (step === 0) {
      first = answers.flat().flatMap(({ tokenIds }) => tokenIds)
      await tellGap(way, trained)
    }
    const before = performance.now()
    await source.whileWeightsChange(async () => {
      const { loss: value } = await trainer.computeGradient({
        groups: trained,
        loss,
        temperature: 1,
        denominator: groups * samples * response,
      })
      await trainer.applyGradient(optimizer, value)
    })
    const ended = performance.now()
    // The first step compiles.
    if (step === 0) continue
    times.sample.push(sampled - started)
    times.train.push(ended - before)
    times.whole.push(sampled - started + ended - before)
  }
  report({ way, ...Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)])) })
  await source.release()
  await trainer.release()
  return first
}

function deviceTokens(runtime, trainer) {
  return new DeviceTokens({ runtime, config, weights: () => trainer.parameterFeeds() })
}

async function hostTokens(weights) {
  const kept = floatWeights(config, weights, true)
  const options = { runtime: cpu, config, threads, weights: kept, servesRollouts: true }
  return new HostTokens(config, await GenerationSessions.compile(options))
}

async function tellGap(way, trained) {
  const scorer = new Trainer({ runtime: cpu, config, threads, weights: start })
  const expected = await scorer.logprobs(trained, 1, start)
  const gaps = trained.flatMap(({ responses }, g) =>
    responses.flatMap(({ oldLogprobs }, r) => oldLogprobs.map((x, t) => Math.abs(x - expected[g][r][t]))),
  )
  report({ way, largestLogprobGap: Math.max(...gaps) })
  await scorer.release()
}

function median(times) {
  return Math.round([...times].sort((a, b) => a - b)[Math.floor(times.length / 2)])
}
