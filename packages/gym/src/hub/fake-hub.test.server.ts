import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A repository by revision and path, e.g. `{ main: { 'train.jsonl': '...' } }`. */
export type FakeRepo = Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>

export interface FakeHub extends AsyncDisposable {
  readonly url: string
  /** `GET path bytes=0-0`, in order. */
  readonly requests: string[]
  /** Bytes of file bodies sent so far. */
  sent: number
  /** Called when an answer, or the rest of a body, is being withheld. */
  onHang: () => void
  /** Changes what the next answers are. */
  mode: 'normal' | 'hang' | 'hang-in-body' | 'cut-body' | 'unavailable' | 'gated' | 'nonsense'
}

/**
 * Serves datasets and models over loopback HTTP as the hub does: the tree API with pages of two entries, `resolve` with
 * byte ranges and ETags, error codes in headers. The real hub client talks to it.
 */
export async function startFakeHub(repos: {
  readonly datasets?: Readonly<Record<string, FakeRepo>>
  readonly models?: Readonly<Record<string, FakeRepo>>
}): Promise<FakeHub> {
  const server = createServer((request, response) => {
    hub.requests.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim())
    answer(request, response)
  })

  function answer(request: IncomingMessage, response: ServerResponse): void {
    switch (hub.mode) {
      case 'hang':
        hub.onHang()
        break
      case 'unavailable':
        send(response, 503, 'busy')
        break
      case 'nonsense':
        send(response, 200, '<html>please log in</html>', { 'content-type': 'text/html' })
        break
      case 'gated':
        fail(response, 401, 'GatedRepo')
        break
      default:
        answerPath(request, response)
    }
  }

  function answerPath(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://hub')
    const tree = /^\/api\/(datasets|models)\/(.+)\/tree\/([^/]+)$/.exec(pathname)
    const file = /^\/(datasets\/)?(.+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname)
    const [, kind, name = '', revision = '', path = ''] = tree ?? file ?? []
    const repo = (kind?.startsWith('datasets') ? repos.datasets : repos.models)?.[name]
    const files = repo?.[decodeURIComponent(revision)]
    const content = files?.[decodeURIComponent(path)]
    if (files === undefined) fail(response, 404, repo === undefined ? 'RepoNotFound' : 'RevisionNotFound')
    else if (tree !== null) sendTree(response, pathname, files, Number(searchParams.get('cursor') ?? 0))
    else if (content === undefined) fail(response, 404, 'EntryNotFound')
    else sendFile(request, response, Buffer.from(content as Uint8Array))
  }

  function sendTree(response: ServerResponse, pathname: string, files: FakeRepo[string], cursor: number): void {
    const folders = [...new Set(Object.keys(files).flatMap((path) => path.split('/').slice(0, -1)))]
    const entries = [
      ...folders.map((path) => ({ type: 'directory', path, size: 0, oid: 'f' })),
      ...Object.entries(files).map(([path, content]) => ({
        type: 'file',
        path,
        size: Buffer.byteLength(content as Uint8Array),
        oid: 'a1',
        ...(path.endsWith('.safetensors') ? { lfs: lfsOf(Buffer.from(content as Uint8Array)) } : {}),
      })),
    ]
    const next = cursor + 2
    const link = { link: `<${hub.url}${pathname}?recursive=true&cursor=${next}>; rel="next"` }
    const headers = { 'content-type': 'application/json', ...(next < entries.length ? link : {}) }
    send(response, 200, JSON.stringify(entries.slice(cursor, next)), headers)
  }

  function sendFile(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    const start = range === null ? 0 : Number(range[1])
    const end = range === null ? content.length : Math.min(content.length, Number(range[2]) + 1)
    const part = content.subarray(start, end)
    const isProbe = range?.[1] === '0' && range[2] === '0'
    response.writeHead(range === null ? 200 : 206, {
      etag: `"${createHash('sha256').update(content).digest('hex')}"`,
      'content-length': part.length,
      ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${content.length}` }),
    })
    hub.sent += part.length
    if (isProbe || hub.mode === 'normal') {
      response.end(part)
      return
    }
    response.write(part.subarray(0, part.length >> 1), () => {
      if (hub.mode === 'cut-body') response.destroy()
      else hub.onHang()
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const hub: FakeHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    sent: 0,
    onHang: () => {},
    mode: 'normal',
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return hub
}

function lfsOf(content: Buffer): { oid: string; size: number; pointerSize: number } {
  return { oid: createHash('sha256').update(content).digest('hex'), size: content.length, pointerSize: 130 }
}

function fail(response: ServerResponse, status: number, code: string): void {
  send(response, status, JSON.stringify({ error: code }), { 'content-type': 'application/json', 'x-error-code': code })
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers)
  response.end(body)
}
