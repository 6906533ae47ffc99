import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its file system takes no new folders there',
  EEXIST: 'a file, or a link that leads nowhere, has its name',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'permission was denied',
  EPERM: 'the operation is not permitted there',
  EROFS: 'the file system is read-only',
  ELOOP: 'a link in its path leads back to itself',
  ENAMETOOLONG: 'its path is too long',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
}

/**
 * Makes a folder, and those above it where they are missing; one that is there stays as it is. For every folder that may
 * come from outside: Node's own recursive mkdir tries forever where a file system takes no new names, as below /proc.
 * Synchronous, so that whoever opens a log in a constructor may use it too.
 *
 * @throws an Error with the `code` of the system's and, in words, which folder cannot be made and why.
 */
export function makeFolder(path: string): void {
  const folder = resolve(path)
  const first = tryToMake(folder)
  if (first === null) return
  const parent = dirname(folder)
  if (first.code !== 'ENOENT' || parent === folder) throw told(first, folder)
  makeFolder(parent)
  // Once more and never again: with its parent there, what is missing cannot be made.
  const second = tryToMake(folder)
  if (second !== null) throw told(second, folder)
}

/** Returns what is against the folder; null when it is there now. */
function tryToMake(folder: string): NodeJS.ErrnoException | null {
  try {
    mkdirSync(folder)
    return null
  } catch (error) {
    // Not every system says EEXIST of a folder that it would not let one make.
    return isFolder(folder) ? null : (error as NodeJS.ErrnoException)
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function told(cause: NodeJS.ErrnoException, folder: string): Error {
  const { code } = cause
  const reason = (code !== undefined && reasons[code]) || cause.message
  return Object.assign(new Error(`the folder ${folder} cannot be made: ${reason}`, { cause }), { code })
}
