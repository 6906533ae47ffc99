import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { streamChat } from './stream-chat.js'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

function ask(url: string, signal = new AbortController().signal) {
  const messages = [{ role: 'user', content: 'moon' }] as const
  const endpoint = { url, servedModelName: 'tiny-poet', fetch, clock: () => 0 }
  return streamChat({ endpoint, messages, generateKwargs: { max_tokens: 9 }, signal })
}

async function textOf(pieces: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const piece of pieces) all.push(piece)
  return all
}

const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`

describe('streaming a chat', () => {
  it('yields the text piece by piece, however the bytes were cut, and sends what was asked', async () => {
    let asked = ''
    const url = await serve(async (request, response) => {
      for await (const part of request) asked += part
      response.setHeader('content-type', 'text/event-stream')
      const bytes = Buffer.from(`${chunk('old 池 ')}: comment\r\n\r\n${chunk('pond 🌸')}data: [DONE]\n\n`)
      for (const byte of bytes) response.write(Buffer.of(byte))
      response.end()
    })
    expect(await textOf(ask(url))).toEqual(['old 池 ', 'pond 🌸'])
    expect(JSON.parse(asked)).toEqual({
      model: 'tiny-poet',
      messages: [{ role: 'user', content: 'moon' }],
      stream: true,
      max_tokens: 9,
    })
  })

  it("passes on the server's own words when it refuses, before and in the middle of an answer", async () => {
    const refusing = await serve((_, response) => {
      response.statusCode = 404
      response.end(JSON.stringify({ error: { message: 'there is no model "tiny-poet"' } }))
    })
    await expect(textOf(ask(refusing))).rejects.toMatchObject({
      boundary: 'provider',
      message: `"tiny-poet" at ${refusing} refused the request (404): there is no model "tiny-poet"`,
    })
    const failing = await serve((_, response) => {
      response.end(`${chunk('old')}data: {"error":{"message":"out of memory"}}\n\n`)
    })
    await expect(textOf(ask(failing))).rejects.toThrow(`"tiny-poet" at ${failing} broke off its answer: out of memory`)
  })

  it('says that nothing answers at a port where nothing listens', async () => {
    const url = await serve(() => {})
    open.splice(0).forEach((close) => void close())
    await expect(textOf(ask(url))).rejects.toThrow(/ cannot be reached \(ECONNREFUSED\); see that it still runs/)
  })

  it('refuses what is no chat completion', async () => {
    const url = await serve((_, response) => response.end('data: hello\n\n'))
    await expect(textOf(ask(url))).rejects.toThrow('sent something that is not JSON')
  })

  it('takes a finish reason for the end where [DONE] is missing, and refuses an answer that just stops', async () => {
    const last = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\n`
    const finished = await serve((_, response) => response.end(`${chunk('old')}${last}`))
    expect(await textOf(ask(finished))).toEqual(['old'])
    const cut = await serve((_, response) => response.end(chunk('old')))
    await expect(textOf(ask(cut))).rejects.toThrow('sent an answer that ends in the middle')
    const unstreamed = await serve((_, response) => response.end('{"choices":[{"message":{"content":"old"}}]}'))
    await expect(textOf(ask(unstreamed))).rejects.toThrow('sent an answer that ends in the middle')
  })

  it('ends at once when aborted', async () => {
    const controller = new AbortController()
    const url = await serve((_, response) => response.write(chunk('old')))
    const seen: string[] = []
    const reading = (async () => {
      for await (const piece of ask(url, controller.signal)) {
        seen.push(piece)
        controller.abort(new Error('enough'))
      }
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(seen).toEqual(['old'])
  })
})
