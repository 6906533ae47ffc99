import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../hub/write-atomically.js'

/** What decides the content of prepared rows, apart from how many there are. */
export interface PreparedKey {
  readonly hubUrl: string
  readonly repo: string
  readonly revision: string | undefined
  readonly config: string | undefined
  readonly split: string
  readonly columns: readonly string[] | undefined
}

/** Bump when rows are written differently, so that old files are not read. */
const formatVersion = 1

/**
 * Returns the file where rows are kept: `<folder>/<repo>/<config>-<split>-<hash>.jsonl`, with `-first5` before the
 * ending when only that many were read.
 */
export function preparedPath(folder: string, key: PreparedKey, nRows: number | undefined): string {
  return join(preparedFolder(folder, key), `${stemOf(key)}${nRows === undefined ? '' : `-first${nRows}`}.jsonl`)
}

/** Finds prepared rows that hold at least the first `nRows` (all, when undefined), the smallest such file. */
export async function findPrepared(
  folder: string,
  key: PreparedKey,
  nRows: number | undefined,
): Promise<string | undefined> {
  const repoFolder = preparedFolder(folder, key)
  const names = await readdir(repoFolder).catch(() => [])
  const stem = stemOf(key)
  const sizes = names
    .filter((name) => name.startsWith(stem) && name.endsWith('.jsonl'))
    .map((name) => ({ name, size: sizeOf(name.slice(stem.length)) }))
    .filter(({ size }) => size >= (nRows ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => a.size - b.size)
  const [smallest] = sizes
  return smallest === undefined ? undefined : join(repoFolder, smallest.name)
}

/** Writes rows as JSON Lines; the file appears whole or not at all. */
export async function writePrepared(
  path: string,
  rows: AsyncIterable<Readonly<Record<string, unknown>>>,
): Promise<void> {
  await writeAtomically(path, jsonLines(rows))
}

async function* jsonLines(rows: AsyncIterable<Readonly<Record<string, unknown>>>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

function preparedFolder(folder: string, key: PreparedKey): string {
  return join(folder, ...key.repo.split('/'))
}

function stemOf(key: PreparedKey): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([formatVersion, key.hubUrl, key.repo, key.revision, key.config, key.split, key.columns]))
    .digest('hex')
    .slice(0, 12)
  const plain = (text: string) => text.replace(/[^\w.-]/g, '_')
  return `${plain(key.config ?? 'default')}-${plain(key.split)}-${hash}`
}

/** `.jsonl` is everything, `-first5.jsonl` is 5, anything else nothing. */
function sizeOf(ending: string): number {
  if (ending === '.jsonl') return Number.POSITIVE_INFINITY
  return Number(/^-first(\d+)\.jsonl$/.exec(ending)?.[1] ?? Number.NEGATIVE_INFINITY)
}
