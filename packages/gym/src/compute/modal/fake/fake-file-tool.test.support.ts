import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

const path = z.object({ path: z.string() })
const commandSchema = z.union([
  z.object({ ListFiles: path }),
  z.object({ Stat: path }),
  z.object({ ReadFile: path }),
  z.object({ WriteFile: path }),
  z.object({ MakeDirectory: path }),
  z.object({ Remove: path.extend({ recursive: z.boolean().optional() }) }),
])

/** Names of system errors in the tool's own words. */
const kinds: Readonly<Record<string, string>> = {
  ENOENT: 'NotFound',
  EISDIR: 'IsDirectory',
  ERR_FS_EISDIR: 'IsDirectory',
  ENOTDIR: 'NotDirectory',
  EEXIST: 'PathAlreadyExists',
  ENOTEMPTY: 'DirectoryNotEmpty',
  EACCES: 'PermissionDenied',
}

/**
 * Does what Modal's file program in a sandbox does: one command as JSON, data on stdin and stdout. It fails with an error
 * whose message is the JSON that the program writes to stderr. To write a file takes it `writeMs` milliseconds.
 */
export async function runFileTool(json: string, stdin: Readable, stdout: Writable, writeMs: number): Promise<void> {
  try {
    const command = commandSchema.parse(JSON.parse(json))
    if ('WriteFile' in command && writeMs > 0) await delay(writeMs)
    await run(command, stdin, stdout)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(JSON.stringify({ error_kind: kinds[code] ?? 'Other', message }))
  }
}

async function run(command: z.infer<typeof commandSchema>, stdin: Readable, stdout: Writable): Promise<void> {
  if ('ListFiles' in command) {
    const folder = command.ListFiles.path
    const names = (await readdir(folder)).sort()
    stdout.write(JSON.stringify(await Promise.all(names.map((name) => describe(join(folder, name))))))
  } else if ('Stat' in command) {
    stdout.write(JSON.stringify(await describe(command.Stat.path)))
  } else if ('ReadFile' in command) {
    const { path } = command.ReadFile
    if ((await stat(path)).isDirectory()) throw Object.assign(new Error(`${path} is a directory`), { code: 'EISDIR' })
    await pipeline(createReadStream(path), stdout, { end: false })
  } else if ('WriteFile' in command) {
    const { path } = command.WriteFile
    await mkdir(dirname(path), { recursive: true })
    await pipeline(stdin, createWriteStream(path))
  } else if ('MakeDirectory' in command) {
    await mkdir(command.MakeDirectory.path, { recursive: true })
  } else {
    await rm(command.Remove.path, { recursive: command.Remove.recursive ?? false })
  }
}

async function describe(path: string): Promise<Record<string, unknown>> {
  const found = await lstat(path)
  return {
    name: basename(path),
    path,
    type: found.isDirectory() ? 'directory' : found.isSymbolicLink() ? 'symlink' : 'file',
    size: found.size,
    mode: found.mode & 0o7777,
    permissions: '',
    owner: String(found.uid),
    group: String(found.gid),
    modified_time: found.mtimeMs / 1000,
    symlink_target: null,
  }
}
