import { rename } from 'node:fs/promises'
import { readSafetensors } from '../checkpoint/safetensors.js'
import { writeSafetensors } from '../checkpoint/write-safetensors.js'
import { EngineError } from '../errors.js'
import type { AdamState } from './adamw.js'

/** Writes the optimizer's state as safetensors, under a temporary name first, so that a half-written file is never read. */
export async function writeTrainingState(file: string, state: AdamState): Promise<void> {
  const shape = [state.mean.length]
  const partial = `${file}.partial`
  await writeSafetensors(
    partial,
    [
      { name: 'adam.mean', shape, data: state.mean },
      { name: 'adam.variance', shape, data: state.variance },
    ],
    { dtype: 'F32', metadata: { step: String(state.step) } },
  )
  await rename(partial, file)
}

/** Reads the optimizer's state; throws 'bad-checkpoint' when it does not belong to a model of `size` weights. */
export async function readTrainingState(file: string, size: number): Promise<AdamState> {
  const source = await readSafetensors(file)
  const step = Number(source.metadata.get('step'))
  const found = source.tensors.get('adam.mean')?.shape[0]
  if (!Number.isInteger(step) || step < 0 || found !== size) {
    throw new EngineError(
      'bad-checkpoint',
      `"${file}" holds the optimizer state of ${found ?? 'no'} weights at step ${source.metadata.get('step') ?? 'unknown'}, but the model has ${size}; resume the run that wrote it`,
    )
  }
  return { mean: await source.read('adam.mean'), variance: await source.read('adam.variance'), step }
}
