// Tells what rounding the weights costs: node bench/quantization.mjs [--model FOLDER] [--prompts 16] [--json FILE]
//
// Draws one haiku a prompt from the float32 model at temperature 1 and scores the same tokens under the float32 and the
// rounded models. Prints the mean log-probability of a token under each, how much of it the rounding takes (an estimate
// of the KL divergence from float32 to rounded, in nats a token), and the widest gap of a single token.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadChatTokenizer } from '../packages/engine/dist/checkpoint/chat-tokenizer.js'
import { readModelConfig } from '../packages/engine/dist/checkpoint/model-config.js'
import { floatWeights } from '../packages/engine/dist/generation/float-weights.js'
import { GenerationSessions } from '../packages/engine/dist/generation/generation-sessions.js'
import { HostTokens } from '../packages/engine/dist/generation/host-tokens.js'
import { quantizedWeights } from '../packages/engine/dist/generation/quantized-weights.js'
import { Scheduler } from '../packages/engine/dist/generation/scheduler.js'
import { loadRuntime } from '../packages/engine/dist/graph/session.js'
import { loadWeights } from '../packages/engine/dist/transformer/load-weights.js'
import { layoutParameters } from '../packages/engine/dist/transformer/parameters.js'
import { commandOf, row, writeRows } from './rows.mjs'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: fileURLToPath(new URL('../models/tiny-poet', import.meta.url)) },
    prompts: { type: 'string', default: '16' },
    threads: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
})
const topics =
  'rain,old pond,winter moon,abbey,cat,river,snow,apple,mountain,ghost,candle,train,bee,wolf,star,tea'.split(',')
const runtime = await loadRuntime()
const config = await readModelConfig(values.model)
const tokenizer = await loadChatTokenizer(values.model)
const compile = (weights) => GenerationSessions.compile({ runtime, config, threads: Number(values.threads), weights })

const floats = await loadWeights(values.model, config, layoutParameters(config).layout)
const exact = await compile(floatWeights(config, floats, false))
const scheduler = new Scheduler(config, new HostTokens(config, exact), 16, async () => tokenizer)
const texts = await Promise.all(
  topics.slice(0, Number(values.prompts)).map(async (topic, i) => {
    const system =
      'You are a haiku poet. Write a haiku about the given topic. Use the 5-7-5 syllable format across three lines.'
    const messages = [
      { role: 'system', content: system },
      { role: 'user', content: `Write a haiku about ${topic}.` },
    ]
    const promptTokenIds = tokenizer.encodeChat(messages, { addGenerationPrompt: true })
    const [sample] = await scheduler.generate({ promptTokenIds, seeds: [i], sampling: { maxNewTokens: 48 } })
    return { promptTokenIds, tokenIds: sample.tokenIds }
  }),
)

const reference = await score(exact)
const rows = []
report('float32', reference)
for (const quantization of ['int8', 'int4']) {
  const sessions = await compile(await quantizedWeights(values.model, config, quantization))
  report(quantization, await score(sessions))
  await sessions.release()
}
writeRows(values.json, rows)

/** Log-probabilities of all sampled tokens: each prefix is computed as a prompt of its own. */
async function score(sessions) {
  const scores = []
  for (const { promptTokenIds, tokenIds } of texts) {
    const prefixes = tokenIds.map((_, t) => [...promptTokenIds, ...tokenIds.slice(0, t)])
    const results = await sessions.prefill(
      prefixes,
      prefixes.map(() => 1),
    )
    results.forEach(({ probabilities }, t) => {
      scores.push(Math.log(probabilities[tokenIds[t]]))
    })
  }
  return scores
}

function report(system, scores) {
  const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length
  const gaps = scores.map((logprob, i) => reference[i] - logprob)
  const widest = Math.max(...gaps.map(Math.abs))
  console.log(
    `${system.padEnd(8)} mean log-probability ${mean(scores).toFixed(4)}, lost ${mean(gaps).toFixed(4)} nats a token, widest gap ${widest.toFixed(3)} (${scores.length} tokens)`,
  )
  const named = {
    bench: 'quantization',
    system,
    model: config.architecture,
    command: commandOf('bench/quantization.mjs'),
  }
  rows.push(row({ ...named, value: mean(scores), unit: 'mean log-probability of a token' }))
  if (system !== 'float32') rows.push(row({ ...named, value: mean(gaps), unit: 'nats lost a token' }))
}
