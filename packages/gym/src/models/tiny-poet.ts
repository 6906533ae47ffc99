import { bundledPath } from './bundled-path.js'
import type { Model, ModelFacts } from './model.js'

/**
 * Names the bundled base model: 5.8 million weights that write haiku about a topic, badly enough to learn. It ships with
 * the package, so it needs no network.
 */
export class TinyPoet implements Model {
  readonly name = 'tiny-poet'
  readonly facts: ModelFacts = {
    architecture: 'qwen3',
    parameters: 5_771_264,
    layers: 6,
    hiddenSize: 256,
    intermediateSize: 768,
    heads: 4,
    kvHeads: 2,
    headDim: 64,
    vocabSize: 4096,
    isTied: true,
    contextTokens: 512,
  }

  async resolve(): Promise<string> {
    bundledPath('tiny-poet', 'model.safetensors')
    return bundledPath('tiny-poet')
  }
}
