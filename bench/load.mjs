// Streams many chats at once from a server process and compares each with what its seed gives alone:
//   npm run build && node bench/load.mjs [--chats 256] [--minutes 0] [--alone 256]
// Prints one JSON line: answers lost or different, tokens per second against the engine's own batched generation of
// the same prompts, time to first token, and the memory of the server (with --minutes, at the start and the end).
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Engine } from '../packages/engine/dist/index.js'
import { startBenchServer } from './bench-server.mjs'

const text = { type: 'string' }
const { values } = parseArgs({ options: { chats: text, minutes: text, alone: text } })
const chats = Number(values.chats ?? 256)
const minutes = Number(values.minutes ?? 0)
const alone = Math.min(chats, Number(values.alone ?? chats))

const topics = ['rain', 'the moon', 'a frog', 'snow', 'an old pond', 'the long winter evening', 'tea', 'a crow']
const messagesOf = (index) => [{ role: 'user', content: `Write a haiku about ${topics[index % topics.length]}.` }]

/** Tokens per second of the engine by itself, the same prompts at once. */
async function engineRate() {
  const modelPath = fileURLToPath(new URL('../models/tiny-poet', import.meta.url))
  const engine = await Engine.open({ modelPath })
  const requests = Array.from({ length: chats }, (_, index) => ({
    promptTokenIds: engine.tokenizer.encodeChat(messagesOf(index), { addGenerationPrompt: true }),
    seeds: [index],
    sampling: { maxNewTokens: 48 },
  }))
  const run = async () => {
    const startedAt = performance.now()
    const samples = (await Promise.all(requests.map((request) => engine.generate(request)))).flat()
    return samples.reduce((sum, sample) => sum + sample.tokenIds.length, 0) / ((performance.now() - startedAt) / 1000)
  }
  await run()
  const rates = [await run(), await run()]
  await engine.close()
  return Math.max(...rates)
}

const fromEngine = await engineRate()
const server = await startBenchServer()
const agent = new Agent({ keepAlive: true, maxSockets: chats })

/** Streams one chat. What came is only kept here and read after the round: the client shares the cores it measures. */
function chat(index) {
  const startedAt = performance.now()
  const body = JSON.stringify({
    model: 'tiny',
    messages: messagesOf(index),
    seed: index,
    stream: true,
    stream_options: { include_usage: true },
  })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/chat/completions`, { agent, method: 'POST', headers, timeout: 120_000 })
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error('no answer for 120 s')))
    sent.on('response', (response) => {
      const parts = []
      let firstMs = null
      response.on('data', (part) => {
        parts.push(part)
        // The first chunk of a stream only names the role.
        if (parts.length === 2) firstMs = performance.now() - startedAt
      })
      response.on('error', reject)
      response.on('end', () => resolve({ text: () => Buffer.concat(parts).toString(), firstMs }))
    })
    sent.end(body)
  })
}

/** Reads the events of one answer. */
function answerIn({ text, firstMs }) {
  let said = ''
  let tokens = 0
  let reason = null
  const frames = text()
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: {'))
  for (const { choices, usage } of frames.map((frame) => JSON.parse(frame.slice(6)))) {
    said += choices[0]?.delta.content ?? ''
    reason = choices[0]?.finish_reason ?? reason
    tokens = usage?.completion_tokens ?? tokens
  }
  return { said, tokens, firstMs, isWhole: reason !== null && tokens > 0 && text().endsWith('data: [DONE]\n\n') }
}

async function round() {
  const startedAt = performance.now()
  const settled = await Promise.allSettled(Array.from({ length: chats }, (_, index) => chat(index)))
  const seconds = (performance.now() - startedAt) / 1000
  for (const { reason } of settled) if (reason) console.error(`lost: ${reason.code ?? ''} ${reason.message}`)
  const answers = settled.map((result) => (result.status === 'fulfilled' ? answerIn(result.value) : null))
  const tokens = answers.reduce((sum, answer) => sum + (answer?.tokens ?? 0), 0)
  return { answers, tokensPerSecond: tokens / seconds }
}

/** Resident memory of the server, MB; null where there is no /proc. */
async function residentMb() {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8').catch(() => '')
  const kib = /^VmRSS:\s+(\d+)/m.exec(status)?.[1]
  return kib === undefined ? null : Math.round(kib / 1024)
}

await round()
const residentAtStart = await residentMb()
const { answers, tokensPerSecond } = await round()
const firsts = answers.flatMap((answer) => (answer ? [answer.firstMs] : [])).sort((a, b) => a - b)
const quantile = (share) => Math.round(firsts[Math.min(firsts.length - 1, Math.floor(share * firsts.length))] ?? NaN)

let different = 0
for (let index = 0; index < alone; index++) if (answerIn(await chat(index)).said !== answers[index]?.said) different++

let rounds = 2
let changed = 0
const until = performance.now() + minutes * 60_000
while (performance.now() < until) {
  const again = await round()
  again.answers.forEach((answer, index) => {
    if (answer?.said !== answers[index]?.said) changed++
  })
  rounds++
}
await server.untilIdle()
const residentAtEnd = await residentMb()
await server.stop()
agent.destroy()

const lost = answers.filter((answer) => !answer?.isWhole).length
console.log(
  JSON.stringify({
    chats,
    lost,
    comparedWithAlone: alone,
    different,
    rounds,
    changedBetweenRounds: changed,
    serverTokensPerSecond: Math.round(tokensPerSecond),
    engineTokensPerSecond: Math.round(fromEngine),
    share: Number((tokensPerSecond / fromEngine).toFixed(2)),
    firstTokenMs: { p50: quantile(0.5), p99: quantile(0.99) },
    residentMb: { start: residentAtStart, end: residentAtEnd },
  }),
)
process.exitCode = lost === 0 && different === 0 && changed === 0 ? 0 : 1
