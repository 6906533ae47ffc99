import type { ModelConfig } from '../checkpoint/model-config.js'
import { checkWeights } from '../checkpoint/parameter-shapes.js'
import { openWeights } from '../checkpoint/safetensors.js'
import type { TensorToWrite } from '../checkpoint/write-safetensors.js'
import { type ParameterLayout, reorient } from './parameters.js'

/**
 * Reads all weights of a Hugging Face folder into one flat array, `into` when given, matrices turned to [in, out]. Files
 * are read in parts, so that the peak is this array and one matrix.
 */
export async function loadWeights(
  folder: string,
  config: ModelConfig,
  layout: ParameterLayout,
  into?: Float32Array,
): Promise<Float32Array> {
  const source = await openWeights(folder)
  checkWeights(config, source)
  const weights = into ?? new Float32Array(layout.size)
  const scratch = scratchFor(layout)
  for (const parameter of layout.parameters) {
    const place = weights.subarray(parameter.offset, parameter.offset + parameter.size)
    if (!parameter.isTransposed) {
      await source.read(parameter.name, place)
      continue
    }
    const [inputs, outputs] = parameter.shape as [number, number]
    reorient(await source.read(parameter.name, scratch.subarray(0, parameter.size)), place, outputs, inputs)
  }
  return weights
}

/**
 * Views the flat array as the tensors of a checkpoint. Matrices are turned back to [out, in] one at a time, when they are
 * written: all at once would be a second copy of the model, at the moment when a run needs most memory anyway.
 */
export function tensorsOf(weights: Float32Array, layout: ParameterLayout): TensorToWrite[] {
  let scratch: Float32Array | null = null
  return layout.parameters.map(({ name, shape, isTransposed, offset, size }): TensorToWrite => {
    const data = weights.subarray(offset, offset + size)
    if (!isTransposed) return { name, shape, data }
    const [inputs, outputs] = shape as [number, number]
    const turn = () => {
      scratch ??= scratchFor(layout)
      const turned = scratch.subarray(0, size)
      reorient(data, turned, inputs, outputs)
      return turned
    }
    return { name, shape: [outputs, inputs], data: turn }
  })
}

/** Room for the largest matrix that is turned. */
function scratchFor({ parameters }: ParameterLayout): Float32Array {
  return new Float32Array(parameters.reduce((most, p) => (p.isTransposed ? Math.max(most, p.size) : most), 0))
}
