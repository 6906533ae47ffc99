import { cp, mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { untilGone } from '../compute/until-gone.test.support.js'
import { GymError } from '../errors.js'
import type { ProgressEvent } from '../progress.js'
import { listen } from '../server/listen.js'
import { openStore } from '../store/open-store.js'
import { isProcessAlive } from '../store/process-liveness.js'
import { DeploymentConfig, type DeploymentOptions } from './deployment-config.js'
import { EngineRecipe } from './engine-recipe.js'
import { LocalModelDeployment } from './local-model-deployment.js'
import { listDeployments, stopDeployment } from './stored-deployments.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'deployments-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

async function serve(options: Partial<DeploymentOptions> = {}, signal?: AbortSignal): Promise<LocalModelDeployment> {
  const recipe = new EngineRecipe({ threads: 1 })
  const deployment = await new DeploymentConfig({ model: tinyPoet, recipe, ...options }).serve({ home, signal })
  if (!(deployment instanceof LocalModelDeployment)) throw new Error('served somewhere else')
  return deployment
}

async function recordOf(deploymentId: string) {
  await using store = await openStore({ home })
  return await store.deployments.get(deploymentId)
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const probe = await listen(0, () => new Response())
  await probe.close()
  return Number(new URL(probe.origin).port)
}

async function newest() {
  await using store = await openStore({ home })
  return (await store.deployments.list({ limit: 1 })).at(0)
}

const failureOf = async (work: Promise<unknown>): Promise<GymError> => {
  const error = await work.then(
    () => new Error('it did not fail'),
    (failure: unknown) => failure,
  )
  if (!GymError.is(error)) throw error
  return error
}

describe('DeploymentConfig', () => {
  it('serves a model in a process of its own, answers, is recorded, and stops', async () => {
    const events: ProgressEvent[] = []
    const config = new DeploymentConfig({ model: tinyPoet, appName: 'poems', servedModelName: 'tiny-poet' })
    const deployment = await config.serve({ home, onProgress: (event) => events.push(event) })
    expect(deployment).toMatchObject({ appName: 'poems', servedModelName: 'tiny-poet', modelPath: tinyPoet })
    expect(events).toMatchObject([
      { kind: 'serve-start', model: 'tiny-poet' },
      { kind: 'serve-ready', url: deployment.url },
    ])
    const record = await recordOf(deployment.deploymentId)
    expect(record).toMatchObject({ state: 'ready', url: deployment.url, isDetached: false, error: null })
    expect(record?.pid).not.toBe(process.pid)

    await deployment.waitUntilReady()
    const prompt = 'Write a haiku about rain.'
    const generation = await deployment.generate(prompt, { seed: 3, n: 2 })
    expect(generation.choices).toHaveLength(2)
    expect(generation.usage.promptTokens).toBeGreaterThan(0)
    const client = new OpenAI({ baseURL: deployment.url, apiKey: 'none' })
    const messages = [{ role: 'user' as const, content: prompt }]
    const answer = await client.chat.completions.create({ model: 'tiny-poet', messages, seed: 3, n: 2 })
    expect(answer.choices.map((choice) => choice.message.content)).toEqual(generation.choices.map(({ text }) => text))

    await deployment.stop()
    await deployment.stop()
    expect(isProcessAlive(record!.pid!)).toBe(false)
    expect(await recordOf(deployment.deploymentId)).toMatchObject({ state: 'stopped', error: null })
    expect(await failureOf(deployment.generate(prompt))).toMatchObject({ code: 'deployment-stopped' })
  })

  it('serves with rounded weights when asked, near the distribution of the others', async () => {
    const firstLogprob = async (recipe: EngineRecipe) => {
      await using deployment = await serve({ recipe, servedModelName: 'tiny' })
      const client = new OpenAI({ baseURL: deployment.url, apiKey: 'none' })
      const messages = [{ role: 'user' as const, content: 'Write a haiku about rain.' }]
      const options = { model: 'tiny', messages, temperature: 0, max_tokens: 1, logprobs: true }
      const { choices } = await client.chat.completions.create(options)
      return choices[0]?.logprobs?.content?.[0]?.logprob as number
    }
    const exact = await firstLogprob(new EngineRecipe({ threads: 1 }))
    const rounded = await firstLogprob(new EngineRecipe({ threads: 1, quantization: 'int8' }))
    expect(rounded).not.toBe(exact)
    expect(Math.abs(rounded - exact)).toBeLessThan(0.1)
  })

  it('names a checkpoint after its model and folder', async () => {
    const folder = join(home, 'iter_0000004')
    await cp(tinyPoet, folder, { recursive: true, filter: (path) => !path.includes('pretrain') })
    const checkpoint = { trainingRunId: 'run', rolloutId: 4, name: 'iter_0000004', path: folder, createdAt: 0 }
    await using deployment = await serve({ model: { name: 'tiny', resolve: async () => tinyPoet }, checkpoint })
    expect(deployment).toMatchObject({ servedModelName: 'tiny@iter_0000004', modelPath: folder })
  })

  it('refuses mistyped options in one sentence', async () => {
    const mistyped = { model: tinyPoet, servedModel: 'x' }
    expect(() => new DeploymentConfig(mistyped)).toThrow(
      'unknown option "servedModel" of DeploymentConfig; did you mean "servedModelName"?',
    )
    expect(() => new DeploymentConfig({ model: tinyPoet, port: 70_000 })).toThrow('must be at most 65535, got 70000')
    expect(() => new EngineRecipe({ threads: 0 })).toThrow('option "threads" of EngineRecipe must be at least 1, got 0')
    const unknown = { quantization: 'int3' as 'int8' }
    expect(() => new EngineRecipe(unknown)).toThrow(/option "quantization" of EngineRecipe .*int8.*int4/)
  })

  it('says what is wrong with a model folder, without a stack', async () => {
    const missing = await failureOf(serve({ checkpoint: join(home, 'nothing') }))
    expect(missing).toMatchObject({ boundary: 'config', code: 'no-model-folder' })
    expect(missing.message).toContain('nothing does not exist; give a Hugging Face folder')

    const folder = join(home, 'cut')
    await cp(tinyPoet, folder, { recursive: true, filter: (path) => !path.includes('pretrain') })
    await truncate(join(folder, 'model.safetensors'), 100_000)
    const cut = await failureOf(serve({ checkpoint: folder }))
    expect(cut).toMatchObject({ boundary: 'config', code: 'bad-checkpoint' })
    expect(cut.message).toContain('model.safetensors')
    expect(cut.message).not.toContain('\n')
    const record = await newest()
    expect(record).toMatchObject({ state: 'failed', error: cut.message })
    expect(isProcessAlive(record!.pid!)).toBe(false)
  })

  it('names the port that is in use', async () => {
    const taken = await listen(0, () => new Response())
    const port = Number(new URL(taken.origin).port)
    expect(await failureOf(serve({ port }))).toMatchObject({
      boundary: 'config',
      code: 'port-in-use',
      message: expect.stringContaining(`port ${port} is already in use`),
    })
    await taken.close()
  })

  it('gives up on a start that is aborted or takes too long, and leaves nothing running', async () => {
    const controller = new AbortController()
    const starting = serve({}, controller.signal)
    while ((await newest())?.state !== 'starting') await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort()
    expect(await failureOf(starting)).toMatchObject({ boundary: 'interrupted', code: 'aborted' })
    expect(isProcessAlive((await newest())!.pid!)).toBe(false)

    expect(await failureOf(serve({ startTimeoutMs: 1 }))).toMatchObject({
      boundary: 'engine',
      code: 'start-timeout',
      message: expect.stringContaining('was not ready after 0.001 s; raise startTimeoutMs or see its log'),
    })
    expect(isProcessAlive((await newest())!.pid!)).toBe(false)
  })

  it('says how a server died, with the end of its log', async () => {
    await using deployment = await serve()
    process.kill(deployment.pid, 'SIGKILL')
    const failure = await failureOf(deployment.generate('hi', { retries: 0 }))
    expect(failure).toMatchObject({ boundary: 'engine', code: 'deployment-died' })
    expect(failure.message).toContain('was ended by SIGKILL; serve it again, or see')
    expect(failure.message).toContain(`is ready at ${deployment.url}`)
    expect(await recordOf(deployment.deploymentId)).toMatchObject({ state: 'failed', error: failure.message })
    expect(await deployment.untilEnded()).toMatchObject({ kind: 'died', error: { message: failure.message } })
  })

  it('stops waiting for its end when the signal aborts, and leaves it running', async () => {
    await using deployment = await serve()
    const controller = new AbortController()
    const waiting = deployment.untilEnded({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(isProcessAlive(deployment.pid)).toBe(true)
  })
})

/** Plain Node cannot import TypeScript: the parent scripts use what was built. */
const built = (path: string) => JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href)

/** Starts a script that serves, says the server's id and process, and then goes on with `after`. */
async function parentThat(after: string, options: object = {}) {
  const { spawn } = await import('node:child_process')
  const script = `import { DeploymentConfig } from ${built('deployments/deployment-config.js')}
    const deployment = await new DeploymentConfig(${JSON.stringify({ model: tinyPoet, ...options })}).serve({ home: ${JSON.stringify(home)} })
    console.log(JSON.stringify({ id: deployment.deploymentId, pid: deployment.pid, url: deployment.url }))
    ${after}`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = new Promise<number | null>((resolve) => parent.once('exit', resolve))
  let text = ''
  for await (const chunk of parent.stdout) {
    text += chunk
    if (text.includes('\n')) break
  }
  const server = JSON.parse(text) as { id: string; pid: number; url: string }
  return { parent, exited, server }
}

describe('a server and the script that started it', () => {
  it.each([
    ['ends by itself', '', (): undefined => undefined, 0],
    ['calls process.exit', 'process.exit(4)', (): undefined => undefined, 4],
    ['throws', 'throw new Error("on purpose")', (): undefined => undefined, 1],
    ['gets SIGINT', 'setInterval(() => {}, 1000)', (): NodeJS.Signals => 'SIGINT', null],
    ['gets SIGTERM', 'setInterval(() => {}, 1000)', (): NodeJS.Signals => 'SIGTERM', null],
    ['is killed with -9', 'setInterval(() => {}, 1000)', (): NodeJS.Signals => 'SIGKILL', null],
  ])('end together when the script %s', async (_, after, signal, code) => {
    const { parent, exited, server } = await parentThat(after)
    const name = signal()
    if (name !== undefined) parent.kill(name)
    expect(await exited).toBe(code)
    await untilGone(server.pid)
  })

  it('part when the server is detached; it is found, stopped and recorded from elsewhere', async () => {
    const { exited, server } = await parentThat('', { isDetached: true, appName: 'stays' })
    expect(await exited).toBe(0)
    expect((await fetch(`${server.url}/models`)).status).toBe(200)
    expect((await listDeployments({ home })).find((one) => one.deploymentId === server.id)).toMatchObject({
      state: 'ready',
      isDetached: true,
      pid: server.pid,
    })
    expect(await stopDeployment('stays', { home })).toMatchObject({ deploymentId: server.id, state: 'stopped' })
    await untilGone(server.pid)
    expect(await recordOf(server.id)).toMatchObject({ state: 'stopped' })
    expect(await stopDeployment(server.id, { home })).toMatchObject({ state: 'stopped' })
  })
})

describe('stopDeployment', () => {
  it('ends a deployment of another process as stopped, not as dead', async () => {
    const deployment = await serve({ appName: 'foreground' })
    const waiting = deployment.untilEnded()
    expect(await stopDeployment('foreground', { home })).toMatchObject({ state: 'stopped' })
    expect(await waiting).toEqual({ kind: 'stopped' })
    expect(await recordOf(deployment.deploymentId)).toMatchObject({ state: 'stopped', error: null })
    expect(await failureOf(deployment.generate('hi'))).toMatchObject({ code: 'deployment-stopped' })
    await deployment.stop()
    expect(await recordOf(deployment.deploymentId)).toMatchObject({ state: 'stopped', error: null })
  })

  it('does not touch a process that is not the recorded one', async () => {
    await using deployment = await serve({ appName: 'mine' })
    const record = (await recordOf(deployment.deploymentId))!
    await using store = await openStore({ home })
    // This test's own process id at the address of a server: as if ids had been used again.
    const reused = { ...record, deploymentId: 'dep-reused', appName: 'reused', pid: process.pid }
    await store.deployments.put(reused)
    expect(await stopDeployment('reused', { home })).toMatchObject({ state: 'stopped' })
    expect(isProcessAlive(deployment.pid)).toBe(true)

    await store.deployments.put({ ...reused, url: null, state: 'starting' })
    expect(await failureOf(stopDeployment('reused', { home }))).toMatchObject({ code: 'not-ours' })
    await store.deployments.put({ ...reused, url: `http://127.0.0.1:${await closedPort()}/v1` })
    const listed = await listDeployments({ home })
    expect(listed.find((one) => one.appName === 'reused')).toMatchObject({ state: 'stopped' })
    expect(listed.find((one) => one.appName === 'mine')).toMatchObject({ state: 'ready' })
    expect(await failureOf(stopDeployment('nobody', { home }))).toMatchObject({ boundary: 'config' })
  })
})

describe('the log of a server', () => {
  it('stands beside the store', async () => {
    await using deployment = await serve()
    expect(await readFile(join(home, 'logs', `${deployment.deploymentId}.log`), 'utf8')).toContain('is ready at')
  })
})
