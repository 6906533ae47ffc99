import type { ModelConfig } from '../checkpoint/model-config.js'
import { checkWeights } from '../checkpoint/parameter-shapes.js'
import { openWeights } from '../checkpoint/safetensors.js'
import { tensorsOf } from './load-weights.js'
import type { ParameterLayout } from './parameters.js'

/** The same weights computed by other threads differ by roundings of float32, a hundredth of this share of the largest. */
const tolerance = 1e-5

/**
 * Names the first tensor of a Hugging Face folder that is not the one in `weights`, or null where all are. Reads one at a time,
 * into room for the largest.
 */
export async function differingTensor(
  folder: string,
  config: ModelConfig,
  layout: ParameterLayout,
  weights: Float32Array,
): Promise<string | null> {
  const source = await openWeights(folder)
  checkWeights(config, source)
  const room = new Float32Array(Math.max(...layout.parameters.map(({ size }) => size)))
  for (const { name, data } of tensorsOf(weights, layout)) {
    const own = typeof data === 'function' ? data() : data
    if (differ(own, await source.read(name, room.subarray(0, own.length)))) return name
  }
  return null
}

function differ(a: Float32Array, b: Float32Array): boolean {
  let largest = 0
  let gap = 0
  for (let i = 0; i < a.length; i++) {
    const own = a[i] as number
    largest = Math.max(largest, Math.abs(own))
    gap = Math.max(gap, Math.abs(own - (b[i] as number)))
  }
  // Numbers that are not finite differ.
  return !(gap <= tolerance * largest)
}
