// Measures the built-in engine by itself:
// node bench/engine.mjs [--model tiny-poet|11m|135m] [--threads 2] [--repeats 7] [--json FILE]
//
// - training: one optimizer step on a rollout of 16 prompts x 8 samples (135m: 8 x 8 of 64 tokens), and the share of the speed that the step's bare
//   matrix products reach: a graph of the same Gemm and FusedMatMul nodes, same shapes, nothing else, run in turns with
//   the real one (A B A B), its optimisation disabled so that equal products are not merged, its outputs one element each.
// - generation: sampled tokens a second at batch 1, 16 and 128, prompts included (tiny-poet alone).
// - one whole rollout and step: sample, score under the starting policy, train (tiny-poet alone).
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { readModelConfig } from '../packages/engine/dist/checkpoint/model-config.js'
import { Engine } from '../packages/engine/dist/engine.js'
import { GraphBuilder } from '../packages/engine/dist/graph/graph-builder.js'
import { loadRuntime } from '../packages/engine/dist/graph/session.js'
import { Trainer } from '../packages/engine/dist/training/trainer.js'
import { trainingGraph } from '../packages/engine/dist/training/training-graph.js'
import { packedSizes } from '../packages/engine/dist/transformer/block-layout.js'
import { loadWeights } from '../packages/engine/dist/transformer/load-weights.js'
import { layoutParameters } from '../packages/engine/dist/transformer/parameters.js'
import { writeRandomModel } from './random-model.mjs'
import { commandOf, row, writeRows } from './rows.mjs'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'tiny-poet' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '7' },
    work: { type: 'string' },
    json: { type: 'string' },
  },
})
const threads = Number(values.threads)
const repeats = Number(values.repeats)
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))
const isBundled = values.model === 'tiny-poet'
const modelPath = isBundled ? pathOf('../models/tiny-poet') : await randomModel(values.model)
const runtime = await loadRuntime()

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const seconds = async (work) => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

// A real rollout, drawn once: its lengths decide the shapes.
const topics =
  'rain,old pond,winter moon,abbey,cat,river,snow,apple,mountain,ghost,candle,train,bee,wolf,star,tea'.split(',')
const system =
  'You are a haiku poet. Write a haiku about the given topic. Use the 5-7-5 syllable format across three lines.'
const engine = isBundled ? await Engine.open({ modelPath, threads, isTrainable: true }) : null
const prompts = (isBundled ? topics : []).map((topic) =>
  engine.tokenizer.encodeChat(
    [
      { role: 'system', content: system },
      { role: 'user', content: `Write a haiku about ${topic}.` },
    ],
    { addGenerationPrompt: true },
  ),
)
const draw = (round, samples, count = prompts.length) =>
  Promise.all(
    prompts.slice(0, count).map((promptTokenIds, i) => {
      const seeds = Array.from({ length: samples }, (_, s) => round * 100_000 + i * 100 + s)
      return engine.generate({ promptTokenIds, seeds, sampling: { maxNewTokens: 48 } })
    }),
  )
const groupsOf = (drawn) =>
  drawn.map((samples, i) => ({
    promptTokenIds: prompts[i],
    responses: samples.map(({ tokenIds, logprobs }, s) => ({
      tokenIds,
      oldLogprobs: logprobs,
      advantage: s % 2 ? 1 : -1,
    })),
  }))
const tokensOf = (drawn) => drawn.flat().reduce((sum, { tokenIds }) => sum + tokenIds.length, 0)
const groups = isBundled ? groupsOf(await draw(0, 8)) : syntheticGroups()
const stepRequest = (these) => ({
  groups: these,
  loss: { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.28, klCoef: 0, klType: 'k2', entropyCoef: 0 },
  temperature: 1,
  denominator: these.flatMap((group) => group.responses).reduce((sum, { tokenIds }) => sum + tokenIds.length, 0),
  optimizer: { lr: 1e-7, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, clipGrad: 1 },
})

const results = { threads, repeats }
await measureTraining()
if (isBundled) {
  await measureGeneration()
  await measureRollout()
  await engine.close()
}
const shared = { system: 'gym', model: values.model, command: commandOf('bench/engine.mjs') }
writeRows(values.json, [
  row({ ...shared, bench: 'training', value: results.trainTokensPerSecond, unit: 'tokens/s' }),
  row({ ...shared, bench: 'share of bare products, forward and backward', value: results.shareOfProducts, unit: '' }),
  row({ ...shared, bench: 'share of bare products, whole step', value: results.shareOfProductsWholeStep, unit: '' }),
])

async function randomModel(name) {
  const target = `${values.work ?? pathOf('.peers/models')}/${name}`
  if (!existsSync(target)) await writeRandomModel(target, name)
  return target
}

/** Groups of the sizes of bench/grpo-step.mjs, with ids spread over TinyPoet's vocabulary: random weights write nothing. */
function syntheticGroups() {
  const [groupCount, length] = values.model === '135m' ? [8, 64] : [16, 20]
  const idsFrom = (start, count) => Array.from({ length: count }, (_, i) => 3 + ((start + i * 7919) % 4093))
  return Array.from({ length: groupCount }, (_, g) => ({
    promptTokenIds: idsFrom(g * 101, 45),
    responses: Array.from({ length: 8 }, (_, s) => ({
      tokenIds: idsFrom(g * 1009 + s * 97, length),
      oldLogprobs: new Array(length).fill(-8),
      advantage: s % 2 ? 1 : -1,
    })),
  }))
}

async function measureTraining() {
  const config = await readModelConfig(modelPath)
  const { layout, structure } = layoutParameters(config)
  const weights = await loadWeights(modelPath, config, layout)
  const trainer = new Trainer({ runtime, config, threads, weights })
  const batches = trainer.pack(groups, false)
  const variant = { kind: 'grpo', policyLoss: 'grpo', kl: 'none', hasEntropyBonus: false }
  const nodes = trainingGraph(config, structure, layout.parameters, variant).nodes
  // Products with a single row or column are sums in disguise (RMSNorm's gradient), not matrix products.
  const isProduct = ({ opType, outputs }) =>
    /^(Gemm|FusedMatMul)$/.test(opType) && !outputs[0].shape.slice(-2).includes(1)
  const products = nodes.filter(isProduct)
  const bare = []
  const headGroup = config.heads / config.kvHeads
  for (const batch of batches) bare.push(await bareProducts(products, batch, headGroup))

  const request = stepRequest(groups)
  const times = { gradient: [], step: [], products: [] }
  let tokens = 0
  for (let i = 0; i < repeats + 1; i++) {
    const gradient = await seconds(async () => {
      tokens = (await trainer.computeGradient(request)).usefulTokens
    })
    const product = await seconds(async () => {
      for (const run of bare) await run()
    })
    const step = await seconds(() => trainer.step(request))
    if (i === 0) continue // the first run allocates
    times.gradient.push(gradient)
    times.products.push(product)
    times.step.push(step)
  }
  const share = (whole) => median(times.products.map((product, i) => product / times[whole][i]))
  Object.assign(results, {
    tokensPerStep: tokens,
    trainTokensPerSecond: tokens / median(times.step),
    gradientSeconds: median(times.gradient),
    stepSeconds: median(times.step),
    productsSeconds: median(times.products),
    shareOfProducts: share('gradient'),
    shareOfProductsWholeStep: share('step'),
  })
  console.log(
    `training    ${results.trainTokensPerSecond.toFixed(0)} tokens/s (${tokens} prompt and response tokens a step, ${(results.stepSeconds * 1000).toFixed(0)} ms)`,
  )
  console.log(
    `            forward + loss + backward at ${(100 * results.shareOfProducts).toFixed(0)} % of the speed of its ${products.length} bare products; with optimizer and clipping ${(100 * results.shareOfProductsWholeStep).toFixed(0)} %`,
  )
  await trainer.release()
}

/** Compiles a graph of the given products at a batch's sizes and returns how to run it. */
async function bareProducts(products, batch, headGroup) {
  const fed = { ...packedSizes(batch), R: batch.rows.length }
  // Derived sizes: heads that share keys have their queries above each other.
  const sizes = { ...fed, queries: headGroup * fed.L, 'last:queries': headGroup * fed.L2 }
  const resolve = (dim) => (typeof dim === 'number' ? dim : sizes[dim])
  const graph = new GraphBuilder()
  const inputs = new Map()
  const inputOf = (value, slot) => {
    const shape = value.shape.map((dim) => {
      const size = resolve(dim)
      if (size === undefined) throw new Error(`unknown size ${dim}`)
      return size
    })
    const name = `${slot}:${shape.join('x')}`
    if (!inputs.has(name)) inputs.set(name, graph.input(name, shape))
    return inputs.get(name)
  }
  const corners = products.map((node) => {
    const [a, b, c] = node.inputs
    const operands = [inputOf(a, 'a'), inputOf(b, 'b'), ...(c ? [inputOf(c, 'c')] : [])]
    const shape = node.outputs[0].shape.map(resolve)
    const y = graph.op(node.opType, operands, shape, node.attributes, { domain: node.domain })
    const zeros = graph.ints(shape.map(() => 0))
    const ones = graph.ints(shape.map(() => 1))
    const axes = graph.ints(shape.map((_, axis) => axis))
    return graph.reshape(
      graph.op(
        'Slice',
        [y, zeros, ones, axes],
        shape.map(() => 1),
      ),
      [1],
    )
  })
  graph.output(graph.op('Concat', corners, [corners.length], { axis: 0 }), 'corners')
  const session = await runtime.InferenceSession.create(graph.toBytes(), {
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'disabled',
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '1' } } },
  })
  const feeds = {}
  for (const { name, shape } of inputs.values()) {
    const size = shape.reduce((a, b) => a * b, 1)
    feeds[name] = new runtime.Tensor(
      'float32',
      Float32Array.from({ length: size }, (_, i) => (i % 17) / 17 - 0.5),
      shape,
    )
  }
  return () => session.run(feeds)
}

async function measureGeneration() {
  results.generation = {}
  for (const [batch, samples, count] of [
    [1, 1, 1],
    [16, 1, 16],
    [128, 8, 16],
  ]) {
    const rates = []
    for (let i = 0; i < repeats + 1; i++) {
      let tokens = 0
      const took = await seconds(async () => {
        tokens = tokensOf(await draw(i + 1, samples, count))
      })
      if (i > 0) rates.push(tokens / took)
    }
    results.generation[batch] = median(rates)
    console.log(`generation  batch ${String(batch).padStart(3)}: ${median(rates).toFixed(0)} sampled tokens/s`)
  }
}

async function measureRollout() {
  await engine.keepReference()
  const times = { sample: [], score: [], train: [], whole: [] }
  for (let i = 0; i < repeats + 1; i++) {
    let drawn
    const sample = await seconds(async () => {
      drawn = groupsOf(await draw(1000 + i, 8))
    })
    const score = await seconds(() => engine.logprobs(drawn, { temperature: 1, policy: 'reference' }))
    const train = await seconds(() => engine.trainStep(stepRequest(drawn)))
    if (i === 0) continue
    times.sample.push(sample)
    times.score.push(score)
    times.train.push(train)
    times.whole.push(sample + score + train)
  }
  results.rollout = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]))
  const { sample, score, train, whole } = results.rollout
  console.log(
    `rollout     16 prompts x 8 samples: ${whole.toFixed(2)} s (sample ${sample.toFixed(2)}, score under the start ${score.toFixed(2)}, train ${train.toFixed(2)})`,
  )
}
