import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { ServerEvent } from './server-process.js'

const entry = fileURLToPath(new URL('../../dist/server/serve-main.js', import.meta.url))
const modelPath = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** Starts a server process by hand. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [entry, '--threads=1', ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk) => {
    log += chunk
  })
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const event = new Promise<ServerEvent>((resolve) => {
    child.stdout.once('data', (chunk) => resolve(JSON.parse(String(chunk))))
  })
  started.push(child)
  return { child, exited, event, log: () => log }
}

async function startReady(...args: string[]) {
  const server = start(`--model-path=${modelPath}`, '--served-model-name=tiny', ...args)
  const event = await server.event
  if (event.event !== 'ready') throw new Error(event.message)
  return { ...server, url: event.url }
}

describe('the server process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'finishes what is in flight after %s and ends with code 0',
    async (signal) => {
      const { child, exited, url, log } = await startReady('--detached')
      const body = {
        model: 'tiny',
        messages: [{ role: 'user', content: 'Write a haiku about rain.' }],
        stream: true,
        n: 8,
      }
      const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
      child.kill(signal)
      expect((await response.text()).trimEnd().endsWith('data: [DONE]')).toBe(true)
      expect(await exited).toBe(0)
      expect(log()).toContain(`stopping: ${signal}`)
    },
  )

  it('ends with code 0 when its stdin closes, and not before', async () => {
    const { child, exited, url } = await startReady()
    expect((await fetch(`${url.replace('/v1', '')}/health`)).status).toBe(200)
    child.stdin.end()
    expect(await exited).toBe(0)
  })

  it.each([
    [['--served-model-name=x'], 'bad-options', 'option "model-path" of the server is missing'],
    [['--model-path=x', '--served-model-name=x', '--port=99999'], 'bad-options', 'must be at most 65535'],
    [['--nonsense'], 'bad-options', "Unknown option '--nonsense'"],
    [[`--model-path=${modelPath}/none`, '--served-model-name=x'], 'bad-checkpoint', 'none'],
  ])('says in one line why it cannot start with %j and ends with code 3', async (args, code, message) => {
    const { exited, event } = start(...args)
    expect(await event).toEqual({
      event: 'failed',
      boundary: 'config',
      code,
      message: expect.stringContaining(message),
    })
    expect(await exited).toBe(3)
  })
})
