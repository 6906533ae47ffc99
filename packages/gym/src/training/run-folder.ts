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
 * Writes a checkpoint and, first, what resuming from it needs: so whoever sees the checkpoint finds its state. A complete
 * folder of an earlier try is kept, since doing a rollout again gives the same weights; a state that it lacks is written.
 */
export async function saveCheckpoint(engine: Engine, folder: RunFolder, rolloutId: number): Promise<string> {
  const path = join(folder.checkpoints, checkpointName(rolloutId))
  const state = stateFile(folder, rolloutId)
  const isComplete = await isCompleteCheckpoint(path)
  if (isComplete && existsSync(state)) return path
  await onDisk(path, async () => {
    makeFolder(folder.checkpoints)
    makeFolder(folder.resume)
  })
  // Makes room first: two states, the one being written and one to fall back to, are never three.
  await keepStates(folder, 1)
  if (!isComplete) await rm(path, { recursive: true, force: true })
  await engine.saveTrainingState(state)
  if (isComplete) return path
  try {
    await engine.saveCheckpoint(path)
  } catch (error) {
    // Twice the size of the weights, and of no use without them.
    await rm(state, { force: true }).catch(() => undefined)
    throw error
  }
  return path
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
  const unfinished = await removePartialFolders(folder.checkpoints)
  const names = await namesIn(folder.resume)
  for (const name of names) if (name.endsWith('.partial')) await rm(join(folder.resume, name), { force: true })
  const states = new Set(names.flatMap((name) => rolloutsOf(name, statePattern)))
  const folders = (await namesIn(folder.checkpoints)).flatMap((name) => rolloutsOf(name, checkpointPattern))
  const complete = await checkpointsIn(folder)
  const isComplete = new Set(complete.map(({ rolloutId }) => rolloutId))

  const problems = [...new Set([...states, ...folders])].flatMap((rolloutId) => {
    const name = checkpointName(rolloutId)
    if (isComplete.has(rolloutId)) {
      return states.has(rolloutId) ? [] : [{ rolloutId, message: `${name} has no resume state` }]
    }
    if (folders.includes(rolloutId)) return [{ rolloutId, message: `checkpoint ${name} is damaged` }]
    // Its writer was stopped between state and folder: nothing is wrong.
    if (unfinished.some((left) => left.startsWith(`.${name}.`))) return []
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
  for (const { name, path } of keepLast === 0 ? [] : checkpoints.slice(0, -keepLast)) {
    // Renamed first, so that a listing never meets a half-removed folder.
    const leaving = join(folder.checkpoints, `.${name}.removed.partial`)
    await rename(path, leaving)
    await rm(leaving, { recursive: true, force: true })
  }
  await keepStates(folder, isLast ? 1 : 2)
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
