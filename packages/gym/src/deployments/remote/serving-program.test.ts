import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findFreePort } from '../../compute/free-port.js'
import { sendRaw } from '../../server/send-raw.test.support.js'
import { PLACE, SERVING_PORT, servingCommand } from './serving-command.js'

/** Answers every request with its own request line. */
const engine = `require('node:http').createServer((request, response) => {
  request.resume().on('end', () => response.end(request.method + ' ' + request.url))
}).listen(Number(process.argv[1]), '127.0.0.1')`

let port: number
let program: ChildProcess
beforeAll(async () => {
  port = await findFreePort(0)
  const [command = '', ...args] = servingCommand({
    engine: [process.execPath, '-e', engine, PLACE.port],
    idleSeconds: 600,
    startSeconds: 600,
    keyHash: createHash('sha256').update('secret').digest('hex'),
  })
  const env = { ...process.env, [`GYM_PORT_${SERVING_PORT}`]: String(port) }
  program = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
  await vi.waitUntil(async () => (await ask('GET /health').catch(() => '')).includes('200 OK'), { timeout: 20_000 })
})
afterAll(() => {
  program.kill()
})

/** Sends a request line and header lines as they are, and returns all that comes back. */
function ask(...lines: readonly string[]): Promise<string> {
  const [target, ...headers] = lines
  const text = [`${target} HTTP/1.1`, 'Host: gate', 'Connection: close', ...headers, '', ''].join('\r\n')
  return sendRaw(port, text)
}

describe('the gate of a server that is open to the internet', () => {
  it.each(['GET //', 'GET //?x', 'GET ///', 'GET /\\', 'GET //a:b/health', 'GET http://', 'OPTIONS *', 'GET /metrics'])(
    'refuses "%s" and goes on',
    async (target) => {
      expect(await ask(target)).toMatch(/^HTTP\/1\.1 404 .*\{"error":\{"message":"no such path"/s)
      expect(await ask('GET /v1/models', 'Authorization: Bearer secret')).toMatch(/200 OK.*GET \/v1\/models/s)
      expect(program.exitCode).toBeNull()
    },
  )

  it('goes on after a request that announces trailers and sends none', async () => {
    expect(await ask('GET /health', 'Trailer: x')).toMatch(/200 OK.*GET \/health/s)
    expect(await ask('GET /health', 'Trailer: x', 'Expect: 100-continue')).toMatch(/200 OK.*GET \/health/s)
    expect(program.exitCode).toBeNull()
  })
})
