import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { outputOf } from './output-of.test.support.js'

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const served: { key: string | null; models: readonly string[] } = { key: null, models: [] }
let asked: { model: string; key: string | undefined }[] = []
let folder: string
let server: Server
let url: string
const running = new Set<ChildProcess>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-endpoint-'))
  await writeFile(join(folder, 'rows.jsonl'), '{"input":"one","output":"1"}')
  server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const key = request.headers.authorization
    if (request.method === 'POST') asked.push({ model: JSON.parse(body).model, key })
    else if (key !== undefined) asked.push({ model: 'list', key })
    response.setHeader('content-type', 'application/json')
    if (served.key !== null && key !== `Bearer ${served.key}`) {
      response.writeHead(401).end('{"error":{"message":"a key is wanted"}}')
    } else if (request.method === 'GET') {
      response.end(JSON.stringify({ data: served.models.map((id) => ({ id })) }))
    } else {
      response.end(JSON.stringify({ choices: [{ message: { content: '1' }, finish_reason: 'stop' }], usage: null }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

beforeEach(() => {
  asked = []
})

function start(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, TRAINING_GYM_API_KEY, ...env } = process.env
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

const evaluate = (args: readonly string[], variables?: Readonly<Record<string, string>>) =>
  outputOf(start(['eval', '-d', 'rows.jsonl', '-r', 'exact-match', '--json', '-q', ...args], variables))

describe('evaluating what runs behind a URL', { timeout: 300_000 }, () => {
  it('refuses what would mean nothing there, before anything is asked', async () => {
    Object.assign(served, { key: null, models: ['poet'] })
    const checkpoint = await evaluate(['--url', url, '--checkpoint', './nowhere'])
    expect(checkpoint).toMatchObject({ code: 2, stdout: '' })
    expect(checkpoint.stderr).toContain(`--checkpoint ./nowhere cannot be loaded by what runs behind ${url}`)
    const key = await evaluate(['--model', 'tiny-poet', '--api-key', 'k'])
    expect(key).toMatchObject({ code: 2, stderr: expect.stringContaining('--api-key is sent to --url; give both') })
    expect(asked).toEqual([])
  })

  it('asks for the model that --model names, says so where several are listed, and asks for it again on a resume', async () => {
    Object.assign(served, { key: null, models: ['poet', 'critic'] })
    const unnamed = await evaluate(['--url', url])
    expect(unnamed).toMatchObject({ code: 2, stdout: '' })
    expect(unnamed.stderr).toContain('it lists poet, critic); give servedModelName (on the command line: eval --model)')
    const named = await evaluate(['--url', url, '--model', 'critic', '--name', 'named'])
    expect(named.code, named.stderr).toBe(0)
    expect(JSON.parse(named.stdout)).toMatchObject({ model: 'critic', mean: 1 })
    expect(asked).toEqual([{ model: 'critic', key: undefined }])
    const again = await evaluate(['--resume', 'named'])
    expect(again.code, again.stderr).toBe(0)
  })

  it('sends the key it is given, says which option takes one, and gives strangers none of its own', async () => {
    Object.assign(served, { key: 'theirs', models: ['poet'] })
    const refused = await evaluate(['--url', url], { TRAINING_GYM_API_KEY: 'ours' })
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain(
      'refused the request (401): a key is wanted; give the key it takes as apiKey (on the command line: --api-key)',
    )
    expect(asked).toEqual([])
    const accepted = await evaluate(['--url', url, '--api-key', 'theirs'])
    expect(accepted.code, accepted.stderr).toBe(0)
    expect(asked).toContainEqual({ model: 'poet', key: 'Bearer theirs' })
  })

  it('sends the key of the environment to what is served here, whose example asks for it without showing it', async () => {
    const serve = start(['serve', 'tiny-poet', '--port', '0', '--api-key', 'kept-secret'])
    let said = ''
    for await (const part of serve.stdout) {
      said += part
      if (said.includes('Ctrl-C stops it.')) break
    }
    expect(said).toContain('/chat/completions -H "authorization: Bearer $TRAINING_GYM_API_KEY" -H ')
    expect(said).toMatch(/^key +the one it was started with; put it into TRAINING_GYM_API_KEY first$/m)
    expect(said).not.toContain('kept-secret')
    const here = /^URL +(\S+)$/m.exec(said)?.[1] ?? ''
    const run = await evaluate(['--url', here], { TRAINING_GYM_API_KEY: 'kept-secret' })
    expect(run.code, run.stderr).toBe(0)
    expect(JSON.parse(run.stdout)).toMatchObject({ model: 'tiny-poet', scored: 1 })
    const ended = once(serve, 'exit')
    serve.kill('SIGINT')
    await ended
  })
})
