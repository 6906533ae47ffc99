import type { Sandbox } from 'modal'
import { describe, expect, it } from 'vitest'
import { sandboxOutput } from './sandbox-output.js'

/** As the SDK fails when it has given up taking a stream up again. */
const unavailable = () => Object.assign(new Error('gone'), { name: 'ClientError', code: 14 })

/** A sandbox whose output comes in these pieces; an error among them breaks it off. */
function sandboxOf(pieces: readonly (string | Error)[]): Sandbox {
  const queue = [...pieces]
  const stdout = new ReadableStream<string>({
    pull(controller) {
      const piece = queue.shift()
      if (piece === undefined) controller.close()
      else if (typeof piece === 'string') controller.enqueue(piece)
      else controller.error(piece)
    },
  })
  return { stdout } as unknown as Sandbox
}

async function linesOf(attempts: readonly (readonly (string | Error)[])[], patience = { pauseMs: 1, attempts: 3 }) {
  const left = [...attempts]
  const open = async () => sandboxOf(left.shift() ?? [])
  const lines: string[] = []
  for await (const line of sandboxOutput({ open, what: 'following "a"', patience })) lines.push(line)
  return { lines, unused: left.length }
}

describe('sandboxOutput', () => {
  it('reads from the start again where the SDK gives up, and leaves out what was seen', async () => {
    const attempts = [
      ['one\ntw', unavailable()],
      ['one', '\n', unavailable()],
      ['one\nt', 'wo\nthree', unavailable()],
      ['one\ntwo\nthree\nfo', 'ur'],
    ]
    expect(await linesOf(attempts)).toEqual({ lines: ['one', 'two', 'three', 'four'], unused: 0 })
  })

  it('gives up when nothing new comes any more, and says so', async () => {
    const attempts = [['one\n', unavailable()], [unavailable()], [unavailable()], ['one\ntwo\n']]
    await expect(linesOf(attempts)).rejects.toMatchObject({ boundary: 'provider', code: 'provider-unreachable' })
  })

  it('does not try again what cannot succeed', async () => {
    const denied = Object.assign(new Error('denied'), { name: 'ClientError', code: 16 })
    await expect(linesOf([[denied], ['one\n']])).rejects.toMatchObject({ code: 'modal-not-authorised' })
  })
})
