import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const pathOf = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** Starts a server process over TinyPoet on a free port; it ends with this process. */
export async function startBenchServer(...args) {
  const entry = pathOf('packages/gym/dist/server/serve-main.js')
  const model = ['--model-path', pathOf('models/tiny-poet'), '--served-model-name', 'tiny']
  const child = spawn(process.execPath, [entry, ...model, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const [line] = await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once('line', (text) => resolve([text]))),
    exited.then((code) => [`{"event":"failed","message":"ended with code ${code}"}`]),
  ])
  const event = JSON.parse(line)
  if (event.event !== 'ready') throw new Error(event.message)
  const origin = event.url.replace('/v1', '')
  const gauges = async () => {
    const text = await (await fetch(`${origin}/metrics`)).text()
    return new Map(
      [...text.matchAll(/^training_gym_(samples_in_flight|samples_waiting|slots_in_use) (\d+)$/gm)].map((m) => [
        m[1],
        +m[2],
      ]),
    )
  }
  return {
    origin,
    url: event.url,
    pid: event.pid,
    /** Waits until nothing runs or waits; throws when that does not happen, which is a leak. */
    async untilIdle() {
      for (let tries = 0; tries < 100; tries++) {
        const now = await gauges()
        if ([...now.values()].every((value) => value === 0)) return
        await delay(100)
      }
      throw new Error(`samples are still in flight: ${JSON.stringify([...(await gauges())])}`)
    },
    async stop() {
      child.stdin.end()
      await exited
    },
  }
}
