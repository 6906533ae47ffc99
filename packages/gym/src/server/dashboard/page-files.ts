import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import { GymError } from '../../errors.js'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
  readonly etag: string
}

/** The files of the page by their path in a URL, e.g. `/assets/index-3f2a.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>

/**
 * Reads the built page into memory: it is small, and nothing outside its folder can then be asked for. Names under
 * `assets/` carry a hash of their content and may be kept for ever; the rest is asked for again each time.
 */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  const files = new Map<string, PageFile>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    const message = `the dashboard's page is missing at ${folder}; reinstall training-gym, or run "npm run build" in a copy of its source`
    throw new GymError('config', 'page-missing', message, { cause })
  })
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const url = `/${relative(folder, path).split(sep).join('/')}`
    const body = new Uint8Array(await readFile(path))
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`
    const caching = url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    const type = types[extname(url)] ?? 'application/octet-stream'
    files.set(url, { body, etag, headers: { 'Content-Type': type, 'Cache-Control': caching, ETag: etag } })
  }
  return files
}

/** Answers GET and HEAD of the page's files; everything else goes on. */
export function servePageFiles(files: PageFiles): MiddlewareHandler {
  return async (context, next) => {
    const { method, path } = context.req
    const file = files.get(path === '/' ? '/index.html' : path)
    if (file === undefined || (method !== 'GET' && method !== 'HEAD')) return await next()
    const isKnown = context.req.header('if-none-match') === file.etag
    return isKnown ? context.body(null, 304, file.headers) : context.body(file.body, 200, file.headers)
  }
}
