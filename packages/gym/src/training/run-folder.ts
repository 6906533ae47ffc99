import { type Dirent, existsSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Engine, isCompleteCheckpoint, removePartialFolders } from '@training-gym/engine'
import { makeFolder } from '@training-gym/engine/make-folder'
import { onDisk } from '../hub/write-atomically.js'
import type { Checkpoint } from './checkpoint.js'

/** Where a training run keeps its files: `<home>/runs/<id>/checkpoints/iter_0000004`, resume state beside it. */
export interface RunFolder {
  readonly trainingRunId: string
  readonly checkpoints: string
  readonly resume: string
}

/** Names the folders of a run without touching the disk. */
export function runFolder(home: string, trainingRunId: string): RunFolder {
  const root = join(home, 'runs', trainingRunId)
  return { trainingRunId, checkpoints: join(root, 'checkpoints'), resume: join(root, 'resume') }
}

/** Names a checkpoint after the 0-based rollout whose step it followed, as slime does. */
export function checkpointName(rolloutId: number): string {
  return `iter_${String(rolloutId).padStart(7, '0')}`
}

/** Lists the complete checkpoints of a run, oldest first; a half-written one is never among them. */
export async function checkpointsIn(folder: RunFolder): Promise<Checkpoint[]> {
  const entries: Dirent[] = existsSync(folder.checkpoints)
    ? await readdir(folder.checkpoints, { withFileTypes: true })
    : []
  const checkpoints: Checkpoint[] = []
  for (const { name } of entries) {
    const match = /^iter_(\d{7,})$/.exec(name)
    const path = join(folder.checkpoints, name)
    if (match === null || !(await isCompleteCheckpoint(path))) continue
    const { mtimeMs } = await stat(path)
    const rolloutId = Number(match[1])
    checkpoints.push({ trainingRunId: folder.trainingRunId, rolloutId, name, path, createdAt: Math.round(mtimeMs) })
  }
  return checkpoints.sort((a, b) => a.rolloutId - b.rolloutId)
}

function stateFile(folder: RunFolder, rolloutId: number): string {
  return join(folder.resume, `${checkpointName(rolloutId)}.safetensors`)
}

/**
 * Writes a checkpoint and, first, what resuming from it needs: so whoever sees the checkpoint finds its state. An
 * earlier try of the same checkpoint is kept when it is complete.
 */
export async function saveCheckpoint(engine: Engine, folder: RunFolder, rolloutId: number): Promise<string> {
  const path = join(folder.checkpoints, checkpointName(rolloutId))
  if (await isCompleteCheckpoint(path)) return path
  await onDisk(path, async () => {
    makeFolder(folder.checkpoints)
    makeFolder(folder.resume)
  })
  await rm(path, { recursive: true, force: true })
  await engine.saveTrainingState(stateFile(folder, rolloutId))
  await engine.saveCheckpoint(path)
  return path
}

/** Finds the newest checkpoint that a run can be resumed from, and clears what an interrupted writer left behind. */
export async function latestResumable(
  folder: RunFolder,
): Promise<(Checkpoint & { readonly stateFile: string }) | null> {
  await removePartialFolders(folder.checkpoints)
  const checkpoints = await checkpointsIn(folder)
  const resumable = checkpoints.filter(({ rolloutId }) => existsSync(stateFile(folder, rolloutId)))
  const newest = resumable.at(-1)
  return newest === undefined ? null : { ...newest, stateFile: stateFile(folder, newest.rolloutId) }
}

/** Removes all but the newest `keepLast` checkpoints (0 keeps all), and resume state older than the newest one. */
export async function pruneCheckpoints(folder: RunFolder, keepLast: number): Promise<void> {
  const checkpoints = await checkpointsIn(folder)
  for (const { rolloutId } of checkpoints.slice(0, -1)) await rm(stateFile(folder, rolloutId), { force: true })
  if (keepLast === 0) return
  for (const { name, path } of checkpoints.slice(0, -keepLast)) {
    // Renamed first, so that a listing never meets a half-removed folder.
    const leaving = join(folder.checkpoints, `.${name}.removed.partial`)
    await rename(path, leaving)
    await rm(leaving, { recursive: true, force: true })
  }
}
