// How many scores a second the reward server gives beside a trainer: the haiku reward, bundled as it is for slime, samples
// logged, 64 keep-alive connections from another process. Prints rates, latencies and the CPU time of server and client.
//
//   npm run --silent build && node bench/reward-server.mjs
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rewardSourceOf } from '../packages/gym/dist/training/remote/reward-source.js'

const connections = 64
const nScores = Number(process.env.SCORES ?? 15_000)
const rounds = Number(process.env.ROUNDS ?? 3)

if (process.argv[2] === 'client') await client(Number(process.argv[3]), await responses())
else await measure()

async function measure() {
  const folder = await mkdtemp(join(tmpdir(), 'gym-reward-bench-'))
  const { bundleReward, bundleRewardServer } = await import('../packages/gym/dist/training/remote/bundle-reward.js')
  const source = join(folder, 'reward.js')
  await writeFile(source, `import { haikuScorer } from 'training-gym'\nexport const reward = haikuScorer()\n`)
  const { code } = await bundleReward({ reward: rewardSourceOf(`${source}#reward`, folder) })
  await writeFile(join(folder, 'reward.mjs'), code)
  await writeFile(join(folder, 'reward-server.mjs'), await bundleRewardServer())
  const log = join(folder, 'rewards.jsonl')
  const args = ['reward-server.mjs', '--reward=reward.mjs', '--name=haiku', '--port=0', '--threads=1', `--log=${log}`]
  const server = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [ready] = await once(server.stdout.setEncoding('utf8'), 'data')
    const port = Number(/:(\d+)\n/.exec(ready)?.[1])
    const cores = `${availableParallelism()} cores, node ${process.version}`
    console.log(`${nScores} scores, ${connections} connections, haiku reward, every sample logged; ${cores}`)
    for (let round = 0; round < rounds; round++) {
      const before = await cpuSeconds(server.pid)
      const asked = fork(fileURLToPath(import.meta.url), ['client', String(port)])
      const [{ seconds, p50, p99, cpu }] = await once(asked, 'message')
      const after = await cpuSeconds(server.pid)
      const perScore = (used) => `${((used / nScores) * 1000).toFixed(3)} ms`
      const rate = `${Math.round(nScores / seconds)} scores/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
      console.log(`${rate}; CPU a score: server ${perScore(after - before)}, client ${perScore(cpu)}`)
    }
    const health = await (await fetch(`http://127.0.0.1:${port}/health`)).json()
    if (health.n !== nScores * rounds || health.errors > 0) throw new Error(`the server says ${JSON.stringify(health)}`)
    server.kill()
    await once(server, 'exit')
    const logged = (await readFile(log, 'utf8')).trimEnd().split('\n').length
    if (logged !== nScores * rounds) throw new Error(`${logged} of ${nScores * rounds} samples are in the log`)
  } finally {
    server.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

/** User and system time of all threads of a process, from its /proc entry, where a tick is a hundredth of a second. */
async function cpuSeconds(pid) {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Poems of the bundled topics file's words, three lines each, so that the dictionary is really asked. */
async function responses() {
  const topics = (await readFile(new URL('../models/tiny-poet/topics.train.txt', import.meta.url), 'utf8')).split('\n')
  const words = topics.filter((topic) => topic !== '')
  const line = (at, count) => Array.from({ length: count }, (_, i) => words[(at * 7 + i) % words.length]).join(' ')
  return Array.from({ length: 256 }, (_, at) => ({
    prompt: `<|im_start|>user\nWrite a haiku about ${words[at]}.<|im_end|>\n<|im_start|>assistant\n`,
    response: `${line(at, 3)}\n${line(at + 1, 4)}\n${line(at + 2, 3)}<|im_end|>`,
    label: { index: at, input: words[at], columns: { topic: words[at] }, messages: [] },
  }))
}

/** Asks over raw sockets: a client library would cost more than the server that it measures. */
async function client(port, bodies) {
  const requests = bodies.map((body) => {
    const text = JSON.stringify(body)
    const head = `POST /score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: `
    return Buffer.from(`${head}${Buffer.byteLength(text)}\r\n\r\n${text}`)
  })
  const latencies = new Float64Array(nScores)
  let next = 0
  const ask = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.setNoDelay(true)
      let at = -1
      let sentAt = 0
      let received = ''
      const send = () => {
        at = next++
        if (at >= nScores) {
          socket.end()
          resolve()
          return
        }
        received = ''
        sentAt = performance.now()
        socket.write(requests[at % requests.length])
      }
      socket.on('connect', send)
      socket.on('error', reject)
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1')
        const headEnd = received.indexOf('\r\n\r\n')
        if (headEnd < 0) return
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1])
        if (received.length < headEnd + 4 + length) return
        if (!received.startsWith('HTTP/1.1 200') || !received.includes('"score":')) reject(new Error(received))
        latencies[at] = performance.now() - sentAt
        send()
      })
    })
  const cpu = process.cpuUsage()
  const from = performance.now()
  await Promise.all(Array.from({ length: connections }, ask))
  const seconds = (performance.now() - from) / 1000
  const { user, system } = process.cpuUsage(cpu)
  latencies.sort()
  const quantile = (share) => latencies[Math.floor(share * (nScores - 1))]
  process.send({ seconds, p50: quantile(0.5), p99: quantile(0.99), cpu: (user + system) / 1e6 })
  process.disconnect()
}
