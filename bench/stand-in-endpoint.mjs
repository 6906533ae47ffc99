// An endpoint that answers every completion with the same poem after LATENCY_MS (default 20), for bench/eval-throughput.mjs.
// A bare TCP server with the bytes of its answer ready and one queue for all answers: `node:http` spends as much on a request
// as the client that is to be measured. It reads requests that state their length, one at a time on a connection. Started
// by `fork`: tells its port, answers each message with its CPU seconds so far, and ends when its parent does.
import { createServer } from 'node:net'
import { afterLatency } from './after-latency.mjs'

const later = afterLatency(Number(process.env.LATENCY_MS ?? 20))
const poem = { role: 'assistant', content: 'old pond\na frog leaps in\nsplash' }
const body = JSON.stringify({
  choices: [{ index: 0, message: poem, finish_reason: 'stop' }],
  usage: { prompt_tokens: 20, completion_tokens: 12, total_tokens: 32 },
})
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
)

const server = createServer({ noDelay: true }, (socket) => {
  let request = ''
  socket.setEncoding('latin1')
  // A client that ended in the middle is no concern of a stand-in.
  socket.on('error', () => socket.destroy())
  socket.on('data', (text) => {
    request += text
    const head = request.indexOf('\r\n\r\n')
    if (head === -1) return
    const length = Number(/^content-length: *(\d+)/im.exec(request)?.[1] ?? 0)
    if (request.length < head + 4 + length) return
    request = ''
    later(() => socket.write(answer))
  })
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send((user + system) / 1e6)
})
process.on('disconnect', () => process.exit(0))
