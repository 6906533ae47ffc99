// How fast an evaluation is when the endpoint is not the limit: 10,000 rows against a stand-in that answers after 20 ms, at
// concurrency 256. Prints for each of three processes its wall time, what that is of the ideal (rows x latency /
// concurrency), its CPU time a row, the endpoint's, and its peak of memory:
//
//   evaluation  EvalConfig.evaluate() from the first row to the stored result
//   again       the same a third time in one process, with its code compiled: what each further row costs
//   floor       the same requests and nothing else, by the HTTP client that the evaluation uses
//
//   npm run --silent build && node bench/eval-throughput.mjs
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const nRows = Number(process.env.ROWS ?? 10_000)
const latencyMs = 20
const concurrency = 256

const works = { evaluation, again, floor }
const work = works[process.argv[2]]
if (work === undefined) await measure()
else await timed(work)

/** Each measurement has a process of its own, so that none pays for the memory or profits from the code of another. */
async function measure() {
  const ideal = (nRows * latencyMs) / 1000 / concurrency
  console.log(
    `${nRows} rows, ${latencyMs} ms, concurrency ${concurrency}, node ${process.version}; ideal ${ideal.toFixed(2)} s`,
  )
  for (const name of Object.keys(works)) {
    const env = { ...process.env, LATENCY_MS: String(latencyMs) }
    const endpoint = fork(fileURLToPath(new URL('stand-in-endpoint.mjs', import.meta.url)), { env })
    try {
      const [port] = await once(endpoint, 'message')
      const child = fork(fileURLToPath(import.meta.url), [name, `http://127.0.0.1:${port}/v1`])
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`${name} ended with exit code ${code} before it told its figures`)
      })
      const ask = async () => {
        endpoint.send('cpu')
        return (await once(endpoint, 'message'))[0]
      }
      await Promise.race([once(child, 'message'), ended])
      const before = await ask()
      child.send('start')
      const [{ seconds, cpuSeconds, peakBytes }] = await Promise.race([once(child, 'message'), ended])
      const endpointSeconds = (await ask()) - before
      const perRow = (cpu) => ((cpu / nRows) * 1000).toFixed(3)
      console.log(
        `${name.padEnd(10)}  ${seconds.toFixed(2)} s, ${(seconds / ideal).toFixed(2)} x ideal; CPU a row: ${perRow(cpuSeconds)} ms, endpoint ${perRow(endpointSeconds)} ms; peak ${(peakBytes / 1e6).toFixed(0)} MB`,
      )
    } finally {
      endpoint.disconnect()
    }
  }
}

/** Prepares, waits for the word, works, and tells its figures. */
async function timed(prepare) {
  const { run, dispose } = await prepare(process.argv[3])
  process.send('ready')
  await once(process, 'message')
  let peakBytes = 0
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }, 20)
  const cpu = process.cpuUsage()
  const from = performance.now()
  await run()
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
  const run = async () => {
    const { scored } = await config.evaluate(deployment, { home, onProgress: () => {} })
    if (scored !== nRows) throw new Error(`${scored} of ${nRows} rows were scored`)
  }
  return { run, dispose: () => rm(home, { recursive: true, force: true }) }
}

async function again(url) {
  const prepared = await evaluation(url)
  await prepared.run()
  await prepared.run()
  return prepared
}

async function floor(url) {
  const gym = createRequire(fileURLToPath(import.meta.resolve('training-gym')))
  const { Agent } = gym('undici')
  const { origin, pathname } = new URL(`${url}/chat/completions`)
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  const ask = (index) =>
    new Promise((resolve, reject) => {
      const messages = [{ role: 'user', content: `Write a haiku about topic ${index}.` }]
      const body = JSON.stringify({ n: 1, seed: index, model: 'stand-in', messages })
      const chunks = []
      const headers = { 'Content-Type': 'application/json' }
      agent.dispatch(
        { origin, path: pathname, method: 'POST', headers, body },
        {
          onRequestStart() {},
          onResponseData: (_, chunk) => chunks.push(chunk),
          onResponseEnd: () => resolve(JSON.parse(Buffer.concat(chunks).toString())),
          onResponseError: (_, error) => reject(error),
        },
      )
    })
  let next = 0
  const work = async () => {
    while (next < nRows) await ask(next++)
  }
  const run = async () => {
    await Promise.all(Array.from({ length: concurrency }, work))
  }
  return { run }
}
