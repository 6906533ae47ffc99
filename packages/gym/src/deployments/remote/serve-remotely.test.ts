import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { modal, ray } from '../../compute/compute.js'
import { gymVolumes } from '../../compute/gym-volumes.js'
import { type FakeModal, startFakeModal } from '../../compute/modal/fake/fake-modal.test.support.js'
import {
  type FakeModalProgram,
  startFakeModalProgram,
} from '../../compute/modal/fake/start-fake-modal-program.test.support.js'
import { HaikuTopics } from '../../datasets/haiku-topics.js'
import { GymError } from '../../errors.js'
import { EvalConfig } from '../../evals/eval-config.js'
import { TinyPoet } from '../../models/tiny-poet.js'
import { scoreHaiku } from '../../rewards/score-haiku.js'
import { forwardChat } from '../../server/dashboard/chat-forwarding.js'
import { openStore } from '../../store/open-store.js'
import { connect } from '../connect.js'
import { DeploymentConfig, type DeploymentOptions } from '../deployment-config.js'
import { EngineRecipe } from '../engine-recipe.js'
import { findDeployment } from '../find-deployment.js'
import { listDeployments, stopDeployment } from '../stored-deployments.js'
import { VllmRecipe } from '../vllm-recipe.js'
import { writeStandInVllm } from './write-stand-in-vllm.test.support.js'

const tinyPoet = fileURLToPath(new URL('../../../../../models/tiny-poet', import.meta.url))
const sampling = { chat_template_kwargs: { enable_thinking: false }, max_tokens: 24 }
const kwargs = { ...sampling, seed: 1 }

let root: string
let home: string
let plane: FakeModal
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'serve-remotely-'))
  env = { PATH: `${await writeStandInVllm(join(root, 'bin'))}:${process.env.PATH}` }
  plane = await startFakeModal({ sandboxEnv: env })
})
afterAll(async () => {
  await plane.stop()
  await rm(root, { recursive: true, force: true })
})
beforeEach(async () => {
  home = await mkdtemp(join(root, 'home-'))
  for (const [name, value] of Object.entries(plane.env)) vi.stubEnv(name, value)
})
afterEach(() => vi.unstubAllEnvs())

type Options = Omit<DeploymentOptions, 'compute' | 'model'>
const serve = (options: Options = {}, signal?: AbortSignal) =>
  new DeploymentConfig({ model: new TinyPoet(), compute: modal(), ...options }).serve({ home, signal })
const fault = (trait: string) => new VllmRecipe({ env: { STAND_IN_VLLM: trait } })
const running = () =>
  [...plane.world.sandboxes.values()].filter((one) => one.result === null && one.name.startsWith('serve-'))
const runningNames = () => running().map(({ name }) => name)
const newest = async () => {
  await using store = await openStore({ home })
  return (await store.deployments.list({ limit: 1 }))[0]!
}
async function failureOf(work: Promise<unknown>): Promise<GymError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (failure: unknown) => failure,
  )
  if (!GymError.is(error)) throw error
  return error
}

describe('serving on Modal', () => {
  it('serves a pinned engine behind a connect token, gives an evaluation real scores, streams, and stops', async () => {
    const deployment = await serve({
      appName: 'base',
      recipe: new VllmRecipe({ maxModelLen: 512 }),
      gpuPricePerHour: 2,
    })
    expect(deployment).toMatchObject({ servedModelName: 'tiny-poet', gpu: 'H100:1', costPerHour: 2 })
    const evaluation = await new EvalConfig({
      dataset: new HaikuTopics({ split: 'eval', nRows: 3 }),
      evalResponseFn: (_, response) => ({ score: scoreHaiku(response), response }),
      generateKwargs: sampling,
    }).evaluate(deployment, { home, onProgress: () => {} })
    expect(evaluation).toMatchObject({ scored: 3 })

    const body = { model: 'tiny-poet', stream: true, messages: [{ role: 'user', content: 'rain' }], ...kwargs }
    const headers = { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' }
    const url = `${deployment.url}/chat/completions`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    const pieces: string[] = []
    for await (const piece of answer.body!) pieces.push(Buffer.from(piece).toString())
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toMatch(/data: \[DONE\]\s*$/)
    expect((await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status).toBe(401)

    const sandbox = running()[0]!
    expect([...plane.world.images.keys()].join()).toContain('FROM vllm/vllm-openai:v0.13.0')
    expect(sandbox.tags).toContainEqual({ tagName: 'gym', tagValue: 'serve' })
    expect(sandbox.definition).toMatchObject({ resources: { gpuConfig: { gpuType: 'H100', count: 1 } } })
    expect(sandbox.definition.openPorts?.ports ?? []).toEqual([])
    const { mountPath } = gymVolumes.models
    const mounts = sandbox.definition.volumeMounts
    expect(mounts.find((mount) => mount.mountPath === `${plane.mountRoot}${mountPath}`)).toMatchObject({
      readOnly: true,
    })
    const log = await readFile(sandbox.logFile, 'utf8')
    for (const flag of ['"max-model-len":"512"', '"generation-config":"vllm"', '"host":"0.0.0.0"'])
      expect(log).toContain(flag)

    const record = await newest()
    expect(record).toMatchObject({ state: 'ready', appName: 'base', url: deployment.url, pid: null })
    expect(JSON.stringify(record)).not.toContain(deployment.apiKey)
    await deployment.stop()
    expect(runningNames()).toEqual([])
    expect(await newest()).toMatchObject({ state: 'stopped', error: null, stoppedAt: expect.any(Number) })
  })

  it('is found by another client, which gets a token of its own; a refused token is replaced; it is stopped from there', async () => {
    const deployment = await serve()
    const found = await findDeployment('tiny-poet', { home })
    expect(found).toMatchObject({ deploymentId: deployment.deploymentId, url: deployment.url })
    expect(found.apiKey).not.toBe(deployment.apiKey)
    const other = await connect({ url: found.url, apiKey: found.apiKey })
    expect((await other.generate('rain', kwargs)).text).toEqual((await deployment.generate('rain', kwargs)).text)

    const before = deployment.apiKey
    plane.world.tokens.clear()
    expect((await deployment.generate('rain', kwargs)).choices).toHaveLength(1)
    expect(deployment.apiKey).not.toBe(before)

    expect(await stopDeployment('latest', { home })).toMatchObject({ state: 'stopped' })
    expect(await failureOf(deployment.generate('rain', kwargs))).toMatchObject({ code: 'deployment-stopped' })
    expect(await deployment.untilEnded()).toEqual({ kind: 'stopped' })
    expect(await newest()).toMatchObject({ state: 'stopped', error: null })
    await expect(findDeployment('tiny-poet', { home })).rejects.toMatchObject({ code: 'not-served' })
  })

  it('answers the web page, which asks with a token and not with the key of this machine', async () => {
    await using _deployment = await serve()
    const { signal } = new AbortController()
    const messages = [{ role: 'user' as const, content: 'rain' }]
    const forwarding = { home, apiKey: 'key-of-this-machine', signal }
    const answer = await forwardChat(await newest(), { messages, max_tokens: 8, seed: 1 }, forwarding)
    expect(await answer.text()).toMatch(/data: \[DONE\]\s*$/)
  })

  it('ends by itself when nobody asks it anything, and not while it answers', async () => {
    // It counts from when the engine is up, which this client sees only later: on a busy machine some seconds.
    const deployment = await serve({ idleSeconds: 12 })
    // Asked without a pause for longer than the limit: it is there as long as somebody asks.
    for (const started = performance.now(); performance.now() - started < 13_000; ) {
      await deployment.generate('rain', kwargs)
    }
    expect(await deployment.untilEnded()).toEqual({ kind: 'stopped' })
    const failure = await failureOf(deployment.generate('rain', kwargs))
    expect(failure.message).toMatch(
      /ended by itself after 12 s without a request; serve it again, or give a larger idle/,
    )
    expect(await newest()).toMatchObject({ state: 'stopped', error: null })
  })

  it('says how the engine crashed at its start, with its last lines or what to change, and leaves nothing', async () => {
    const crash = await failureOf(serve({ recipe: fault('crashes-at-start') }))
    expect(crash).toMatchObject({ boundary: 'provider', code: 'not-ready' })
    expect(crash.message).toMatch(
      /ended with exit code 1 before it was ready; its last lines:[\s\S]*ValueError: the quanti/,
    )
    expect(await newest()).toMatchObject({ state: 'failed', error: crash.message })
    const memory = await failureOf(serve({ recipe: fault('lacks-memory') }))
    expect(memory).toMatchObject({ code: 'gpu-memory' })
    const slow = await failureOf(serve({ recipe: fault('never-ready'), startTimeoutMs: 1000 }))
    expect(slow.message).toContain('was not ready after 1 s')
    expect(runningNames()).toEqual([])
  })

  it('says how the engine crashed later, and lists it as failed', async () => {
    const deployment = await serve()
    const failure = await failureOf(deployment.generate('please crash', { ...kwargs, retries: 0 }))
    expect(failure).toMatchObject({ boundary: 'engine', code: 'deployment-died' })
    expect(failure.message).toMatch(
      /ended with exit code 1; serve it again; its last lines:[\s\S]*CUDA error: an illegal/,
    )
    expect((await listDeployments({ home }))[0]).toMatchObject({ state: 'failed', error: failure.message })
  })

  it('is recorded as failed when it is ended from outside the gym', async () => {
    const deployment = await serve()
    await plane.kill(`serve-${deployment.deploymentId}`)
    expect((await listDeployments({ home }))[0]).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('was ended from outside the gym (exit code 137); serve it again'),
    })
  })

  it('leaves nothing when the start is aborted', async () => {
    const controller = new AbortController()
    const starting = failureOf(serve({ recipe: fault('never-ready') }, controller.signal))
    await vi.waitUntil(() => running().length === 1, { timeout: 20_000 })
    controller.abort()
    expect(await starting).toMatchObject({ boundary: 'interrupted' })
    expect(runningNames()).toEqual([])
    expect(await newest()).toMatchObject({ state: 'failed' })
  })

  it('can be stopped from elsewhere while it starts', async () => {
    const starting = failureOf(serve({ recipe: fault('never-ready') }))
    await vi.waitUntil(() => running().length === 1, { timeout: 20_000 })
    expect(await stopDeployment('latest', { home })).toMatchObject({ state: 'stopped' })
    expect(await starting).toMatchObject({ code: 'deployment-stopped' })
    expect(await newest()).toMatchObject({ state: 'stopped', error: null })
  })

  it('opens its port to the internet only behind a key, and only for /v1 and /health', async () => {
    const key = 'a-key-of-someone-1'
    // The tunnel of the stand-in speaks plain HTTP.
    const plain: typeof fetch = (input, init) => fetch(String(input).replace(/^https:/, 'http:'), init)
    const config = new DeploymentConfig({ model: new TinyPoet(), compute: modal(), publicApiKey: key })
    const deployment = await config.serve({ home, fetch: plain })
    expect((await deployment.generate('rain', kwargs)).choices).toHaveLength(1)
    const status = async (path: string, apiKey?: string) => {
      const headers = apiKey === undefined ? undefined : { authorization: `Bearer ${apiKey}` }
      return (await plain(`${new URL(deployment.url).origin}${path}`, { headers })).status
    }
    expect(await status('/health')).toBe(200)
    expect(await status('/v1/models', key)).toBe(200)
    expect([await status('/v1/models'), await status('/v1/models', `${key}x`)]).toEqual([401, 401])
    for (const path of ['/metrics', '/invocations', '/v1/../metrics', '/v1/%2e%2e/metrics', '/v1x', '/pause']) {
      expect([path, await status(path, key)]).toEqual([path, 404])
    }
    const sandbox = running()[0]!
    expect(JSON.stringify([sandbox.definition.entrypointArgs, sandbox.environment, await newest()])).not.toContain(key)
    await deployment.stop()
  })

  it('refuses what does not go together, in one sentence', async () => {
    expect(await failureOf(serve({ recipe: new EngineRecipe() }))).toMatchObject({ code: 'bad-options' })
    expect((await failureOf(serve({ port: 8000 }))).message).toContain('leave port out')
    const onRay = new DeploymentConfig({ model: 'qwen3-4b', compute: ray({ address: 'http://127.0.0.1:8265' }) })
    expect((await failureOf(onRay.serve({ home }))).message).toMatch(/start vLLM on the cluster .* connect\(\{ url/)
    const here = new DeploymentConfig({ model: new TinyPoet(), idleSeconds: 3 })
    expect((await failureOf(here.serve({ home }))).message).toContain('idleSeconds is for servers on modal()')
    const path = { trainingRunId: 'run-1', rolloutId: 4, name: 'iter_0000004', path: '/x', createdAt: 0 }
    const checkpoint = { ...path, volume: { compute: ray({ address: 'http://h:1' }), name: 'v', path: 'x' } }
    expect((await failureOf(serve({ checkpoint }))).message).toContain(
      'lies on ray and is to be served on modal; download',
    )
    expect(runningNames()).toEqual([])
  })

  it('serves a checkpoint that lies on the volume, and one of this machine', async () => {
    const { name } = gymVolumes.checkpoints.mount
    await using host = await (await import('../../compute/modal/modal-host.js')).openModalHost(
      modal({ mountRoot: plane.mountRoot }),
    )
    const files = [
      'config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'model.safetensors',
      'generation_config.json',
    ]
    const folder = 'run-1/iter_0000004_hf'
    const put = files.map((file) => ({ path: `${folder}/${file}`, localPath: join(tinyPoet, file) }))
    await host.volume(name).put([...put, { path: `${folder}/model.safetensors.index.json`, content: '{}' }])
    const volume = { compute: modal(), name, path: folder }
    const path = `${plane.mountRoot}${gymVolumes.checkpoints.mountPath}/${folder}`
    const checkpoint = { trainingRunId: 'run-1', rolloutId: 4, name: 'iter_0000004', path, createdAt: 0, volume }
    await using trained = await serve({ checkpoint })
    expect(trained).toMatchObject({ servedModelName: 'tiny-poet@iter_0000004', modelPath: path })
    expect((await trained.generate('rain', kwargs)).choices).toHaveLength(1)
    const missing = { ...checkpoint, path: path.replace('iter', 'ite') }
    expect(await failureOf(serve({ checkpoint: missing }))).toMatchObject({ code: 'no-such-checkpoint' })
  })
})

describe('a server and the client that started it', () => {
  let alone: FakeModalProgram
  beforeAll(async () => {
    alone = await startFakeModalProgram({ sandboxEnv: env })
  })
  afterAll(() => alone.stop())
  beforeEach(() => {
    for (const [name, value] of Object.entries(alone.env)) vi.stubEnv(name, value)
  })
  const left = async () => (await alone.state()).sandboxes.filter(({ result, name }) => result === null && name !== '')

  it('goes on when the client is killed with -9, and is found again', async () => {
    const module = (path: string) => JSON.stringify(new URL(`../../../dist/${path}`, import.meta.url).href)
    const script = `import { DeploymentConfig } from ${module('deployments/deployment-config.js')}
      const options = { model: 'tiny-poet', compute: { kind: 'modal' }, appName: 'left' }
      await new DeploymentConfig(options).serve({ home: ${JSON.stringify(home)} })
      console.log('up')
      setInterval(() => {}, 1000)`
    const args = ['--input-type=module', '-e', script]
    const client = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(createInterface({ input: client.stdout }), 'line')
    client.kill('SIGKILL')
    const { url, apiKey, servedModelName } = await findDeployment('left', { home })
    const again = await connect({ url, apiKey, servedModelName })
    expect((await again.generate('rain', kwargs)).choices).toHaveLength(1)
    expect(await stopDeployment('left', { home })).toMatchObject({ state: 'stopped' })
    expect(await left()).toEqual([])
  })

  it('is started, listed with its cost, talked to and stopped from the command line', async () => {
    const serving = ['serve', 'tiny-poet', '--compute', 'modal', '--detach', '--idle-seconds', '60', '--json']
    const { url, token, deploymentId } = JSON.parse(await cli(serving))
    expect(await connect({ url, apiKey: token })).toMatchObject({ servedModelName: 'tiny-poet' })
    const listed = await cli(['deployments'])
    expect(listed).toMatch(/GPUs +cost/)
    expect(listed).toMatch(new RegExp(`${deploymentId} +ready +tiny-poet +http.* H100:1 +\\$0\\.0\\d`))
    // The key of this machine's own deployments opens nothing elsewhere, and must not stand in for the token.
    vi.stubEnv('TRAINING_GYM_API_KEY', 'key-of-this-machine')
    const talked = await cli(['chat', 'latest', '--max-tokens', '8', '--json'], 'rain\n')
    expect(JSON.parse(talked.trim().split('\n')[0]!)).toBeTypeOf('object')
    expect(await cli(['deployments', 'stop', 'latest'])).toContain(`${deploymentId} (tiny-poet) is stopped`)
    expect(await left()).toEqual([])
  })
})

/** Runs a command line that must succeed, and returns what it writes. */
async function cli(args: readonly string[], input = ''): Promise<string> {
  const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, ...args, '--home', home], { stdio: ['pipe', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => {
    output.stdout += part
  })
  child.stderr.on('data', (part) => {
    output.stderr += part
  })
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  expect([code, code === 0 ? '' : output.stderr]).toEqual([0, ''])
  return output.stdout
}
