// Measures a whole GRPO step (sample, score, train, refresh of the sampler) against TRL on PyTorch's CPU backend:
// node bench/grpo-step.mjs [--model tiny-poet|11m|135m] [--prompts chat|plain] [--rounds 3] [--steps 2] [--threads 2]
//   [--systems gym,trl] [--python PATH] [--work FOLDER] [--json FILE]
//
// Prompts have 45 tokens: `chat` ones are a system prompt and a topic in the model's chat template, as in the haiku example,
// so that they begin alike (the gym computes that once, TRL does not); `plain` ones are words with nothing in common.
//
// Same weights, tokenizer, prompts, group size, response limit, temperature, float32, AdamW, loss (token mean, clip 0.2 and
// 0.28, advantages centred and not scaled, no KL in the loss). Each system has a process of its own and they take turns,
// `rounds` times; the first step of a process only warms it up. The value is seconds a step, the ratio TRL's over ours.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { HaikuTopics } from 'training-gym'
import { loadChatTokenizer } from '../packages/engine/dist/index.js'
import { pythonPeers } from './peers.mjs'
import { writeRandomModel } from './random-model.mjs'
import { commandOf, medianAndRange, row, writeRows } from './rows.mjs'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'tiny-poet' },
    prompts: { type: 'string', default: 'chat' },
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    systems: { type: 'string', default: 'gym,trl' },
    python: { type: 'string' },
    work: { type: 'string' },
    json: { type: 'string' },
  },
})
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))
const [rounds, steps, threads] = ['rounds', 'steps', 'threads'].map((name) => Number(values[name]))

/** Prompts of 45 tokens; the micro-batch is the largest with which TRL stays within memory on 24 GB. */
const sizes = {
  'tiny-poet': { prompts: 16, samples: 8, newTokens: 20, trlMicroBatch: 128 },
  '11m': { prompts: 16, samples: 8, newTokens: 20, trlMicroBatch: 128 },
  '135m': { prompts: 8, samples: 8, newTokens: 64, trlMicroBatch: 32 },
}
const size = sizes[values.model]
if (size === undefined) throw new Error(`no model "${values.model}"; choose one of ${Object.keys(sizes).join(', ')}`)
const model = await modelFolder(values.model)
const promptsNamed = { chat: chatPrompts, plain: plainPrompts }
if (promptsNamed[values.prompts] === undefined) throw new Error(`no prompts "${values.prompts}"; choose chat or plain`)
const texts = await promptsNamed[values.prompts](await loadChatTokenizer(model), size.prompts * (steps + 1))

const starters = {
  gym: () => [process.execPath, [pathOf('grpo/gym-steps.mjs')]],
  trl: async () => [await pythonPeers(values.python), [pathOf('grpo/trl_steps.py')]],
}
const systems = values.systems.split(',')
const seconds = new Map(systems.map((system) => [system, []]))
const firstStep = new Map(systems.map((system) => [system, []]))
const peaks = new Map(systems.map((system) => [system, []]))
for (let round = 0; round < rounds; round++) {
  for (const system of systems) {
    const [first, ...measured] = await takeSteps(system, round)
    firstStep.get(system).push(first.sinceStart)
    seconds.get(system).push(...measured.map((step) => step.seconds))
    peaks.get(system).push(Math.max(...measured.map((step) => step.peakBytes)))
    for (const step of measured) {
      const parts = step.parts ? ` ${JSON.stringify(step.parts)}` : ''
      console.log(`${system.padEnd(4)} ${step.seconds.toFixed(2)} s, ${step.responseTokens} response tokens${parts}`)
    }
  }
}
writeRows(values.json, systems.flatMap(rowsOf))

function rowsOf(system) {
  const shared = { bench: 'GRPO step', system, model: values.model, command: commandOf('bench/grpo-step.mjs') }
  const { median, low, high } = medianAndRange(seconds.get(system))
  const ours = seconds.has('gym') ? medianAndRange(seconds.get('gym')).median : null
  const ratio = ours === null || system === 'gym' ? null : median / ours
  const peak = Math.max(...peaks.get(system))
  const start = medianAndRange(firstStep.get(system)).median
  const compared = ratio === null ? '' : `, ${ratio.toFixed(1)} x the gym's`
  console.log(
    `${values.model} ${system}: ${median.toFixed(2)} s a step (${low.toFixed(2)} to ${high.toFixed(2)})${compared}; ` +
      `first step done after ${start.toFixed(1)} s; peak ${(peak / 1e9).toFixed(2)} GB`,
  )
  return [
    row({ ...shared, value: median, unit: 's', ratio, low, high }),
    row({ ...shared, bench: 'process start to first step', value: start, unit: 's' }),
    row({ ...shared, bench: 'GRPO step, peak memory', value: peak, unit: 'bytes' }),
  ]
}

async function takeSteps(system, round) {
  const folder = await mkdtemp(join(tmpdir(), 'grpo-step-'))
  try {
    const settings = { ...size, model, texts, steps: steps + 1, threads, seed: round + 1, folder }
    const [program, args] = await starters[system]()
    const child = spawn(program, [...args, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'pipe'] })
    const lines = []
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{"seconds"')) lines.push(JSON.parse(line))
    })
    let said = ''
    child.stderr.on('data', (data) => {
      said = `${said}${data}`.slice(-4000)
    })
    const [code, signal] = await new Promise((resolve) => child.once('close', (...ended) => resolve(ended)))
    if (code !== 0 || lines.length !== steps + 1)
      throw new Error(`${system} ended with code ${code}${signal ? ` (${signal})` : ''}:\n${said}`)
    return lines
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function modelFolder(name) {
  if (name === 'tiny-poet') return pathOf('../models/tiny-poet')
  const target = join(values.work ?? pathOf('.peers/models'), name)
  if (!existsSync(target)) await writeRandomModel(target, name)
  return target
}

/** Topics behind a system prompt, rendered here, of exactly 45 tokens: neither side adds a template to them. */
async function chatPrompts(tokenizer, count) {
  const system = 'You are a haiku poet. Write a haiku about the given topic. Use three lines.'
  const found = []
  for (const { input } of await new HaikuTopics().load()) {
    const messages = [
      { role: 'system', content: system },
      { role: 'user', content: `Write a haiku about ${input}.` },
    ]
    const text = tokenizer.decode(tokenizer.encodeChat(messages, { addGenerationPrompt: true }))
    if (tokenizer.encode(text).length === 45) found.push(text)
    if (found.length === count) break
  }
  return found
}

/** Texts of exactly 45 tokens, each other words. */
async function plainPrompts(tokenizer, count) {
  const words = ['rain', 'moon', 'snow', 'river', 'crow', 'tea', 'winter', 'pond', 'wind', 'lantern', 'grass', 'night']
  const found = []
  for (let i = 0; found.length < count; i++) {
    const text = Array.from({ length: 60 }, (_, at) => words[(i * 31 + at * (7 + (i % 5))) % words.length]).join(' ')
    const cut = tokenizer.decode(tokenizer.encode(`${i} ${text}`).slice(0, 45))
    if (tokenizer.encode(cut).length === 45) found.push(cut)
  }
  return found
}
