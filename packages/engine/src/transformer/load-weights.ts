import type { ModelConfig } from '../checkpoint/model-config.js'
import { checkWeights } from '../checkpoint/parameter-shapes.js'
import { openWeights } from '../checkpoint/safetensors.js'
import type { TensorToWrite } from '../checkpoint/write-safetensors.js'
import { type Parameter, type ParameterLayout, reorient } from './parameters.js'

/** Reads all weights of a Hugging Face folder into one flat array, matrices turned to [in, out]. */
export async function loadWeights(folder: string, config: ModelConfig, layout: ParameterLayout): Promise<Float32Array> {
  const source = await openWeights(folder)
  checkWeights(config, source)
  const weights = new Float32Array(layout.size)
  for (const parameter of layout.parameters) {
    const place = weights.subarray(parameter.offset, parameter.offset + parameter.size)
    if (!parameter.isTransposed) {
      await source.read(parameter.name, place)
      continue
    }
    const [inputs, outputs] = parameter.shape as [number, number]
    reorient(await source.read(parameter.name), place, outputs, inputs)
  }
  return weights
}

/** Views the flat array as the tensors of a checkpoint, matrices turned back to [out, in]. */
export function tensorsOf(weights: Float32Array, layout: ParameterLayout): TensorToWrite[] {
  return layout.parameters.map((parameter) => tensorOf(weights, parameter))
}

function tensorOf(weights: Float32Array, { name, shape, isTransposed, offset, size }: Parameter): TensorToWrite {
  const data = weights.subarray(offset, offset + size)
  if (!isTransposed) return { name, shape, data }
  const [inputs, outputs] = shape as [number, number]
  const turned = new Float32Array(size)
  reorient(data, turned, inputs, outputs)
  return { name, shape: [outputs, inputs], data: turned }
}
