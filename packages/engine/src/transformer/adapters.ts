import { type LoraOptions, type LoraTarget, loraTargets } from '../engine-api.js'
import { EngineError } from '../errors.js'
import { uniformAt } from '../generation/random.js'
import type { DecoderParameters, LayerParameters, Parameter, ParameterLayout } from './parameters.js'

/** The low-rank pair of one matrix W [in, out]: the policy uses W + scale * down @ up. */
export interface Adapter {
  readonly matrix: Parameter
  /** [in, rank]; PEFT's lora_A, transposed. */
  readonly down: Parameter
  /** [rank, out]; PEFT's lora_B, transposed. */
  readonly up: Parameter
}

/** All adapters of a model (LoRA, arXiv 2106.09685), laid out in one flat array of their own. */
export interface AdapterLayout {
  readonly layout: ParameterLayout
  readonly adapters: readonly Adapter[]
  readonly rank: number
  readonly alpha: number
  /** alpha / rank: what the product of a pair is multiplied by. */
  readonly scale: number
  readonly targets: readonly LoraTarget[]
}

const targetOf: Partial<Record<keyof LayerParameters<Parameter>, LoraTarget>> = {
  query: 'q_proj',
  key: 'k_proj',
  value: 'v_proj',
  output: 'o_proj',
  gate: 'gate_proj',
  up: 'up_proj',
  down: 'down_proj',
}

/** Lays out the adapters of every layer's targets under PEFT's tensor names. Throws 'bad-request' for options that fit no model. */
export function layoutAdapters(structure: DecoderParameters<Parameter>, options: LoraOptions): AdapterLayout {
  const { rank, alpha = 2 * rank, targets = loraTargets } = options
  if (!Number.isInteger(rank) || rank < 1) {
    throw new EngineError('bad-request', `the LoRA rank is ${rank}; give a whole number from 1, for example 16`)
  }
  const unknown = targets.find((target) => !loraTargets.includes(target))
  if (unknown !== undefined || targets.length === 0) {
    throw new EngineError(
      'bad-request',
      `LoRA cannot be put on ${unknown === undefined ? 'no matrix at all' : `"${unknown}"`}; choose from ${loraTargets.join(', ')}`,
    )
  }
  const parameters: Parameter[] = []
  let offset = 0
  const place = (matrix: Parameter, suffix: string, shape: readonly [number, number]): Parameter => {
    const size = shape[0] * shape[1]
    const name = `base_model.model.${matrix.name.replace(/weight$/, suffix)}`
    const parameter: Parameter = { name, shape, isTransposed: true, offset, size }
    parameters.push(parameter)
    offset += size
    return parameter
  }
  const adapters = structure.layers.flatMap((layer) =>
    (Object.keys(targetOf) as (keyof typeof layer)[]).flatMap((key): Adapter[] => {
      const matrix = layer[key]
      const target = targetOf[key]
      if (matrix === null || target === undefined || !targets.includes(target)) return []
      const [inputs, outputs] = matrix.shape as [number, number]
      const down = place(matrix, 'lora_A.weight', [inputs, rank])
      const up = place(matrix, 'lora_B.weight', [rank, outputs])
      return [{ matrix, down, up }]
    }),
  )
  return { layout: { parameters, size: offset }, adapters, rank, alpha, scale: alpha / rank, targets }
}

/** Draws `down` as PEFT does (Kaiming uniform with a = sqrt(5): within 1 / sqrt(in)) and leaves `up` zero. */
export function initialAdapters({ layout, adapters }: AdapterLayout, seed: number): Float32Array {
  const values = new Float32Array(layout.size)
  for (const { down } of adapters) {
    const bound = 1 / Math.sqrt(down.shape[0] as number)
    for (let i = down.offset; i < down.offset + down.size; i++) values[i] = bound * (2 * uniformAt(seed, i) - 1)
  }
  return values
}
