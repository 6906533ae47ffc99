import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEventStream } from './event-stream.js'
import { WritePacer } from './write-pacer.js'

let server: Server
let pacer: WritePacer

// The pacer's timer stands still unless a test moves it; those of node:http are its own.
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  pacer = new WritePacer()
  for (let i = 0; i < 200; i++) pacer.open(() => undefined)
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
})

/** Opens a stream among two hundred others, and the client's end of it. */
async function openOverPort(onCancel: () => void = () => undefined) {
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  const [, outgoing] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  const stream = createEventStream(onCancel, { outgoing, pacer })
  stream.open('role')
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  return { stream, outgoing, answer: answer.setEncoding('utf8') }
}

describe('createEventStream over a port', () => {
  it('sends what opens the stream and the first event at once, the next ones together', async () => {
    const { stream, answer } = await openOverPort()
    expect((await once(answer, 'data'))[0]).toBe('data: role\n\n')
    stream.push('1')
    expect((await once(answer, 'data'))[0]).toBe('data: 1\n\n')
    for (const event of ['2', '3', '4']) stream.push(event)
    vi.advanceTimersByTime(150)
    expect((await once(answer, 'data'))[0]).toBe('data: 2\n\ndata: 3\n\ndata: 4\n\n')
    stream.end()
  })

  it('sends what waits and the last events at the end, without waiting for the timer', async () => {
    const { stream, answer } = await openOverPort()
    for (const event of ['1', '2', '3']) stream.push(event)
    stream.end('usage', '[DONE]')
    stream.push('late')
    stream.end('late')
    let text = ''
    for await (const part of answer) text += part
    expect(text).toBe(['role', '1', '2', '3', 'usage', '[DONE]'].map((event) => `data: ${event}\n\n`).join(''))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('tells once that the client has left, and drops what waits with its timer', async () => {
    const onCancel = vi.fn()
    const { stream, outgoing, answer } = await openOverPort(onCancel)
    for (const event of ['1', '2']) stream.push(event)
    const write = vi.spyOn(outgoing, 'write')
    answer.destroy()
    await once(outgoing, 'close')
    expect(vi.getTimerCount()).toBe(0)
    stream.push('3')
    stream.end('[DONE]')
    expect(onCancel).toHaveBeenCalledOnce()
    expect(write).not.toHaveBeenCalled()
  })

  it('loses nothing on a client that reads slower than events come', async () => {
    const { stream, outgoing, answer } = await openOverPort()
    answer.pause()
    const events = Array.from({ length: 400 }, (_, i) => `${i} ${'x'.repeat(20_000)}`)
    for (const event of events) {
      stream.push(event)
      vi.advanceTimersByTime(150)
    }
    expect(outgoing.writableNeedDrain).toBe(true)
    stream.end('[DONE]')
    let text = ''
    for await (const part of answer) text += part
    expect(text).toBe(['role', ...events, '[DONE]'].map((event) => `data: ${event}\n\n`).join(''))
  })
})

describe('createEventStream without a port', () => {
  it('answers with a body of the same events', async () => {
    const stream = createEventStream(() => undefined)
    stream.open('role')
    stream.push()
    const text = stream.response.text()
    await new Promise(setImmediate)
    stream.push()
    stream.push('1', '2')
    await new Promise(setImmediate)
    stream.end('[DONE]')
    expect(await text).toBe('data: role\n\ndata: 1\n\ndata: 2\n\ndata: [DONE]\n\n')
  })
})
