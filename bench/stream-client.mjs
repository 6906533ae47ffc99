import { connect } from 'node:net'

/** How long a connection may say nothing, milliseconds. */
const TIMEOUT_MS = 120_000
/** The last chunk of an answer in chunks; the events are lines of JSON, in which a line break is never bare. */
const END = '\r\n0\r\n\r\n'

/**
 * Makes a client of one connection, kept open, that posts JSON and keeps the answer as it came: the bytes and when each
 * piece arrived. Nothing is read in it before it is whole, since client and server share the cores that are measured.
 */
export function createStreamClient(url) {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let answer = null
  const fail = (error) => {
    answer?.reject(error)
    answer = null
  }
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`nothing came for ${TIMEOUT_MS / 1000} s`)))
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection was closed')))
  socket.on('data', (bytes) => {
    if (answer === null) return
    answer.pieces.push({ bytes, at: performance.now() })
    const isFirst = answer.pieces.length === 1
    if (isFirst && bytes.toString('latin1', 9, 12) !== '200') return fail(new Error(bytes.toString('latin1')))
    if (tailOf(answer.pieces) !== END) return
    answer.resolve(answer.pieces)
    answer = null
  })
  return {
    /** Resolves to the pieces of the answer, headers included: `{ bytes, at }` with `performance.now()`. */
    post(body) {
      const text = JSON.stringify(body)
      const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n`
      return new Promise((resolve, reject) => {
        answer = { resolve, reject, pieces: [] }
        if (socket.destroyed) return fail(new Error('the connection is closed'))
        socket.write(`${head}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
      })
    },
    close: () => socket.destroy(),
  }
}

/** The last characters of an answer, as many as the last chunk has. */
function tailOf(pieces) {
  let tail = ''
  for (let i = pieces.length - 1; i >= 0 && tail.length < END.length; i--) {
    tail = pieces[i].bytes.subarray(-END.length).toString('latin1') + tail
  }
  return tail.slice(-END.length)
}

/** Takes the chunks of an answer apart: its events in order, each with the time of the piece in which it was whole. */
export function eventsIn(pieces) {
  const whole = Buffer.concat(pieces.map(({ bytes }) => bytes))
  const events = []
  let text = ''
  let at = whole.indexOf('\r\n\r\n') + 4
  let piece = 0
  let arrived = pieces[0].bytes.length
  for (;;) {
    const line = whole.indexOf('\r\n', at)
    const size = Number.parseInt(whole.toString('latin1', at, line), 16)
    if (!(size > 0)) break
    text += whole.toString('utf8', line + 2, line + 2 + size)
    at = line + 2 + size + 2
    while (arrived < line + 2 + size) arrived += pieces[++piece].bytes.length
    const frames = text.split('\n\n')
    text = frames.pop()
    for (const frame of frames) events.push({ data: frame.replace(/^data: /, ''), at: pieces[piece].at })
  }
  return events
}
