import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import { GymError, messageOf } from '../errors.js'

export interface ReadParquetOptions {
  /** Columns to read. Default: all. */
  readonly columns?: readonly string[] | undefined
  /** At most this many rows, from the beginning. Default: all. */
  readonly limit?: number
  /** Gets the column names before any row is read; may throw. */
  readonly onColumns?: (names: readonly string[]) => void
}

type Row = Readonly<Record<string, unknown>>

/**
 * Reads a parquet file row group by row group, fetching no more of it than the footer and the asked rows and columns need.
 * Values become what JSON can hold: dates as ISO text, whole numbers past 2^53 as text, bytes as base64.
 *
 * Throws a GymError ('data', 'bad-parquet') for a damaged file; GymErrors of `file.slice` pass through.
 */
export async function* readParquet(
  file: AsyncBuffer,
  name: string,
  options: ReadParquetOptions = {},
): AsyncGenerator<Row> {
  const { cachedAsyncBuffer, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet')
  const { compressors } = await import('hyparquet-compressors')
  // Below the size of the first fetch (512 KB) the whole file is there anyway; keep it instead of asking again.
  const buffer = file.byteLength < 2 ** 19 ? cachedAsyncBuffer(file) : file
  const metadata: FileMetaData = await orBadParquet(name, () => parquetMetadataAsync(buffer))
  options.onColumns?.(parquetSchema(metadata).children.map((child) => child.element.name))

  let start = 0
  let left = options.limit ?? Number.POSITIVE_INFINITY
  for (const group of metadata.row_groups) {
    if (left <= 0) return
    const inGroup = Number(group.num_rows)
    const asked = Math.min(inGroup, left)
    const rows = await orBadParquet(name, () =>
      parquetReadObjects({
        file: buffer,
        metadata,
        compressors,
        rowStart: start,
        rowEnd: start + asked,
        useOffsetIndex: asked < inGroup,
        ...(options.columns === undefined ? {} : { columns: [...options.columns] }),
      }),
    )
    for (const row of rows) yield jsonValue(row) as Row
    start += inGroup
    left -= asked
  }
}

/** The parser's errors say nothing about the file; those of the file itself (network, abort) are already sentences. */
async function orBadParquet<Result>(name: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    if (GymError.is(error)) throw error
    const message = `${name} cannot be read as parquet (${messageOf(error)}); it is damaged or cut short, so fetch it again or report it to its owner`
    throw new GymError('data', 'bad-parquet', message, { cause: error })
  }
}

function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, jsonValue)
  if (Array.isArray(value)) return value.map(jsonValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonValue(inner)]))
}
