// Compares the gradient of every weight, log-probabilities and next-token probabilities on WebGPU with the CPU's:
//   node bench/webgpu/gradients.mjs [--model tiny-poet|135m] [--json FILE]
// Three ways: graphs as written, graphs in the WebGPU dialect rewritten by ONNX Runtime, and the dialect as it is shipped.
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import ort from 'onnxruntime-node'
import { DecodeCache } from '../../packages/engine/dist/generation/decode-cache.js'
import { floatWeights } from '../../packages/engine/dist/generation/float-weights.js'
import { GenerationSessions } from '../../packages/engine/dist/generation/generation-sessions.js'
import { loadRuntime } from '../../packages/engine/dist/graph/session.js'
import { Trainer } from '../../packages/engine/dist/training/trainer.js'
import { distance } from './compare.mjs'
import { grpo, openModel, rollout } from './model.mjs'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'tiny-poet' },
    json: { type: 'string' },
    device: { type: 'string', default: 'webgpu' },
  },
})
const threads = availableParallelism()
const model = await openModel(values.model)
const { config, layout, weights } = model
const size =
  values.model === 'tiny-poet'
    ? { groups: 16, samples: 8, prompt: 45, response: 20 }
    : { groups: 4, samples: 4, prompt: 45, response: 40 }
const request = { groups: rollout(config, size), loss: grpo, temperature: 1, denominator: 1000 }

/** Sessions with one option changed whatever their maker asks. */
const withOptions = (runtime, options) => ({
  ...runtime,
  InferenceSession: { create: (bytes, given) => ort.InferenceSession.create(bytes, { ...given, ...options }) },
})
const cpu = await loadRuntime('cpu')
const device = await loadRuntime(values.device)
const ways = {
  'as written': withOptions(cpu, { executionProviders: [values.device] }),
  'dialect, rewritten': withOptions(device, { graphOptimizationLevel: 'all' }),
  dialect: device,
}

const expected = await everything(cpu)
const rows = []
for (const [way, runtime] of Object.entries(ways)) {
  const actual = await everything(runtime)
  const tensors = layout.parameters.map(({ name, offset, size }) => {
    const part = (all) => all.subarray(offset, offset + size)
    return { name, ...distance(part(expected.gradients), part(actual.gradients)) }
  })
  tensors.sort((a, b) => b.rel - a.rel)
  const norm = Math.sqrt(actual.gradients.reduce((sum, g) => sum + g * g, 0))
  const row = {
    way,
    loss: actual.loss,
    norm,
    wrongTensors: tensors.filter(({ rel }) => !(rel <= 1e-4)).length,
    tensors: tensors.length,
    worst: tensors[0],
    logprob: distance(expected.logprobs, actual.logprobs),
    prefill: distance(expected.prefill, actual.prefill),
    decode: distance(expected.decode, actual.decode),
  }
  rows.push(row)
  console.log(JSON.stringify(row))
}
console.log(
  `CPU: loss ${expected.loss}, gradient norm ${Math.sqrt(expected.gradients.reduce((sum, g) => sum + g * g, 0))}`,
)
if (values.json !== undefined) await writeFile(values.json, JSON.stringify(rows))
process.exitCode = rows.at(-1).wrongTensors === 0 ? 0 : 1

async function everything(runtime) {
  const trainer = new Trainer({ runtime, config, threads, weights })
  const { loss } = await trainer.computeGradient(request)
  const logprobs = (await trainer.logprobs(request.groups, 1, weights)).flat(2)
  const gradients = await trainer.gradients()
  await trainer.release()
  const sessions = await GenerationSessions.compile({
    runtime,
    config,
    threads,
    weights: floatWeights(config, weights, false),
    servesRollouts: false,
  })
  const prompts = request.groups.slice(0, 4).map((group) => group.promptTokenIds)
  const temperatures = prompts.map(() => 1)
  const prompted = await sessions.prefill(prompts, temperatures)
  const cache = new DecodeCache(config, false)
  for (const prompt of prompted) cache.add(prompt, prompt.cache)
  const decode = await sessions.decode({ cache, tokens: prompts.map(() => 11), temperatures })
  await sessions.release()
  return {
    gradients,
    loss,
    logprobs,
    prefill: prompted.flatMap(({ probabilities }) => Array.from(probabilities)),
    decode,
  }
}
