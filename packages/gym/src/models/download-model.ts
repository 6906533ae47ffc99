import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadableStream } from 'node:stream/web'
import { makeFolder } from '@training-gym/engine/make-folder'
import { GymError } from '../errors.js'
import { connectToHub, type HubConnection, type HubOptions } from '../hub/hub-connection.js'
import { onDisk } from '../hub/write-atomically.js'

export interface DownloadModelRequest extends HubOptions {
  readonly repo: string
  readonly revision: string
  readonly cacheDir: string
  readonly signal?: AbortSignal
  /** Gets bytes done and bytes in all. */
  readonly onProgress?: (done: number, total: number) => void
}

interface ModelFile {
  readonly path: string
  readonly size: number
  /** Of the content; known for files in large-file storage, i.e. the weights. */
  readonly sha256: string | undefined
}

/** What serving and training read; never pickles, other frameworks' weights, or folders such as `onnx`. */
const neededNames =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|model\.safetensors\.index)\.json$|^merges\.txt$|^chat_template\.(jinja|json)$|^tokenizer\.model$|^model(-\d+-of-\d+)?\.safetensors$/

/**
 * Downloads config, tokenizer and safetensors files of a repository into `<cacheDir>/<repo>/<revision>` and returns that
 * folder. A folder that is there is complete, and used without asking the hub.
 *
 * Files arrive in a neighbour folder that is renamed at the end. After an interruption, weight files that are whole (by
 * SHA-256) are kept. Several processes may do this at once: the first to finish wins. Throws GymErrors that name the
 * repository.
 */
export async function downloadModel(request: DownloadModelRequest): Promise<string> {
  const { repo, revision, signal, onProgress } = request
  const folder = join(request.cacheDir, ...repo.split('/'), revision.replace(/[^\w.-]/g, '_'))
  if (existsSync(folder)) return folder
  const offline = 'without network, use TinyPoet, a local folder, or a model that was downloaded before'
  const connection = connectToHub({ kind: 'model', repo, revision, offline }, request, signal)
  const files = await listModelFiles(connection, repo, revision)

  const unfinished = `${folder}.unfinished`
  const ending = `.${process.pid}-${randomUUID()}.part`
  try {
    await onDisk(unfinished, async () => makeFolder(unfinished))
    await removeStrangers(unfinished, new Set(files.map((file) => file.path)))
    const total = files.reduce((sum, file) => sum + file.size, 0)
    let done = 0
    const onBytes = (count: number) => {
      done += count
      onProgress?.(done, total)
    }
    for (const file of files) {
      const path = join(unfinished, file.path)
      if (await isWhole(path, file, connection, signal)) onBytes(file.size)
      else await downloadModelFile(connection, repo, revision, file, { path, ending, onBytes })
    }
    await onDisk(folder, () => rename(unfinished, folder))
  } catch (error) {
    // Another process may have finished first, and taken the unfinished folder away while this one wrote into it.
    if (!existsSync(folder)) throw error
    for (const name of await readdir(folder)) if (name.endsWith(ending)) await rm(join(folder, name), { force: true })
  }
  return folder
}

async function listModelFiles(connection: HubConnection, repo: string, revision: string): Promise<ModelFile[]> {
  const { listFiles } = await import('@huggingface/hub')
  const files: ModelFile[] = []
  try {
    const asked = { repo: { type: 'model', name: repo }, revision: encodeURIComponent(revision) } as const
    for await (const entry of listFiles({ ...connection.params, ...asked })) {
      if (entry.type !== 'file' || !neededNames.test(entry.path)) continue
      files.push({ path: entry.path, size: entry.lfs?.size ?? entry.size, sha256: entry.lfs?.oid })
    }
  } catch (error) {
    throw connection.failure(error)
  }
  const has = (pattern: RegExp) => files.some((file) => pattern.test(file.path))
  const missing = [
    ...(has(/^config\.json$/) ? [] : ['config.json']),
    ...(has(/\.safetensors$/) ? [] : ['model.safetensors']),
    ...(has(/^tokenizer\.json$/) ? [] : ['tokenizer.json']),
  ]
  if (missing.length === 0) return files
  const message = `model "${repo}" has no ${missing.join(', no ')}; choose a repository with safetensors weights and a fast tokenizer`
  throw new GymError('config', 'unusable-model', message)
}

/** Removes what is neither wanted nor being written by a living process. */
async function removeStrangers(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = /\.(\d+)-[\w-]+\.part$/.exec(name)?.[1]
    const isBeingWritten = writer !== undefined && isAlive(Number(writer))
    if (!wanted.has(name) && !isBeingWritten) await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // A process of another user exists, though it may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Only weights are worth hashing; the small files are fetched anew, so that they fit the weights. */
async function isWhole(
  path: string,
  file: ModelFile,
  connection: HubConnection,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (file.sha256 === undefined || !existsSync(path)) return false
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Uint8Array)
  } catch (error) {
    if (signal?.aborted === true) throw connection.failure(error)
    return false
  }
  return hash.digest('hex') === file.sha256
}

async function downloadModelFile(
  connection: HubConnection,
  repo: string,
  revision: string,
  file: ModelFile,
  target: { readonly path: string; readonly ending: string; readonly onBytes: (count: number) => void },
): Promise<void> {
  const { downloadFile } = await import('@huggingface/hub')
  const { path, ending, onBytes } = target
  const part = `${path}${ending}`
  const hash = createHash('sha256')
  let size = 0
  try {
    const written = await onDisk(path, () => open(part, 'wx'))
    try {
      const asked = { repo: { type: 'model', name: repo }, revision, path: file.path } as const
      const blob = await downloadFile({ ...connection.params, ...asked })
      if (blob === null) throw new Error(`${file.path} is no longer there`)
      for await (const chunk of blob.stream() as ReadableStream<Uint8Array>) {
        await onDisk(path, () => written.writeFile(chunk))
        hash.update(chunk)
        size += chunk.byteLength
        onBytes(chunk.byteLength)
      }
      await onDisk(path, () => written.sync())
    } finally {
      await written.close()
    }
    if (size !== file.size || (file.sha256 !== undefined && hash.digest('hex') !== file.sha256)) {
      const message = `${file.path} of model "${repo}" arrived damaged (${size} of ${file.size} bytes); run it again`
      throw new GymError('provider', 'damaged-download', message)
    }
    await onDisk(path, () => rename(part, path))
  } catch (error) {
    // The first failure is the one to tell.
    await rm(part, { force: true }).catch(() => {})
    throw connection.failure(error)
  }
}
