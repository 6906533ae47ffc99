import { GymError } from '../errors.js'
import { HuggingFaceModel, type HuggingFaceModelOptions } from './hugging-face-model.js'
import type { ModelFacts } from './model.js'

/** Facts common to all sizes of Qwen3: 128 wide heads, 8 of them for keys and values. */
const qwen3 = {
  architecture: 'qwen3',
  kvHeads: 8,
  headDim: 128,
  vocabSize: 151_936,
  contextTokens: 40_960,
  ropeTheta: 1_000_000,
  normEpsilon: 1e-6,
} as const
const smolLm2 = { architecture: 'llama', headDim: 64, vocabSize: 49_152, isTied: true, contextTokens: 8192 } as const

/** Architecture of each model in the catalogue, from the `config.json` of its repository. */
const factsOf = {
  'Qwen/Qwen3-0.6B': {
    ...qwen3,
    parameters: 596_049_920,
    layers: 28,
    hiddenSize: 1024,
    intermediateSize: 3072,
    heads: 16,
    isTied: true,
  },
  'Qwen/Qwen3-1.7B': {
    ...qwen3,
    parameters: 1_720_574_976,
    layers: 28,
    hiddenSize: 2048,
    intermediateSize: 6144,
    heads: 16,
    isTied: true,
  },
  'Qwen/Qwen3-4B': {
    ...qwen3,
    parameters: 4_022_468_096,
    layers: 36,
    hiddenSize: 2560,
    intermediateSize: 9728,
    heads: 32,
    isTied: true,
  },
  'Qwen/Qwen3-8B': {
    ...qwen3,
    parameters: 8_190_735_360,
    layers: 36,
    hiddenSize: 4096,
    intermediateSize: 12_288,
    heads: 32,
    isTied: false,
  },
  'Qwen/Qwen3-14B': {
    ...qwen3,
    parameters: 14_768_307_200,
    layers: 40,
    hiddenSize: 5120,
    intermediateSize: 17_408,
    heads: 40,
    isTied: false,
  },
  'Qwen/Qwen3-32B': {
    ...qwen3,
    parameters: 32_762_123_264,
    layers: 64,
    hiddenSize: 5120,
    intermediateSize: 25_600,
    heads: 64,
    isTied: false,
  },
  'Qwen/Qwen3-30B-A3B': {
    ...qwen3,
    parameters: 30_532_122_624,
    layers: 48,
    hiddenSize: 2048,
    intermediateSize: 6144,
    heads: 32,
    kvHeads: 4,
    isTied: false,
    experts: { count: 128, perToken: 8, intermediateSize: 768 },
  },
  'HuggingFaceTB/SmolLM2-135M-Instruct': {
    ...smolLm2,
    parameters: 134_515_008,
    layers: 30,
    hiddenSize: 576,
    intermediateSize: 1536,
    heads: 9,
    kvHeads: 3,
  },
  'HuggingFaceTB/SmolLM2-360M-Instruct': {
    ...smolLm2,
    parameters: 361_821_120,
    layers: 32,
    hiddenSize: 960,
    intermediateSize: 2560,
    heads: 15,
    kvHeads: 5,
  },
  'HuggingFaceTB/SmolLM2-1.7B-Instruct': {
    ...smolLm2,
    parameters: 1_711_376_384,
    layers: 24,
    hiddenSize: 2048,
    intermediateSize: 8192,
    heads: 32,
    kvHeads: 32,
  },
} as const satisfies Record<string, ModelFacts>

/** A model whose architecture is known without a download. */
abstract class CatalogueModel extends HuggingFaceModel {
  override readonly facts: ModelFacts

  constructor(repo: keyof typeof factsOf, options?: HuggingFaceModelOptions) {
    super(repo, options)
    this.facts = factsOf[repo]
  }
}

/** Names Qwen3-0.6B (Apache-2.0). */
export class Qwen3_0_6B extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('Qwen/Qwen3-0.6B', options)
  }
}

/** Names Qwen3-1.7B (Apache-2.0). */
export class Qwen3_1_7B extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('Qwen/Qwen3-1.7B', options)
  }
}

/** Names Qwen3-4B (Apache-2.0). */
export class Qwen3_4B extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('Qwen/Qwen3-4B', options)
  }
}

/** Names Qwen3-8B (Apache-2.0). */
export class Qwen3_8B extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('Qwen/Qwen3-8B', options)
  }
}

/** Names Qwen3-14B (Apache-2.0). */
export class Qwen3_14B extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('Qwen/Qwen3-14B', options)
  }
}

/** Names Qwen3-32B (Apache-2.0). */
export class Qwen3_32B extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('Qwen/Qwen3-32B', options)
  }
}

/** Names Qwen3-30B-A3B (Apache-2.0), a mixture of experts: 3 billion of its weights at work a token. For remote GPUs only. */
export class Qwen3_30B_A3B extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('Qwen/Qwen3-30B-A3B', options)
  }

  /** Throws GymError 'config': the built-in engine runs no mixtures of experts, so that a download would be in vain. */
  override async resolve(): Promise<string> {
    throw new GymError(
      'config',
      'remote-only',
      `${this.name} is a mixture of experts, which the built-in engine does not run: it is for remote GPUs only; choose a dense model such as Qwen3-4B on this machine`,
    )
  }
}

/** Names SmolLM2-135M, the instruct version (Apache-2.0). */
export class SmolLM2_135M extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('HuggingFaceTB/SmolLM2-135M-Instruct', options)
  }
}

/** Names SmolLM2-360M, the instruct version (Apache-2.0). */
export class SmolLM2_360M extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('HuggingFaceTB/SmolLM2-360M-Instruct', options)
  }
}

/** Names SmolLM2-1.7B, the instruct version (Apache-2.0). */
export class SmolLM2_1_7B extends CatalogueModel {
  constructor(options?: HuggingFaceModelOptions) {
    super('HuggingFaceTB/SmolLM2-1.7B-Instruct', options)
  }
}
