import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { portVariable } from '../../check-spec.js'
import type { FakeWorld } from './fake-world.test.support.js'

/**
 * Creates the server behind connect tokens: `/<sandbox>/<port>/...` is passed on to that port of the sandbox for whoever
 * has a token for it. Under `/_stand-in/` it takes faults and shows what was called, for the program that runs alone.
 */
export function createConnectServer(world: FakeWorld): Server {
  return createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://stand-in')
    const [, first = '', port = '', ...rest] = url.pathname.split('/')
    if (first === '_stand-in') return void answerAdmin(world, port, incoming, outgoing)
    const token = incoming.headers.authorization?.replace(/^Bearer /, '') ?? ''
    const granted = world.tokens.get(token)
    if (granted?.sandboxId !== first || granted.port !== Number(port)) return refuse(outgoing, 401, 'no valid token')
    const sandbox = world.sandboxes.get(first)
    const actual = sandbox?.environment[portVariable(granted.port)]
    if (actual === undefined) return refuse(outgoing, 502, `the sandbox was told of no port ${port}`)
    const { authorization: _, host: __, ...headers } = incoming.headers
    const forwarded = request(
      { host: '127.0.0.1', port: actual, path: `/${rest.join('/')}${url.search}`, method: incoming.method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    forwarded.once('error', (error) => refuse(outgoing, 502, error.message))
    outgoing.once('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
}

async function answerAdmin(
  world: FakeWorld,
  what: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  let text = ''
  for await (const piece of incoming) text += piece
  if (what === 'faults') Object.assign(world.faults, JSON.parse(text))
  if (what === 'kill') {
    try {
      await killSandbox(world, text)
    } catch (error) {
      return refuse(outgoing, 404, String(error))
    }
  }
  const sandboxes = [...world.sandboxes.values()].map(({ id, name, result }) => ({ id, name, result }))
  outgoing.setHeader('content-type', 'application/json')
  outgoing.end(JSON.stringify({ faults: world.faults, calls: world.calls, sandboxes }))
}

/** Ends the running sandbox of this name as Modal does when it loses the machine. */
export async function killSandbox(world: FakeWorld, name: string): Promise<void> {
  const found = [...world.sandboxes.values()].find((one) => one.name === name && one.result === null)
  if (found === undefined) throw new Error(`no running sandbox is named "${name}"`)
  await found.end(3)
}

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  if (outgoing.headersSent) outgoing.destroy()
  else outgoing.writeHead(status, { 'content-type': 'text/plain' }).end(message)
}
