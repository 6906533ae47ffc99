import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeStandInVllm } from '../packages/gym/src/deployments/remote/write-stand-in-vllm.test.support.js'
import { type FakeHub, startFakeHub } from '../packages/gym/src/hub/fake-hub.test.server.js'
import { type RemoteWorld, startRemoteWorld } from '../packages/gym/src/training/remote/remote-runs.test.support.js'
import { writeStandInHub } from '../packages/gym/src/training/remote/stand-ins/write-stand-in-hub.test.support.js'

const main = fileURLToPath(new URL('../packages/gym/dist/cli/main.js', import.meta.url))
const fixture = fileURLToPath(new URL('../packages/engine/fixtures/qwen3-tied', import.meta.url))
const tinyPoet = fileURLToPath(new URL('../models/tiny-poet', import.meta.url))
const topics = ['rain', 'snow', 'the moon', 'a frog', 'autumn', 'a crow', 'the sea', 'a pond', 'night', 'spring']
const heldOut = ['dew', 'a cat', 'frost', 'the wind', 'a bell']

let world: RemoteWorld
let hub: FakeHub
beforeAll(async () => {
  const rows = [...topics, ...heldOut].map((keywords) => `${JSON.stringify({ keywords, text: 'a poem' })}\n`).join('')
  hub = await startFakeHub({ datasets: { 'statworx/haiku': { main: { 'train.jsonl': rows } } } })
  // Responses are as long as the bundled model's poems.
  world = await startRemoteWorld({ sandboxEnv: { STAND_IN_MAX_TOKENS: '32', STAND_IN_THREADS: '2' } })
  // What stands in for Qwen3-4B: a model that writes nonsense at once, or with GYM_TEST_POET=1 one that learns, in minutes.
  await writeStandInHub(world.bin, process.env.GYM_TEST_POET === '1' ? tinyPoet : await roomyFixture(world.folder))
  await writeStandInVllm(world.bin)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await hub[Symbol.asyncDispose]()
})

// The same file as `npm run tutorial`, with Modal, slime and vLLM replaced by stand-ins that speak their protocols.
it('runs the whole tutorial on Modal: three evaluations, two trainings, the second from a checkpoint', {
  timeout: 600_000,
}, async () => {
  const env = { ...process.env, ...world.modal.env, HF_ENDPOINT: hub.url, TRAINING_GYM_HOME: world.home }
  const child = spawn(process.execPath, [main, 'tutorial', '--compute', 'modal', '--json', 'report.json'], {
    cwd: world.folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const [code] = await once(child, 'close')
  expect(code, output.stderr).toBe(0)

  const order = [
    /Base model deployed to http/,
    /base: mean score/,
    /Checkpoint: .*\/checkpoints\/run-.*iter_0000009_hf/,
    /Trained model deployed to http/,
    /trained: mean score/,
    /Checkpoint: .*iter_0000019_hf/,
    /Newly trained model deployed to http/,
    /trained on: mean score/,
    /Try next:/,
  ].map((pattern) => output.stdout.search(pattern))
  expect(order).not.toContain(-1)
  expect([...order].sort((a, b) => a - b)).toEqual(order)
  expect(output.stderr.match(/^ *\d+\/(10|20) +-\d/gm)).toHaveLength(30)

  const report = JSON.parse(await readFile(join(world.folder, 'report.json'), 'utf8'))
  expect(report.evals.map(({ name, n }: { name: string; n: number }) => [name, n])).toEqual([
    ['base', 5],
    ['trained', 5],
    ['trained on', 5],
  ])
  expect(report.runs.map(({ checkpoints }: { checkpoints: string[] }) => checkpoints.length)).toEqual([2, 2])
  // Nothing that costs money is left behind.
  const { sandboxes } = await world.modal.state()
  expect(sandboxes.filter(({ result, name }) => result === null && name !== '')).toEqual([])
})

/** The fixture's own context is too short for the tutorial's prompts. */
async function roomyFixture(folder: string): Promise<string> {
  const copy = join(folder, 'qwen3-tied')
  await cp(fixture, copy, { recursive: true })
  const config = JSON.parse(await readFile(join(copy, 'config.json'), 'utf8'))
  await writeFile(join(copy, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 512 }))
  return copy
}
