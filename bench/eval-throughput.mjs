// How fast an evaluation is when the endpoint is not the limit: 10,000 rows against a stand-in that answers after 20 ms, at
// concurrency 256. Prints wall time against the ideal (rows x latency / concurrency), CPU time and the peak of memory, and
// what the same requests take with bare fetch, which is the floor of this machine.
//
//   npm run --silent build && node bench/eval-throughput.mjs
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const nRows = Number(process.env.ROWS ?? 10_000)
const latencyMs = 20
const concurrency = 256

switch (process.argv[2]) {
  case 'stand-in':
    standIn()
    break
  case 'evaluation':
    await timed(evaluation)
    break
  case 'bare-fetch':
    await timed(bareFetch)
    break
  default:
    await measure()
}

/** The endpoint, in a process of its own so that its memory and time are not counted. */
function standIn() {
  const body = JSON.stringify({
    choices: [
      { index: 0, message: { role: 'assistant', content: 'old pond\na frog leaps in\nsplash' }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 20, completion_tokens: 12, total_tokens: 32 },
  })
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => setTimeout(() => response.writeHead(200, headers).end(body), latencyMs))
  })
  // On a machine that is short of time, closing connections would be measured too.
  server.keepAliveTimeout = 120_000
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit(0))
}

/** Each measurement has a process of its own, so that neither pays for the memory of the other. */
async function measure() {
  const self = fileURLToPath(import.meta.url)
  const endpoint = fork(self, ['stand-in'])
  try {
    const [port] = await once(endpoint, 'message')
    const ideal = (nRows * latencyMs) / 1000 / concurrency
    console.log(
      `${nRows} rows, ${latencyMs} ms, concurrency ${concurrency}, node ${process.version}; ideal ${ideal.toFixed(2)} s`,
    )
    for (const what of ['evaluation', 'bare-fetch']) {
      const child = fork(self, [what, `http://127.0.0.1:${port}/v1`])
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`${what} ended with exit code ${code} before it told its figures`)
      })
      const [{ seconds, cpuSeconds, peakBytes }] = await Promise.race([once(child, 'message'), ended])
      const wall = `${seconds.toFixed(2)} s, ${(seconds / ideal).toFixed(2)} x ideal`
      const cpu = `${((cpuSeconds / nRows) * 1000).toFixed(3)} ms of CPU a row`
      console.log(`${what.padEnd(10)}  ${wall}, ${cpu}, peak ${(peakBytes / 1e6).toFixed(0)} MB`)
    }
  } finally {
    endpoint.disconnect()
  }
}

async function timed(work) {
  const { evaluate, dispose } = await work(process.argv[3])
  let peakBytes = 0
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }, 20)
  const cpu = process.cpuUsage()
  const from = performance.now()
  await evaluate()
  const seconds = (performance.now() - from) / 1000
  const { user, system } = process.cpuUsage(cpu)
  clearInterval(watch)
  process.send({ seconds, cpuSeconds: (user + system) / 1e6, peakBytes })
  await dispose?.()
  process.disconnect()
}

async function evaluation(url) {
  const { connect, EvalConfig, InMemoryDataset } = await import('training-gym')
  const home = await mkdtemp(join(tmpdir(), 'gym-throughput-'))
  const rows = Array.from({ length: nRows }, (_, index) => `topic ${index}`)
  const dataset = new InMemoryDataset({ rows, promptTemplate: 'Write a haiku about {input}.' })
  const deployment = await connect({ url, servedModelName: 'stand-in' })
  // Scores that differ, so that the interval is really computed.
  const reward = ({ response, row }) => response.length + (row.index % 7)
  const config = new EvalConfig({ dataset, reward, maxConcurrency: concurrency })
  const evaluate = async () => {
    const { scored } = await config.evaluate(deployment, { home, onProgress: () => {} })
    if (scored !== nRows) throw new Error(`${scored} of ${nRows} rows were scored`)
  }
  return { evaluate, dispose: () => rm(home, { recursive: true, force: true }) }
}

/** The same requests with nothing but fetch and JSON: the floor of this machine. */
async function bareFetch(url) {
  const headers = { 'Content-Type': 'application/json' }
  let next = 0
  const ask = async () => {
    for (; next < nRows; ) {
      const messages = [{ role: 'user', content: `Write a haiku about topic ${next++}.` }]
      const body = JSON.stringify({ model: 'stand-in', messages, n: 1, seed: next })
      const response = await fetch(`${url}/chat/completions`, { method: 'POST', headers, body })
      await response.json()
    }
  }
  return { evaluate: () => Promise.all(Array.from({ length: concurrency }, ask)) }
}
