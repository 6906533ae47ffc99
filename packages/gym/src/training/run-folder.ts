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

const checkpointPattern = /^iter_(\d{7,})$/
const statePattern = /^iter_(\d{7,})\.safetensors$/
const partialPattern = /^\.iter_(\d{7,})\..+\.partial$/

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
    const match = checkpointPattern.exec(name)
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
 * Writes a checkpoint and, first, what resuming from it needs: so whoever sees the checkpoint finds its state. What an earlier
 * try has left under the same name is replaced as a whole: a reward need not score twice alike, and weights and state belong
 * to one try.
 */
export async function saveCheckpoint(engine: Engine, folder: RunFolder, rolloutId: number): Promise<string> {
  const path = join(folder.checkpoints, checkpointName(rolloutId))
  const state = stateFile(folder, rolloutId)
  // Of this try: a resume drops the states of all that is done again.
  if (existsSync(state) && (await isCompleteCheckpoint(path))) return path
  await onDisk(path, async () => {
    makeFolder(folder.checkpoints)
    makeFolder(folder.resume)
  })
  // Makes room first: two states, the one being written and one to fall back to, are never three.
  await keepStates(folder, 1)
  if (existsSync(path)) {
    await replacePair(engine, folder, rolloutId)
    return path
  }
  await engine.saveTrainingState(state)
  try {
    await engine.saveCheckpoint(path)
  } catch (error) {
    // Twice the size of the weights, and of no use without them.
    await rm(state, { force: true }).catch(() => undefined)
    throw error
  }
  return path
}

/**
 * Writes weights and state beside an old folder, which may be served just now, and puts them in its place. The state comes
 * last: a kill at any moment leaves the old or the new folder alone, or none, and never one with the state of another try.
 */
async function replacePair(engine: Engine, folder: RunFolder, rolloutId: number): Promise<void> {
  const name = checkpointName(rolloutId)
  const path = join(folder.checkpoints, name)
  const state = stateFile(folder, rolloutId)
  const newPath = join(folder.checkpoints, `.${name}.anew.partial`)
  const newState = `${state}.anew.partial`
  const leaving = leavingPath(folder, name)
  try {
    await engine.saveTrainingState(newState)
    await engine.saveCheckpoint(newPath)
    await onDisk(path, async () => {
      await rename(path, leaving)
      await rename(newPath, path)
      await rename(newState, state)
      await rm(leaving, { recursive: true, force: true })
    })
  } catch (error) {
    await rm(newState, { force: true }).catch(() => undefined)
    await rm(newPath, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** What a run can be resumed from, and what it cannot be. */
export interface Resumable {
  /** Complete checkpoints whose resume state is there, newest first. */
  readonly resumable: readonly (Checkpoint & { readonly stateFile: string })[]
  /** All complete checkpoints, oldest first. */
  readonly complete: readonly Checkpoint[]
  /** What something else has damaged or removed, and in which words that is told. */
  readonly problems: readonly { readonly rolloutId: number; readonly message: string }[]
}

/** Finds what a run can be resumed from, and clears what an interrupted writer left behind. */
export async function findResumable(folder: RunFolder): Promise<Resumable> {
  const left = await namesIn(folder.checkpoints)
  const folders = left.flatMap((name) => rolloutsOf(name, checkpointPattern))
  // Their writer was stopped between state and folder. Before the partial folders, without which one seems to be missing.
  for (const rolloutId of left.flatMap((name) => rolloutsOf(name, partialPattern))) {
    if (!folders.includes(rolloutId)) await rm(stateFile(folder, rolloutId), { force: true })
  }
  await removePartialFolders(folder.checkpoints)
  const names = await namesIn(folder.resume)
  for (const name of names) if (name.endsWith('.partial')) await rm(join(folder.resume, name), { force: true })
  const states = new Set(names.flatMap((name) => rolloutsOf(name, statePattern)))
  const complete = await checkpointsIn(folder)
  const isComplete = new Set(complete.map(({ rolloutId }) => rolloutId))

  const problems = [...new Set([...states, ...folders])].flatMap((rolloutId) => {
    const name = checkpointName(rolloutId)
    if (isComplete.has(rolloutId)) {
      return states.has(rolloutId) ? [] : [{ rolloutId, message: `${name} has no resume state` }]
    }
    if (folders.includes(rolloutId)) return [{ rolloutId, message: `checkpoint ${name} is damaged` }]
    return [{ rolloutId, message: `checkpoint ${name} is missing, of which there is a resume state` }]
  })
  const resumable = complete
    .filter(({ rolloutId }) => states.has(rolloutId))
    .map((checkpoint) => ({ ...checkpoint, stateFile: stateFile(folder, checkpoint.rolloutId) }))
    .reverse()
  return { resumable, complete, problems: problems.sort((a, b) => a.rolloutId - b.rolloutId) }
}

/** Removes resume states later than a rollout that is gone on from: what follows writes them anew. */
export async function dropStatesAfter(folder: RunFolder, rolloutId: number): Promise<void> {
  for (const name of await namesIn(folder.resume)) {
    const [of] = rolloutsOf(name, statePattern)
    if (of !== undefined && of > rolloutId) await rm(join(folder.resume, name), { force: true })
  }
}

/**
 * Removes what is older than the checkpoint that was just saved and no longer wanted: all but the newest `keepLast`
 * checkpoints (0 keeps all), and all but the two newest resume states, one of them to fall back to. Once the last rollout is
 * done there is nothing to go on with, and one is left.
 */
export async function pruneCheckpoints(
  folder: RunFolder,
  {
    keepLast,
    savedRollout,
    isLast,
  }: { readonly keepLast: number; readonly savedRollout: number; readonly isLast: boolean },
): Promise<void> {
  // Later ones are of before a resume from an earlier one; their turn comes again.
  const checkpoints = (await checkpointsIn(folder)).filter(({ rolloutId }) => rolloutId <= savedRollout)
  for (const checkpoint of keepLast === 0 ? [] : checkpoints.slice(0, -keepLast)) {
    await removeCheckpoint(folder, checkpoint)
  }
  await keepStates(folder, isLast ? 1 : 2)
}

/** Removes the folder of a checkpoint; renamed first, so that a listing never meets a half-removed one. */
export async function removeCheckpoint(
  folder: RunFolder,
  { name, path }: Pick<Checkpoint, 'name' | 'path'>,
): Promise<void> {
  const leaving = leavingPath(folder, name)
  await onDisk(path, async () => {
    await rename(path, leaving)
    await rm(leaving, { recursive: true, force: true })
  })
}

function leavingPath(folder: RunFolder, name: string): string {
  return join(folder.checkpoints, `.${name}.removed.partial`)
}

/** Removes all resume states but those of the newest `count` complete checkpoints that have one. */
async function keepStates(folder: RunFolder, count: number): Promise<void> {
  const rollouts = (await namesIn(folder.resume)).flatMap((name) => rolloutsOf(name, statePattern))
  let kept = 0
  for (const rolloutId of rollouts.sort((a, b) => b - a)) {
    const isOfUse = kept < count && (await isCompleteCheckpoint(join(folder.checkpoints, checkpointName(rolloutId))))
    if (isOfUse) kept += 1
    else await rm(stateFile(folder, rolloutId), { force: true })
  }
}

async function namesIn(path: string): Promise<string[]> {
  return existsSync(path) ? await readdir(path) : []
}

function rolloutsOf(name: string, pattern: RegExp): number[] {
  const match = pattern.exec(name)
  return match === null ? [] : [Number(match[1])]
}
