// Measures training and generation on the CPU and on WebGPU, in one run, and where the time goes:
//   node bench/webgpu/speed.mjs [--model tiny-poet|135m] [--json FILE] [--part products,steps,training,gradients,decoding]
// WebGPU three ways: everything crosses the bus at each run, weights stay on the device, gradients or the cache too.
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import ort from 'onnxruntime-node'
import { trainingRuntime } from '../../packages/engine/dist/device/training-runtime.js'
import { DecodeCache } from '../../packages/engine/dist/generation/decode-cache.js'
import { floatWeights } from '../../packages/engine/dist/generation/float-weights.js'
import { GenerationSessions } from '../../packages/engine/dist/generation/generation-sessions.js'
import { GraphBuilder } from '../../packages/engine/dist/graph/graph-builder.js'
import { loadRuntime } from '../../packages/engine/dist/graph/session.js'
import { Trainer } from '../../packages/engine/dist/training/trainer.js'
import { randomFloats } from './compare.mjs'
import { grpo, openModel, rollout } from './model.mjs'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'tiny-poet' },
    json: { type: 'string' },
    device: { type: 'string', default: 'webgpu' },
    part: { type: 'string', default: 'products,steps,training,gradients,decoding' },
    seconds: { type: 'string', default: '3' },
  },
})
const device = values.device
const threads = availableParallelism()
const budgetMs = Number(values.seconds) * 1000
const rows = []
const owners = []
const report = (row) => {
  rows.push({ model: values.model, ...row })
  console.log(JSON.stringify(rows.at(-1)))
}
report({ bench: 'machine', cpu: cpus()[0]?.model, threads })

const parts = values.part.split(',')
if (parts.includes('products')) await products()
const model = parts.some((part) => part !== 'products') ? await openModel(values.model) : null
if (parts.includes('steps')) await steps()
if (parts.includes('training')) await training()
if (parts.includes('decoding')) await decoding()
if (values.json !== undefined) await writeFile(values.json, JSON.stringify(rows))

/** Median milliseconds of a run, after two that warm up. */
async function median(run) {
  await run()
  await run()
  const times = []
  const end = performance.now() + budgetMs
  while ((times.length < 3 || performance.now() < end) && times.length < 50) {
    const from = performance.now()
    await run()
    times.push(performance.now() - from)
  }
  times.sort((a, b) => a - b)
  return { ms: times[Math.floor(times.length / 2)], least: times[0], most: times.at(-1), runs: times.length }
}

function create(bytes, provider, options = {}) {
  return ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    enableMemPattern: false,
    logSeverityLevel: 3,
    ...options,
  })
}

/** Speed of the ways to write a product, 16 of them in a chain whose result is one number. */
async function products() {
  for (const size of [576, 1536]) {
    const chainOf = {
      MatMul: (g, x, w) => g.op('MatMul', [x, w], [size, size]),
      Gemm: (g, x, w) => g.op('Gemm', [x, w], [size, size]),
      'Gemm transA': (g, x, w) => g.op('Gemm', [x, w], [size, size], { transA: 1 }),
      'Gemm transB': (g, x, w) => g.op('Gemm', [x, w], [size, size], { transB: 1 }),
      'Gemm with C': (g, x, w) => g.op('Gemm', [x, w, x], [size, size]),
      'Transpose, MatMul': (g, x, w) =>
        g.op('MatMul', [g.op('Transpose', [x], [size, size], { perm: [1, 0] }), w], [size, size]),
      'FusedMatMul transA': (g, x, w) =>
        g.op('FusedMatMul', [x, w], [size, size], { transA: 1 }, { domain: 'com.microsoft' }),
    }
    for (const [name, step] of Object.entries(chainOf)) {
      const graph = new GraphBuilder()
      const w = graph.input('w', [size, size])
      let x = graph.input('x', [size, size])
      for (let i = 0; i < 16; i++) x = step(graph, x, w)
      graph.output(graph.op('Slice', [x, graph.ints([0, 0]), graph.ints([1, 1])], [1, 1]), 'y')
      const scaled = randomFloats(size * size, 3).map((v) => (v * 1.7) / Math.sqrt(size))
      const feeds = {
        w: new ort.Tensor('float32', scaled, [size, size]),
        x: new ort.Tensor('float32', randomFloats(size * size, 4), [size, size]),
      }
      for (const provider of ['cpu', device]) {
        const session = await create(graph.toBytes(), provider)
        const time = await median(() => session.run(feeds))
        report({ bench: 'product', name, size, provider, ms: time.ms, tflops: (32 * size ** 3) / time.ms / 1e9 })
        await session.release()
      }
    }
  }
}

/** The graph and the feeds that a piece of the engine hands to ONNX Runtime, for each provider. */
async function captured(work) {
  const result = {}
  for (const [name, provider] of [
    ['cpu', 'cpu'],
    ['device', device],
  ]) {
    const runtime = await loadRuntime(provider)
    const seen = []
    const spy = {
      create: async (bytes, options) => {
        const onCpu = { ...options, executionProviders: ['cpu'], preferredOutputLocation: 'cpu' }
        const session = await ort.InferenceSession.create(bytes, onCpu)
        return {
          run: (feeds) => {
            // Copies: the trainer disposes of what it kept on the device.
            const copies = Object.entries(feeds).map(([name, { type, data, dims }]) => [
              name,
              new ort.Tensor(type, data, dims),
            ])
            seen.push({ bytes, feeds: Object.fromEntries(copies), externalData: options.externalData })
            return session.run(feeds)
          },
          release: () => session.release(),
        }
      },
    }
    await work({ ...runtime, InferenceSession: spy })
    result[name] = seen.at(-1)
  }
  return result
}

/** Copies tensors to the device: the only way the binding has is to make them outputs of a graph. */
async function onDevice(feeds, names) {
  const graph = new GraphBuilder()
  const own = {}
  for (const name of names) {
    own[`in ${name}`] = feeds[name]
    const value = graph.input(`in ${name}`, feeds[name].dims)
    graph.output(graph.op('Identity', [value], value.shape), name)
  }
  const session = await create(graph.toBytes(), device, { preferredOutputLocation: 'gpu-buffer' })
  // The tensors live in buffers of the session that made them: without this they are gone at the next collection.
  owners.push(session)
  const outputs = await session.run(own)
  return { ...feeds, ...outputs }
}

async function measure(bench, facts, { bytes, externalData, feeds, provider, locations, tokens, profile }) {
  const session = await create(bytes, provider, {
    externalData,
    ...(locations && { preferredOutputLocation: locations }),
    ...(profile && { enableProfiling: true, profileFilePrefix: `/tmp/${profile}` }),
  })
  const time = await median(async () => {
    const outputs = await session.run(feeds)
    for (const tensor of Object.values(outputs)) if (tensor.location === 'gpu-buffer') tensor.dispose()
  })
  report({ bench, ...facts, provider, ...time, tokensPerSecond: (1000 * tokens) / time.ms })
  if (profile) {
    session.endProfiling()
    await profiled(profile, facts)
  }
  await session.release()
}

/** Sums a profile by operator and provider. */
async function profiled(prefix, facts) {
  const { readdir } = await import('node:fs/promises')
  const file = (await readdir('/tmp'))
    .filter((name) => name.startsWith(`${prefix}`) && name.endsWith('.json'))
    .sort()
    .at(-1)
  if (file === undefined) return
  const events = JSON.parse(await readFile(`/tmp/${file}`, 'utf8'))
  const sums = new Map()
  for (const { cat, name, dur, args } of events) {
    if (cat === 'Node' && !name.endsWith('_kernel_time')) continue
    if (cat === 'Session') continue
    const key =
      cat === 'Node'
        ? `${args.op_name} ${args.provider}`
        : `${cat}: ${name
            .replace(/node_\d+_/, '')
            .split('&')
            .at(-1)}`
    const sum = sums.get(key) ?? { key, ms: 0, count: 0 }
    sum.ms += dur / 1000
    sum.count += 1
    sums.set(key, sum)
  }
  const top = [...sums.values()].sort((a, b) => b.ms - a.ms).slice(0, 40)
  report({ bench: 'profile', ...facts, top: top.map(({ key, ms, count }) => `${key} ${ms.toFixed(1)} ms x${count}`) })
}

/** Whole optimizer steps of the engine: all batches of a rollout, clipping and AdamW, weights copied once a step. */
async function steps() {
  const { config, weights } = model
  const isSmall = values.model === 'tiny-poet'
  const size = isSmall
    ? { groups: 16, samples: 8, prompt: 45, response: 20 }
    : { groups: 8, samples: 8, prompt: 45, response: 64 }
  const groups = rollout(config, size)
  const optimizer = { lr: 1e-7, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, clipGrad: 1 }
  const from = performance.now()
  const checked = await trainingRuntime(device === 'cpu' ? 'cpu' : 'webgpu', weights.length)
  report({ bench: 'self-check', device: checked.device, ms: performance.now() - from })
  for (const maxBatchTokens of [1536, 6144]) {
    for (const runtime of [await loadRuntime('cpu'), checked]) {
      const trainer = new Trainer({ runtime, config, threads, weights: weights.slice(), maxBatchTokens })
      let last
      const time = await median(async () => {
        last = await trainer.step({ groups, loss: grpo, optimizer, temperature: 1, denominator: 1000 })
      })
      await trainer.release()
      const { loss, gradNorm, computedTokens } = last
      report({
        bench: 'step',
        provider: runtime.device,
        maxBatchTokens,
        ...time,
        loss,
        gradNorm,
        computedTokens,
        tokensPerSecond: (1000 * computedTokens) / time.ms,
      })
    }
  }
}

async function training() {
  const { config, layout, weights } = model
  const isSmall = values.model === 'tiny-poet'
  for (const maxBatchTokens of [1536, 6144]) {
    const groups = rollout(
      config,
      isSmall
        ? { groups: 48, samples: 8, prompt: 45, response: 20 }
        : { groups: 16, samples: 8, prompt: 45, response: 40 },
    )
    const { cpu, device: gpu } = await captured(async (runtime) => {
      const trainer = new Trainer({ runtime, config, threads, weights, maxBatchTokens })
      // One batch is enough to see the graph and what it is fed.
      const room = Math.max(1, Math.floor(maxBatchTokens / 384))
      await trainer.computeGradient({ groups: groups.slice(0, room), loss: grpo, temperature: 1, denominator: 1000 })
      await trainer.release()
    })
    const tokens = cpu.feeds.tokens.dims[0]
    const names = layout.parameters.map(({ name }) => name)
    const facts = (way) => ({ way, tokens })
    await measure('training', facts('cpu'), { ...cpu, provider: 'cpu', tokens })
    await measure('training', facts('everything crosses'), { ...gpu, provider: device, tokens })
    const resident = await onDevice(gpu.feeds, names)
    await measure('training', facts('weights on the device'), { ...gpu, feeds: resident, provider: device, tokens })
    if (maxBatchTokens === 1536) {
      await measure('training', facts('profile'), {
        ...gpu,
        feeds: resident,
        provider: device,
        tokens,
        profile: `train-${values.model}`,
      })
    }
    if (parts.includes('gradients')) {
      const locations = Object.fromEntries(names.map((name) => [`grad:${name}`, 'gpu-buffer']))
      const given = { ...gpu, feeds: resident, provider: device, tokens, locations }
      await measure('training', facts('weights and gradients on the device'), given)
    }
  }
}

async function decoding() {
  const { config, layout, weights } = model
  for (const batch of [1, 16, 64]) {
    for (const isTrainable of [true, false]) {
      const { cpu, device: gpu } = await captured(async (runtime) => {
        const sessions = await GenerationSessions.compile({
          runtime,
          config,
          threads,
          weights: floatWeights(config, weights, isTrainable),
          servesRollouts: false,
        })
        const cache = new DecodeCache(config, false)
        const text = Array.from({ length: config.layers }, () => new Float32Array(config.kvHeads * 60 * config.headDim))
        const tokens = Array.from({ length: batch }, (_, i) => 3 + i)
        for (const token of tokens) cache.add({ token }, { time: 60, keys: text, values: text })
        await sessions.decode({ cache, tokens, temperatures: tokens.map(() => 1) })
        await sessions.release()
      })
      const facts = (way) => ({ way: isTrainable ? way : `weights in the graph, ${way}`, batch })
      await measure('decoding', facts('cpu'), { ...cpu, provider: 'cpu', tokens: batch })
      await measure('decoding', facts('all else crosses'), { ...gpu, provider: device, tokens: batch })
      const names = Object.keys(gpu.feeds).filter((name) =>
        layout.parameters.some((parameter) => parameter.name === name),
      )
      const caches = Object.keys(gpu.feeds).filter((name) => /^(keys|values):/.test(name))
      const resident = await onDevice(gpu.feeds, [...names, ...caches])
      const locations = Object.fromEntries(caches.map((name) => [`new-${name}`, 'gpu-buffer']))
      const profile = batch === 16 && !isTrainable ? `decode-${values.model}` : undefined
      await measure('decoding', facts('weights and cache on the device'), {
        ...gpu,
        feeds: resident,
        provider: device,
        tokens: batch,
        locations,
        profile,
      })
    }
  }
}
