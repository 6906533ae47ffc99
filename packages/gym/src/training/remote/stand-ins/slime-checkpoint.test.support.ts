import { copyFile, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '@training-gym/engine'

/** Where a resumed run goes on: the next rollout, and what to restore. */
export interface Resumed {
  readonly nextRollout: number
  readonly weights: string
  readonly stateFile: string
}

const nameOf = (iteration: number) => `iter_${String(iteration).padStart(7, '0')}`

/** Reads the tracker of a folder of checkpoints; null when there is none, as at the first start. */
export async function readTracker(folder: string): Promise<Resumed | null> {
  const tracker = await readFile(join(folder, 'latest_checkpointed_iteration.txt'), 'utf8').catch(() => null)
  if (tracker === null) return null
  const iteration = Number(tracker)
  return {
    nextRollout: iteration + 1,
    weights: join(folder, nameOf(iteration), 'weights'),
    stateFile: join(folder, nameOf(iteration), '__0_0.distcp'),
  }
}

/**
 * Writes a checkpoint in slime's order: Megatron's folder with weights and optimizer's state, the data position, the tracker, then
 * the Hugging Face folder, whose index comes last.
 */
export async function writeSlimeCheckpoint(
  engine: Engine,
  { save, saveHf, iteration }: { readonly save: string; readonly saveHf: string; readonly iteration: number },
): Promise<void> {
  const megatron = join(save, nameOf(iteration))
  await rm(megatron, { recursive: true, force: true })
  await mkdir(megatron, { recursive: true })
  await engine.saveTrainingState(join(megatron, '__0_0.distcp'))
  const whole = join(megatron, 'weights')
  await engine.saveCheckpoint(whole)
  for (const name of ['.metadata', 'common.pt']) await writeFile(join(megatron, name), '')
  await mkdir(join(save, 'rollout'), { recursive: true })
  await writeFile(join(save, 'rollout', `global_dataset_state_dict_${iteration}.pt`), '')
  await writeFile(join(save, 'latest_checkpointed_iteration.txt'), String(iteration))

  const target = saveHf.replace('{rollout_id:07d}', String(iteration).padStart(7, '0'))
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  const weights = 'model-00001-of-00001.safetensors'
  for (const name of await readdir(whole)) {
    await copyFile(join(whole, name), join(target, name === 'model.safetensors' ? weights : name))
  }
  const names = await tensorNames(join(target, weights))
  const index = { metadata: {}, weight_map: Object.fromEntries(names.map((name) => [name, weights])) }
  await writeFile(join(target, 'model.safetensors.index.json'), JSON.stringify(index, null, 2))
}

/** Reads the names of the tensors out of the header of a safetensors file. */
async function tensorNames(file: string): Promise<string[]> {
  const handle = await open(file)
  try {
    const length = Buffer.alloc(8)
    await handle.read(length, 0, 8, 0)
    const header = Buffer.alloc(Number(length.readBigUInt64LE()))
    await handle.read(header, 0, header.length, 8)
    return Object.keys(JSON.parse(header.toString('utf8')) as object).filter((name) => name !== '__metadata__')
  } finally {
    await handle.close()
  }
}
