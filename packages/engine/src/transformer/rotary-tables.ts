import type { ModelConfig } from '../checkpoint/model-config.js'
import type { GraphBuilder } from '../graph/graph-builder.js'
import type { RotaryTables } from '../graph/operators.js'

/** Embeds cos and sin of position * theta^(-2i / headDim) for all positions, [positions, headDim / 2]. */
export function rotaryTables(graph: GraphBuilder, config: ModelConfig, positions: number): RotaryTables {
  const half = config.headDim / 2
  const cos = new Float32Array(positions * half)
  const sin = new Float32Array(positions * half)
  for (let i = 0; i < half; i++) {
    const frequency = config.ropeTheta ** ((-2 * i) / config.headDim)
    for (let position = 0; position < positions; position++) {
      cos[position * half + i] = Math.cos(position * frequency)
      sin[position * half + i] = Math.sin(position * frequency)
    }
  }
  return { cos: graph.constant(cos, [positions, half]), sin: graph.constant(sin, [positions, half]) }
}
