import { createHash } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { zipSync } from 'fflate'
import { z } from 'zod'
import { GymError, messageOf } from '../../errors.js'
import type { FileToPut, VolumeFiles } from '../host.js'
import { noSuchFile, volumePath } from '../volume-path.js'
import { runFileJob } from './file-job.js'
import type { RayClient } from './ray-client.js'

/** Base64 of it must fit into the 16 MiB of output that a cluster gives. */
const PIECE_BYTES = 8 * 2 ** 20
/** A larger file would take hours this way, bytes. */
const MAX_BYTES = 256 * 2 ** 20

const pieceSchema = z.object({ size: z.int().nullable(), data: z.base64() })
const entriesSchema = z.array(z.object({ name: z.string(), isFile: z.boolean(), size: z.int(), modified: z.number() }))

/**
 * Makes the files of a volume that is a folder of the cluster's shared storage. They travel up as the working folder of a
 * short job, and down as its output.
 */
export function rayVolumeFiles(name: string, root: string, client: RayClient): VolumeFiles {
  const at = (path: string): string => {
    const plain = volumePath(path)
    return plain === '' ? root : `${root}/${plain}`
  }
  const pieces = async function* (path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
    for (let offset = 0; ; offset += PIECE_BYTES) {
      const what = `reading "${path}" of volume "${name}"`
      const command = { op: 'read', path: at(path), offset, length: PIECE_BYTES }
      const { size, data } = await runFileJob(client, { command, schema: pieceSchema, what, signal })
      if (size === null) throw noSuchFile(name, path)
      if (size > MAX_BYTES) {
        const message = `${what} failed: its ${size} bytes are too many to send through the cluster's dashboard; copy ${at(path)} from the shared storage itself`
        throw new GymError('config', 'file-too-large', message)
      }
      yield Buffer.from(data, 'base64')
      if (offset + PIECE_BYTES >= size) return
    }
  }
  return {
    async put(files, signal) {
      const what = `writing to volume "${name}"`
      const archive: Record<string, Uint8Array> = {}
      for (const [index, file] of files.entries()) archive[`file-${index}`] = await contentOf(file)
      const zip = zipSync(archive, { level: 1 })
      const hash = createHash('sha256').update(zip).digest('hex')
      const working_dir = await client.upload(`_ray_pkg_${hash.slice(0, 32)}.zip`, zip, what, signal)
      const targets = files.map((file) => at(file.path))
      await runFileJob(client, { command: { op: 'put', targets }, schema: z.null(), what, signal, working_dir })
    },
    async get(path, localPath, signal) {
      makeFolder(dirname(localPath))
      const unfinished = `${localPath}.part`
      const file = await open(unfinished, 'w')
      try {
        for await (const piece of pieces(path, signal)) await file.writeFile(piece)
      } finally {
        await file.close()
      }
      await rename(unfinished, localPath)
    },
    async readText(path, signal) {
      const all: Buffer[] = []
      for await (const piece of pieces(path, signal)) all.push(piece)
      return Buffer.concat(all).toString('utf8')
    },
    async list(folder, signal) {
      const what = `listing "${folder}" of volume "${name}"`
      const found = await runFileJob(client, {
        command: { op: 'list', path: at(folder) },
        schema: entriesSchema,
        what,
        signal,
      })
      const shown = volumePath(folder)
      return found.map(({ name, isFile, size, modified }) => {
        const path = shown === '' ? name : `${shown}/${name}`
        return { name, path, type: isFile ? 'file' : 'directory', size, modifiedAt: Math.round(modified * 1000) }
      })
    },
    async remove(path, signal) {
      const what = `removing "${path}" of volume "${name}"`
      await runFileJob(client, { command: { op: 'remove', path: at(path) }, schema: z.null(), what, signal })
    },
  }
}

async function contentOf(file: FileToPut): Promise<Uint8Array> {
  if ('content' in file) return typeof file.content === 'string' ? Buffer.from(file.content) : file.content
  try {
    return await readFile(file.localPath)
  } catch (cause) {
    const message = `cannot put ${file.path} into its volume: ${messageOf(cause)}; see that the source exists`
    throw new GymError('store', 'cannot-write', message, { cause })
  }
}
