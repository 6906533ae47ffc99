// Measures generation against transformers, transformers.js and llama.cpp, on the same weights, prompts and lengths:
// node bench/generation.mjs [--model tiny-poet|135m|0.6b] [--batches 1,16,64] [--new-tokens 32] [--repeats 5] [--threads 2]
//   [--systems engine,transformers,transformers.js,llama.cpp-f32,llama.cpp-f16,engine-int8,engine-int4]
//   [--python PATH] [--peers FOLDER] [--work FOLDER] [--json FILE]
//
// Every system has a process of its own and waits while the others have their turn (A B C A B C). All decode greedily,
// so that nobody is measured by its sampler, and to the same length, past the end of the turn. The value is sampled
// tokens a second, prompts included, beside it the peak memory of the process; the ratio is the engine's value over the other's in the same round, its median.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { startWorker } from './generators/line-worker.mjs'
import { npmPeers, pythonPeers } from './peers.mjs'
import { writeRandomModel } from './random-model.mjs'
import { commandOf, medianAndRange, row, writeRows } from './rows.mjs'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'tiny-poet' },
    batches: { type: 'string', default: '1,16,64' },
    'new-tokens': { type: 'string', default: '32' },
    'prompt-tokens': { type: 'string', default: '45' },
    repeats: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    systems: { type: 'string', default: 'engine,transformers,transformers.js,llama.cpp-f32,llama.cpp-f16' },
    python: { type: 'string' },
    peers: { type: 'string' },
    work: { type: 'string' },
    json: { type: 'string' },
  },
})
const run = promisify(execFile)
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))
const [threads, repeats, newTokens, promptTokens] = ['threads', 'repeats', 'new-tokens', 'prompt-tokens'].map((name) =>
  Number(values[name]),
)
const batches = values.batches.split(',').map(Number)
const work = values.work ?? pathOf('.peers/models')
const folder = await modelFolder(values.model)
const { vocab_size: vocab } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
const generator = (name) => pathOf(`generators/${name}`)

/** How each system's process is started; what it needs is made first. */
const starters = {
  engine: () => startWorker(process.execPath, [generator('engine.mjs'), folder, `${threads}`]),
  'engine-int8': () => startWorker(process.execPath, [generator('engine.mjs'), folder, `${threads}`, 'int8']),
  'engine-int4': () => startWorker(process.execPath, [generator('engine.mjs'), folder, `${threads}`, 'int4']),
  transformers: async () =>
    startWorker(await pythonPeers(values.python), [generator('transformers_torch.py'), folder, `${threads}`]),
  'transformers.js': async () =>
    startWorker(process.execPath, [
      generator('transformers-js.mjs'),
      await npmPeers(values.peers),
      await onnxFolder(),
      `${threads}`,
    ]),
  'llama.cpp-f32': () => startLlama('f32'),
  'llama.cpp-f16': () => startLlama('f16'),
}

const systems = values.systems.split(',')
const workers = new Map()
for (const system of systems) {
  if (!(system in starters)) throw new Error(`unknown system "${system}"; choose from ${Object.keys(starters).join()}`)
  try {
    workers.set(system, await starters[system]())
  } catch (error) {
    console.log(`${system} is left out: ${lastLine(error)}`)
  }
}
const rows = []
for (const batch of batches) await measure(batch)
for (const worker of workers.values()) await worker.stop()
writeRows(values.json, rows)

async function measure(batch) {
  const rates = new Map([...workers.keys()].map((system) => [system, []]))
  const cpu = new Map([...workers.keys()].map((system) => [system, []]))
  const peaks = new Map()
  for (let i = 0; i < repeats + 1; i++) {
    const prompts = Array.from({ length: batch }, (_, b) => promptOf(i * batch + b))
    for (const [system, worker] of workers) {
      const { tokens, seconds, cpuSeconds, peakBytes } = await worker.round(prompts, newTokens)
      if (tokens !== batch * newTokens) throw new Error(`${system} gave ${tokens} tokens, not ${batch * newTokens}`)
      peaks.set(system, peakBytes)
      if (i === 0) continue // the first round allocates
      rates.get(system).push(tokens / seconds)
      cpu.get(system).push(tokens / cpuSeconds)
    }
  }
  for (const system of workers.keys()) {
    const { median, low, high } = medianAndRange(rates.get(system))
    const over = (figures) =>
      medianAndRange(figures.get('engine').map((rate, i) => rate / figures.get(system)[i])).median
    const isCompared = workers.has('engine') && system !== 'engine'
    const ratio = isCompared ? over(rates) : null
    const cpuRatio = isCompared ? over(cpu) : null
    rows.push(
      row({
        bench: `generation, batch ${batch}`,
        system,
        model: values.model,
        value: median,
        unit: 'sampled tokens/s',
        ratio,
        command: commandOf('bench/generation.mjs'),
        low,
        high,
        cpuRatio,
        peakBytes: peaks.get(system),
      }),
    )
    const compared = ratio === null ? '' : `  engine ${ratio.toFixed(2)} x (by CPU time ${cpuRatio.toFixed(2)} x)`
    const peak = `${(peaks.get(system) / 1e9).toFixed(2)} GB`
    console.log(
      `batch ${String(batch).padStart(3)}  ${system.padEnd(16)} ${median.toFixed(0)} tokens/s (${low.toFixed(0)} to ${high.toFixed(0)}), peak ${peak}${compared}`,
    )
  }
}

/** Ids spread over the vocabulary, different for every prompt, so that nobody can reuse another round's cache. */
function promptOf(index) {
  return Array.from({ length: promptTokens }, (_, i) => 3 + ((index * 7919 + i * 104_729) % (vocab - 3)))
}

async function modelFolder(model) {
  if (model === 'tiny-poet') return pathOf('../models/tiny-poet')
  const target = join(work, model)
  if (!existsSync(target)) await writeRandomModel(target, model, model === '0.6b' ? 'BF16' : 'F32')
  return target
}

async function startLlama(type) {
  const file = join(work, `${values.model}-${type}.gguf`)
  await mkdir(work, { recursive: true })
  if (!existsSync(file)) {
    await run(await pythonPeers(values.python), [pathOf('write_gguf.py'), folder, file, '--type', type])
  }
  const most = Math.max(...batches)
  const context = promptTokens + newTokens + 8
  const args = [await npmPeers(values.peers), file, threads, most, context].map(String)
  return startWorker(process.execPath, [generator('llama-cpp.mjs'), ...args])
}

/** The model as transformers.js reads it, written by the exporter of onnxruntime-genai. */
async function onnxFolder() {
  const target = join(work, `${values.model}-onnx`)
  if (existsSync(join(target, 'onnx', 'model.onnx'))) return target
  const python = await pythonPeers(values.python)
  await mkdir(target, { recursive: true })
  await run(python, [pathOf('write_onnx.py'), folder, join(target, 'onnx')], { maxBuffer: 2 ** 26 })
  for (const name of ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    await copyFile(join(folder, name), join(target, name))
  }
  return target
}

function lastLine(error) {
  const text = `${error.stderr ?? ''}`.trim() || error.message
  return text.split('\n').at(-1)
}
