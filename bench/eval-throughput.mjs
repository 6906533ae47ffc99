// How fast an evaluation is when the endpoint is not the limit: 10,000 rows against a stand-in that answers after 20 ms, at
// concurrency 256. Each of three works is done three times in a process of its own. Told are the first time (cold: no code
// is compiled) and the third (warm): wall time, what that is of the ideal (rows x latency / concurrency), CPU time a row of
// the process and of its endpoint, and the peak of memory:
//
//   evaluation    EvalConfig.evaluate() from the first row to the stored result
//   without HTTP  the same over a deployment in the process that answers after 20 ms: what asking for rows, scoring,
//                 storing and summing up take by themselves
//   requests      the requests of the evaluation and nothing else, by the HTTP client that it uses
//
//   npm run --silent build && node bench/eval-throughput.mjs
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterLatency } from './after-latency.mjs'

const nRows = Number(process.env.ROWS ?? 10_000)
const latencyMs = 20
const concurrency = 256
const ideal = (nRows * latencyMs) / 1000 / concurrency

const works = { evaluation, 'without HTTP': withoutHttp, requests }
const work = works[process.argv[2]]
if (work === undefined) await measure()
else await timed(work)

/** Each work has a process of its own, so that none pays for the memory or profits from the code of another. */
async function measure() {
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
      const answerOf = async (other, question) => {
        other.send(question)
        return (await Promise.race([once(other, 'message'), ended]))[0]
      }
      await Promise.race([once(child, 'message'), ended])
      for (const state of ['cold', undefined, 'warm']) {
        const before = await answerOf(endpoint, 'cpu')
        const figures = await answerOf(child, 'run')
        const endpointSeconds = (await answerOf(endpoint, 'cpu')) - before
        if (state !== undefined) tell(name, state, { ...figures, endpointSeconds })
      }
      child.disconnect()
    } finally {
      endpoint.disconnect()
    }
  }
}

function tell(name, state, { seconds, cpuSeconds, endpointSeconds, peakBytes }) {
  const wall = `${seconds.toFixed(2)} s, ${(seconds / ideal).toFixed(2)} x ideal`
  const perRow = (cpu) => ((cpu / nRows) * 1000).toFixed(3)
  const cpu = `CPU a row ${perRow(cpuSeconds)} ms, endpoint ${perRow(endpointSeconds)} ms`
  console.log(`${name.padEnd(12)}  ${state}  ${wall}; ${cpu}; peak ${(peakBytes / 1e6).toFixed(0)} MB`)
}

/** Prepares, works at every word, and tells the figures each time. */
async function timed(prepare) {
  const { run, dispose } = await prepare(process.argv[3])
  process.on('message', async () => {
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
  })
  process.send('ready')
  await once(process, 'disconnect')
  await dispose?.()
}

async function evaluation(url) {
  const { connect } = await import('training-gym')
  return await evaluationOf(await connect({ url, servedModelName: 'stand-in' }))
}

async function withoutHttp(url) {
  const later = afterLatency(latencyMs)
  const choice = { text: 'old pond\na frog leaps in\nsplash', finishReason: 'stop' }
  const generation = { ...choice, choices: [choice], usage: { promptTokens: 20, completionTokens: 12 } }
  return await evaluationOf({
    deploymentId: 'in-process',
    url,
    appName: 'stand-in',
    servedModelName: 'stand-in',
    modelPath: null,
    generate: () => new Promise((resolve) => later(() => resolve(generation))),
  })
}

async function evaluationOf(deployment) {
  const { EvalConfig, InMemoryDataset } = await import('training-gym')
  const home = await mkdtemp(join(tmpdir(), 'gym-throughput-'))
  const rows = Array.from({ length: nRows }, (_, index) => `topic ${index}`)
  const dataset = new InMemoryDataset({ rows, promptTemplate: 'Write a haiku about {input}.' })
  // Scores that differ, so that the interval is really computed.
  const reward = ({ response, row }) => response.length + (row.index % 7)
  const config = new EvalConfig({ dataset, reward, maxConcurrency: concurrency })
  const run = async () => {
    const { scored } = await config.evaluate(deployment, { home, onProgress: () => {} })
    if (scored !== nRows) throw new Error(`${scored} of ${nRows} rows were scored`)
  }
  return { run, dispose: () => rm(home, { recursive: true, force: true }) }
}

async function requests(url) {
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
  const run = async () => {
    let next = 0
    const work = async () => {
      while (next < nRows) await ask(next++)
    }
    await Promise.all(Array.from({ length: concurrency }, work))
  }
  return { run }
}
