import { rename, rm } from 'node:fs/promises'
import { diskError } from '../checkpoint/disk-error.js'
import { readSafetensors } from '../checkpoint/safetensors.js'
import { writeSafetensors } from '../checkpoint/write-safetensors.js'
import { EngineError } from '../errors.js'
import type { AdamState } from './adamw.js'

/** What only resuming needs: the optimizer, and the adapters where they are what is trained. */
export interface TrainingState {
  readonly adam: AdamState
  /** Flat, as the optimizer's moments; null where the weights themselves are trained. */
  readonly adapters: Float32Array | null
}

/**
 * Writes the state as safetensors, under a temporary name first, so that a half-written file is never read. A failure
 * leaves nothing behind; a process that is killed leaves at most `<file>.partial`.
 */
export async function writeTrainingState(file: string, { adam, adapters }: TrainingState): Promise<void> {
  const shape = [adam.mean.length]
  const partial = `${file}.partial`
  try {
    await writeSafetensors(
      partial,
      [
        { name: 'adam.mean', shape, data: adam.mean },
        { name: 'adam.variance', shape, data: adam.variance },
        ...(adapters === null ? [] : [{ name: 'adapters', shape, data: adapters }]),
      ],
      { dtype: 'F32', metadata: { step: String(adam.step) } },
    )
    await rename(partial, file)
  } catch (error) {
    // What failed first is what the user must hear.
    await rm(partial, { force: true }).catch(() => undefined)
    throw diskError(error, 'write', file)
  }
}

/** Reads the state; throws 'bad-checkpoint' when it does not belong to `size` trained values, adapters or weights. */
export async function readTrainingState(
  file: string,
  { size, isLora }: { readonly size: number; readonly isLora: boolean },
): Promise<TrainingState> {
  const source = await readSafetensors(file)
  const step = Number(source.metadata.get('step'))
  const found = source.tensors.get('adam.mean')?.shape[0]
  const hasAdapters = source.tensors.has('adapters')
  if (!Number.isInteger(step) || step < 0 || found !== size || hasAdapters !== isLora) {
    const what = (lora: boolean) => (lora ? 'adapter values' : 'weights')
    throw new EngineError(
      'bad-checkpoint',
      `"${file}" holds the optimizer state of ${found ?? 'no'} ${what(hasAdapters)} at step ${source.metadata.get('step') ?? 'unknown'}, but this run trains ${size} ${what(isLora)}; resume the run that wrote it`,
    )
  }
  const adam = { mean: await source.read('adam.mean'), variance: await source.read('adam.variance'), step }
  return { adam, adapters: isLora ? await source.read('adapters') : null }
}
