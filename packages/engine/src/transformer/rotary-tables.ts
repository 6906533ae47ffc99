import type { ModelConfig, RopeScaling } from '../checkpoint/model-config.js'
import type { GraphBuilder } from '../graph/graph-builder.js'
import type { RotaryTables } from '../graph/operators.js'

/** Embeds cos and sin of position * theta^(-2i / headDim) for all positions, [positions, headDim / 2]. */
export function rotaryTables(graph: GraphBuilder, config: ModelConfig, positions: number): RotaryTables {
  const half = config.headDim / 2
  const cos = new Float32Array(positions * half)
  const sin = new Float32Array(positions * half)
  for (let i = 0; i < half; i++) {
    const frequency = scaledFrequency(config.ropeTheta ** ((-2 * i) / config.headDim), config.ropeScaling)
    for (let position = 0; position < positions; position++) {
      cos[position * half + i] = Math.cos(position * frequency)
      sin[position * half + i] = Math.sin(position * frequency)
    }
  }
  return { cos: graph.constant(cos, [positions, half]), sin: graph.constant(sin, [positions, half]) }
}

/**
 * Applies the model's RoPE scaling to one frequency, in radians a position. "llama3": by how many waves fit the original
 * context, a frequency is kept (many), divided by the factor (few), or blended (between); meta-llama's published rule.
 */
function scaledFrequency(frequency: number, scaling: RopeScaling): number {
  if (scaling.type === 'default') return frequency
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositions } = scaling
  const waves = (originalMaxPositions * frequency) / (2 * Math.PI)
  const kept = Math.min(1, Math.max(0, (waves - lowFreqFactor) / (highFreqFactor - lowFreqFactor)))
  return frequency * (kept + (1 - kept) / factor)
}
