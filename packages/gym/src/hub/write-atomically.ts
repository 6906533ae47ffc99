import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { GymError, messageOf } from '../errors.js'

/** Characters gathered before they are written. */
const batchSize = 2 ** 20

/**
 * Writes texts to a file so that it appears whole or not at all: into a neighbour first, which is flushed to the disk and
 * renamed. What the source throws passes through; a failing disk is a GymError ('store').
 */
export async function writeAtomically(path: string, texts: AsyncIterable<string>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`
  try {
    await onDisk(path, async () => makeFolder(dirname(path)))
    const file = await onDisk(path, () => open(unfinished, 'wx'))
    try {
      let batch = ''
      for await (const text of texts) {
        batch += text
        if (batch.length < batchSize) continue
        await onDisk(path, () => file.writeFile(batch))
        batch = ''
      }
      await onDisk(path, () => file.writeFile(batch))
      await onDisk(path, () => file.sync())
    } finally {
      await file.close()
    }
    await onDisk(path, () => rename(unfinished, path))
  } catch (error) {
    // The first failure is the one to tell.
    await rm(unfinished, { force: true }).catch(() => {})
    throw error
  }
}

/** Runs a disk operation and says in a GymError ('store') what failed and what to do. */
export async function onDisk<Result>(path: string, operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation()
  } catch (error) {
    throw diskFailure(error, path)
  }
}

/** Turns a system error about a path into a GymError ('store'). */
export function diskFailure(error: unknown, path: string): GymError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const message = isFull
    ? `the disk is full, so ${path} could not be written; free some space or set TRAINING_GYM_HOME to another disk`
    : `${path} could not be written (${typeof code === 'string' ? code : messageOf(error)}); check its folder, or set TRAINING_GYM_HOME to another one`
  return new GymError('store', isFull ? 'disk-full' : 'cannot-write', message, { cause: error })
}
