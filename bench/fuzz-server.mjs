// Sends malformed and nearly right requests to a server process and checks every answer:
//   npm run build && node bench/fuzz-server.mjs [requests=10000] [seed=1]
// Each must be 2xx or 4xx with a valid body; afterwards the server must be alive with no sample in flight.
import { connect } from 'node:net'
import fc from 'fast-check'
import { fuzzedRequests, wrongWith } from '../packages/gym/dist/server/request-fuzz.test.support.js'
import { startBenchServer } from './bench-server.mjs'

const total = Number(process.argv[2] ?? 10_000)
const seed = Number(process.argv[3] ?? 1)
const concurrency = 8

const server = await startBenchServer()
const requests = fc.sample(fuzzedRequests(), { numRuns: total, seed })
const statuses = new Map()
const wrong = []
let aborted = 0
const startedAt = performance.now()

async function send({ method, path, headers, body }, index) {
  // Some clients leave in the middle: their slots must come back as well.
  const leaves = index % 25 === 0 ? new AbortController() : null
  if (leaves) setTimeout(() => leaves.abort(), index % 40)
  try {
    const response = await fetch(`${server.origin}${path}`, { method, headers, body, signal: leaves?.signal })
    const answer = await response.text()
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    const problem = wrongWith(response.status, response.headers.get('content-type') ?? '', answer)
    if (problem) wrong.push({ problem, method, path, body })
  } catch (error) {
    if (leaves?.signal.aborted) aborted++
    else wrong.push({ problem: `no answer: ${error.message} ${error.cause?.message ?? ''}`, method, path, body })
  }
}

/** Sends bytes that are hardly HTTP; whatever comes back must be a 4xx with a JSON body. */
function sendBroken(text) {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1', () => socket.end(text))
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (answer !== '' && !/^HTTP\/1\.1 4\d\d [\s\S]*"error"/.test(answer)) wrong.push({ problem: answer, body: text })
      resolve()
    })
  })
}

let next = 0
await Promise.all(
  Array.from({ length: concurrency }, async () => {
    for (let index = next++; index < requests.length; index = next++) await send(requests[index], index)
  }),
)
const head = fc.string({ maxLength: 60 }).map((line) => `POST /v1/chat/completions HTTP/1.1\r\n${line}\r\n\r\n`)
for (const text of fc.sample(fc.oneof(head, fc.string()), { numRuns: 200, seed })) await sendBroken(text)

await server.untilIdle()
const { status } = await (await fetch(`${server.origin}/health`)).json()
await server.stop()
console.log(
  JSON.stringify({
    requests: total,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    statuses: Object.fromEntries([...statuses].sort((a, b) => a[0] - b[0])),
    leftByTheClient: aborted,
    wrong: wrong.length,
    health: status,
  }),
)
for (const item of wrong.slice(0, 5)) console.log(JSON.stringify(item))
process.exitCode = wrong.length === 0 && status === 'ready' ? 0 : 1
