import { copyFile, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '@training-gym/engine'
import type { SlimeArguments } from './slime-flags.test.support.js'

/** Where a resumed run goes on: the next rollout, and what to restore. */
export interface Resumed {
  readonly nextRollout: number
  /** Batches that were taken from the dataset before; 0 where the file that says so is missing, as slime has it. */
  readonly batchesTaken: number
  readonly weights: string
  readonly stateFile: string
}

const nameOf = (iteration: number) => `iter_${String(iteration).padStart(7, '0')}`
const positionOf = (folder: string, iteration: number) =>
  join(folder, 'rollout', `global_dataset_state_dict_${iteration}.pt`)

/**
 * Reads the tracker of a folder of checkpoints; null when there is none, as at the first start.
 *
 * @throws Error when the checkpoint is of a run of another length, as Megatron does.
 */
export async function readTracker(folder: string, args: SlimeArguments): Promise<Resumed | null> {
  const tracker = await readFile(join(folder, 'latest_checkpointed_iteration.txt'), 'utf8').catch(() => null)
  if (tracker === null) return null
  const iteration = Number(tracker)
  loadSchedule(await readFile(join(folder, nameOf(iteration), 'common.pt'), 'utf8'), args)
  return {
    nextRollout: iteration + 1,
    batchesTaken: Number(await readFile(positionOf(folder, iteration), 'utf8').catch(() => 0)),
    weights: join(folder, nameOf(iteration), 'weights'),
    stateFile: join(folder, nameOf(iteration), '__0_0.distcp'),
  }
}

/** Steps of Megatron's schedule, in samples: slime's get_optimizer_param_scheduler. */
function scheduleOf(args: SlimeArguments) {
  const samples = args.number('--rollout-batch-size') * args.number('--n-samples-per-prompt', 1)
  const batch = args.number('--global-batch-size', Math.floor(samples / args.number('--num-steps-per-rollout', 1)))
  const steps = Math.floor((args.number('--num-rollout') * samples) / batch)
  return { lr_decay_steps: args.number('--lr-decay-iters', steps) * batch, wd_incr_steps: steps * batch }
}

/** What Megatron's OptimizerParamScheduler checks when it loads its state. */
function loadSchedule(text: string, args: SlimeArguments): void {
  const isOverridden = args.has('--override-opt-param-scheduler')
  const isTaken = args.has('--use-checkpoint-opt-param-scheduler')
  if (isOverridden && isTaken) throw new Error('AssertionError: both override and use-checkpoint are set.')
  const kept = JSON.parse(text) as ReturnType<typeof scheduleOf>
  const own = scheduleOf(args)
  const names = {
    lr_decay_steps: 'total number of iterations',
    wd_incr_steps: 'total number of weight decay iterations',
  } as const
  for (const key of ['lr_decay_steps', 'wd_incr_steps'] as const) {
    if (isOverridden || isTaken || own[key] === kept[key]) continue
    // Without a space, as it is there.
    const message = `OptimizerParamScheduler: class input value ${own[key]} and checkpointvalue ${kept[key]} for ${names[key]} do not match`
    throw new Error(`AssertionError: ${message}`)
  }
}

/**
 * Writes a checkpoint in slime's order: Megatron's folder with weights and the state of optimizer and schedule, the tracker,
 * then the Hugging Face folder, whose index comes last. The data position comes after it: `writeDataPosition`.
 */
export async function writeSlimeCheckpoint(
  engine: Engine,
  args: SlimeArguments,
  { save, saveHf, iteration }: { readonly save: string; readonly saveHf: string; readonly iteration: number },
): Promise<void> {
  const megatron = join(save, nameOf(iteration))
  await rm(megatron, { recursive: true, force: true })
  await mkdir(megatron, { recursive: true })
  await engine.saveTrainingState(join(megatron, '__0_0.distcp'))
  const whole = join(megatron, 'weights')
  await engine.saveCheckpoint(whole)
  await writeFile(join(megatron, 'common.pt'), JSON.stringify(scheduleOf(args)))
  await writeFile(join(megatron, '.metadata'), '')
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

/** Writes how far the dataset was read, which slime does when all the rest of a checkpoint is there. */
export async function writeDataPosition(save: string, iteration: number, batchesTaken: number): Promise<void> {
  await mkdir(join(save, 'rollout'), { recursive: true })
  await writeFile(positionOf(save, iteration), String(batchesTaken))
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
