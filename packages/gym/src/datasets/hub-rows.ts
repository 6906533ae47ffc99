import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createGunzip } from 'node:zlib'
import type { AsyncBuffer } from 'hyparquet'
import { GymError } from '../errors.js'
import type { HubConnection } from '../hub/hub-connection.js'
import { chooseDataFiles, type DataFileChoice, type DataFormat, whyNotChosen } from './choose-data-files.js'
import { parseCsv } from './parse-csv.js'
import { parseJsonl } from './parse-jsonl.js'
import { splitLines, type TextLine } from './read-lines.js'
import { readParquet } from './read-parquet.js'

export interface HubRowsRequest {
  readonly connection: HubConnection
  readonly repo: string
  readonly revision?: string | undefined
  readonly config?: string | undefined
  readonly split: string
  /** Columns to read where the format allows reading only some. */
  readonly columns?: readonly string[] | undefined
  readonly nRows?: number | undefined
  /** Gets the column names once, before any row; may throw. */
  readonly onColumns: (names: readonly string[], file: string) => void
}

type Row = Readonly<Record<string, unknown>>

/** The branch on which the hub keeps its own parquet copy of a public dataset. */
const convertedRevision = 'refs/convert/parquet'

interface ChosenFiles {
  readonly revision: string | undefined
  readonly format: DataFormat
  readonly paths: readonly string[]
}

/**
 * Reads the rows of one split of a dataset repository, in file order, no more bytes than needed.
 *
 * Takes the repository's parquet files, else the hub's parquet conversion (not with a `revision`: the conversion follows
 * `main`), else JSONL, else CSV. Throws GymErrors that name the repository, what it lacks and what it has.
 */
export async function* hubRows(request: HubRowsRequest): AsyncGenerator<Row> {
  const { revision, format, paths } = await chooseFiles(request)
  let left = request.nRows ?? Number.POSITIVE_INFINITY
  for (const path of paths) {
    if (left <= 0) return
    for await (const row of rowsOfFile(request, revision, format, path, left)) {
      yield row
      if (--left <= 0) break
    }
  }
}

async function chooseFiles(request: HubRowsRequest): Promise<ChosenFiles> {
  const main = await listPaths(request, request.revision)
  const refusals: Exclude<DataFileChoice, { kind: 'chosen' }>[] = []
  for (const format of ['parquet', 'converted', 'jsonl', 'csv'] as const) {
    const isConverted = format === 'converted'
    if (isConverted && request.revision !== undefined) continue
    const paths = isConverted ? await listConverted(request) : main
    const choice = chooseDataFiles(paths, isConverted ? 'parquet' : format, request)
    if (choice.kind === 'chosen') return { ...choice, revision: isConverted ? convertedRevision : request.revision }
    refusals.push(choice)
    // Another format must not answer for a question that only the user can.
    if (choice.kind === 'several-configs') break
  }
  const telling =
    refusals.find((one) => one.kind === 'several-configs') ?? refusals.find((one) => one.kind !== 'no-data')
  const why = whyNotChosen(telling ?? { kind: 'no-data' }, request)
  throw new GymError('config', telling?.kind ?? 'no-data', `dataset "${request.repo}" ${why}`)
}

async function listPaths(request: HubRowsRequest, revision: string | undefined): Promise<string[]> {
  const { listFiles } = await import('@huggingface/hub')
  const paths: string[] = []
  try {
    const repo = { type: 'dataset', name: request.repo } as const
    // The client puts the revision into the address as it is, and a branch name may hold slashes.
    const encoded = revision === undefined ? {} : { revision: encodeURIComponent(revision) }
    for await (const entry of listFiles({ ...request.connection.params, ...encoded, repo, recursive: true })) {
      if (entry.type === 'file') paths.push(entry.path)
    }
  } catch (error) {
    throw request.connection.failure(error)
  }
  return paths
}

/** The conversion exists for public datasets only; none is not an error. */
async function listConverted(request: HubRowsRequest): Promise<string[]> {
  try {
    return await listPaths(request, convertedRevision)
  } catch (error) {
    if (GymError.is(error) && error.boundary === 'config') return []
    throw error
  }
}

async function* rowsOfFile(
  request: HubRowsRequest,
  revision: string | undefined,
  format: DataFormat,
  path: string,
  limit: number,
): AsyncGenerator<Row> {
  const name = `${path} of ${request.repo}`
  const blob = await openFile(request, revision, path)
  const onColumns = (names: readonly string[]) => request.onColumns(names, name)
  if (format === 'parquet') {
    yield* readParquet(fileBuffer(blob, request.connection), name, { columns: request.columns, limit, onColumns })
    return
  }
  const bytes = fileBytes(blob, request.connection, path)
  const lines = numbered(splitLines(bytes, name))
  const rows = format === 'csv' ? parseCsv(lines, name) : parseJsonl(lines, name)
  let isFirst = true
  for await (const { columns } of rows) {
    if (isFirst) onColumns(Object.keys(columns))
    isFirst = false
    yield columns
  }
}

async function openFile(request: HubRowsRequest, revision: string | undefined, path: string): Promise<Blob> {
  const { downloadFile } = await import('@huggingface/hub')
  const repo = { type: 'dataset', name: request.repo } as const
  try {
    const blob = await downloadFile({
      ...request.connection.params,
      ...(revision === undefined ? {} : { revision }),
      repo,
      path,
    })
    if (blob !== null) return blob
  } catch (error) {
    throw request.connection.failure(error)
  }
  throw new GymError(
    'provider',
    'hub-failed',
    `${path} vanished from dataset "${request.repo}" while it was read; try again`,
  )
}

function fileBuffer(blob: Blob, connection: HubConnection): AsyncBuffer {
  return {
    byteLength: blob.size,
    slice: async (start, end) => {
      try {
        return await blob.slice(start, end ?? blob.size).arrayBuffer()
      } catch (error) {
        throw connection.failure(error)
      }
    },
  }
}

async function* fileBytes(blob: Blob, connection: HubConnection, path: string): AsyncGenerator<Uint8Array> {
  const file = Readable.fromWeb(blob.stream() as ReadableStream<Uint8Array>)
  const bytes = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  if (bytes !== file) file.on('error', (error) => bytes.destroy(error))
  try {
    for await (const chunk of bytes) yield chunk as Uint8Array
  } catch (error) {
    throw connection.failure(error)
  } finally {
    file.destroy()
  }
}

async function* numbered(lines: AsyncIterable<string>): AsyncGenerator<TextLine> {
  let number = 0
  for await (const text of lines) yield { number: ++number, text }
}
