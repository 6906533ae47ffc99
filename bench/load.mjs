// Streams many chats at once from a server process and compares each with what its seed gives alone:
//   npm run build && node bench/load.mjs [--chats 256] [--rounds 5] [--minutes 0] [--alone 256] [--delay-ms 150]
// A round asks the engine by itself, in a thread of this process, and then the server for the same answers at once;
// the share is the second rate over the first, median and range over the rounds. Prints one JSON line: answers lost,
// mixed up or different, rates, time to first token, reads an answer, CPU time a token, and the memory of the server
// (with --minutes, at the start and the end).
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Engine } from '../packages/engine/dist/index.js'
import { startBenchServer } from './bench-server.mjs'
import { createStreamClient, eventsIn } from './stream-client.mjs'

const text = { type: 'string' }
const { values } = parseArgs({ options: { chats: text, rounds: text, minutes: text, alone: text, 'delay-ms': text } })
const chats = Number(values.chats ?? 256)
const measured = Number(values.rounds ?? 5)
const minutes = Number(values.minutes ?? 0)
const alone = Math.min(chats, Number(values.alone ?? chats))
const delay = values['delay-ms'] === undefined ? [] : ['--max-stream-delay-ms', values['delay-ms']]

const topics = ['rain', 'the moon', 'a frog', 'snow', 'an old pond', 'the long winter evening', 'tea', 'a crow']
const messagesOf = (index) => [{ role: 'user', content: `Write a haiku about ${topics[index % topics.length]}.` }]

const engine = await Engine.open({ modelPath: fileURLToPath(new URL('../models/tiny-poet', import.meta.url)) })
const server = await startBenchServer(...delay)
const clients = Array.from({ length: chats }, () => createStreamClient(`${server.url}/chat/completions`))

/** Tokens per second of the engine by itself, the same prompts at once. */
async function engineRound() {
  const requests = Array.from({ length: chats }, (_, index) => ({
    promptTokenIds: engine.tokenizer.encodeChat(messagesOf(index), { addGenerationPrompt: true }),
    seeds: [index],
    sampling: { maxNewTokens: 48 },
  }))
  const startedAt = performance.now()
  const samples = (await Promise.all(requests.map((request) => engine.generate(request)))).flat()
  return samples.reduce((sum, sample) => sum + sample.tokenIds.length, 0) / ((performance.now() - startedAt) / 1000)
}

/** Streams one chat. */
async function chat(index) {
  const startedAt = performance.now()
  const pieces = await clients[index].post({
    model: 'tiny',
    messages: messagesOf(index),
    seed: index,
    stream: true,
    stream_options: { include_usage: true },
  })
  return { startedAt, pieces }
}

/** Reads the events of one answer. */
function answerIn({ startedAt, pieces }) {
  let said = ''
  let tokens = 0
  let reason = null
  let firstMs = null
  const ids = new Set()
  const events = eventsIn(pieces)
  const isWhole = events.pop()?.data === '[DONE]'
  for (const { data, at } of events) {
    const { id, choices, usage } = JSON.parse(data)
    const content = choices[0]?.delta.content ?? ''
    if (content !== '') firstMs ??= at - startedAt
    ids.add(id)
    said += content
    reason = choices[0]?.finish_reason ?? reason
    tokens = usage?.completion_tokens ?? tokens
  }
  return { said, tokens, firstMs, ids, pieces: pieces.length, isWhole: isWhole && reason !== null && tokens > 0 }
}

/** CPU time so far, milliseconds: the server's main thread (null where there is no /proc), and this process. */
async function cpuMs() {
  const { user, system } = process.cpuUsage()
  const line = await readFile(`/proc/${server.pid}/task/${server.pid}/schedstat`, 'utf8').catch(() => null)
  return { serverMain: line === null ? null : Number(line.split(' ')[0]) / 1e6, client: (user + system) / 1000 }
}

async function serverRound() {
  const before = await cpuMs()
  const startedAt = performance.now()
  const settled = await Promise.allSettled(clients.map((_, index) => chat(index)))
  const seconds = (performance.now() - startedAt) / 1000
  const after = await cpuMs()
  for (const { reason } of settled) if (reason) console.error(`lost: ${reason.message}`)
  const answers = settled.map((result) => (result.status === 'fulfilled' ? answerIn(result.value) : null))
  const tokens = answers.reduce((sum, answer) => sum + (answer?.tokens ?? 0), 0)
  const perToken = (name) => (before[name] === null ? null : ((after[name] - before[name]) * 1000) / tokens)
  return { answers, rate: tokens / seconds, serverMain: perToken('serverMain'), client: perToken('client') }
}

/** Resident memory of the server, MB; null where there is no /proc. */
async function residentMb() {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8').catch(() => '')
  const kib = /^VmRSS:\s+(\d+)/m.exec(status)?.[1]
  return kib === undefined ? null : Math.round(kib / 1024)
}

const sorted = (numbers) => numbers.filter((value) => value !== null).sort((a, b) => a - b)
const quantile = (numbers, share) => {
  const from = sorted(numbers)
  return from[Math.min(from.length - 1, Math.floor(share * from.length))] ?? null
}
const rounded = (value, digits = 0) => (value === null ? null : Number(value.toFixed(digits)))
const spread = (numbers, digits = 0) => ({
  median: rounded(quantile(numbers, 0.5), digits),
  range: [0, 1].map((share) => rounded(quantile(numbers, share), digits)),
})

// Both sides compile their hot code before they are measured.
for (let i = 0; i < 2; i++) {
  await engineRound()
  await serverRound()
}
const residentAtStart = await residentMb()
const results = []
for (let i = 0; i < measured; i++) results.push({ engine: await engineRound(), ...(await serverRound()) })
await engine.close()

const answers = results[0].answers
const lost = results.flatMap((result) => result.answers).filter((answer) => !answer?.isWhole).length
// Every event carries the id of its answer: two ids in one answer, or one in two, would be a mix-up.
const seen = new Set()
let mixedUp = 0
for (const { ids } of results.flatMap((result) => result.answers.filter((answer) => answer !== null))) {
  const [id] = ids
  if (ids.size !== 1 || seen.has(id)) mixedUp++
  seen.add(id)
}

let different = 0
for (let index = 0; index < alone; index++) if (answerIn(await chat(index)).said !== answers[index]?.said) different++

let rounds = measured + 2
let changed = 0
const countChanged = (again) => {
  changed += again.filter((answer, index) => answer?.said !== answers[index]?.said).length
}
for (const result of results.slice(1)) countChanged(result.answers)
const until = performance.now() + minutes * 60_000
while (performance.now() < until) {
  countChanged((await serverRound()).answers)
  rounds++
}
await server.untilIdle()
const residentAtEnd = await residentMb()
await server.stop()
for (const client of clients) client.close()

const firsts = results.flatMap((result) => result.answers.flatMap((answer) => (answer ? [answer.firstMs] : [])))
console.log(
  JSON.stringify({
    chats,
    lost,
    mixedUp,
    comparedWithAlone: alone,
    different,
    rounds,
    changedBetweenRounds: changed,
    serverTokensPerSecond: spread(results.map((result) => result.rate)),
    engineTokensPerSecond: spread(results.map((result) => result.engine)),
    share: spread(
      results.map((result) => result.rate / result.engine),
      2,
    ),
    firstTokenMs: { p50: rounded(quantile(firsts, 0.5)), p99: rounded(quantile(firsts, 0.99)) },
    readsPerAnswer: rounded(
      quantile(
        answers.flatMap((answer) => (answer ? [answer.pieces] : [])),
        0.5,
      ),
    ),
    cpuMicrosecondsPerToken: {
      serverMain: rounded(
        quantile(
          results.map((result) => result.serverMain),
          0.5,
        ),
      ),
      client: rounded(
        quantile(
          results.map((result) => result.client),
          0.5,
        ),
      ),
    },
    residentMb: { start: residentAtStart, end: residentAtEnd },
  }),
)
process.exitCode = lost + mixedUp + different + changed === 0 ? 0 : 1
