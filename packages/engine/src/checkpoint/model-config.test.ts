import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineError } from '../errors.js'
import { readModelConfig } from './model-config.js'
import { checkWeights, parameterShapes } from './parameter-shapes.js'
import { openWeights } from './safetensors.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))
let folder = ''
let poetConfig: Record<string, unknown> = {}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-config-'))
  poetConfig = JSON.parse(await readFile(join(tinyPoet, 'config.json'), 'utf8')) as Record<string, unknown>
})
afterAll(() => rm(folder, { recursive: true }))

/** Reads tiny-poet's configuration with some values changed; `undefined` leaves a key out. */
async function readWith(changes: Record<string, unknown>, generation: Record<string, unknown> = {}) {
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...poetConfig, ...changes }))
  await writeFile(join(folder, 'generation_config.json'), JSON.stringify(generation))
  return readModelConfig(folder)
}

async function errorWith(changes: Record<string, unknown>, generation?: Record<string, unknown>): Promise<EngineError> {
  const error: unknown = await readWith(changes, generation).catch((thrown: unknown) => thrown)
  if (!EngineError.is(error)) throw new Error('nothing was refused', { cause: error })
  return error
}

describe('readModelConfig', () => {
  it('reads every fact of the bundled model', async () => {
    expect(await readModelConfig(tinyPoet)).toEqual({
      architecture: 'qwen3',
      layers: 6,
      hidden: 256,
      heads: 4,
      kvHeads: 2,
      headDim: 64,
      intermediate: 768,
      vocab: 4096,
      rmsNormEps: 1e-6,
      ropeTheta: 10_000,
      ropeScaling: { type: 'default' },
      maxPositions: 512,
      qkNorm: true,
      attentionBias: false,
      attentionOutputBias: false,
      tiedHead: true,
      eosTokenIds: [2],
      bosTokenId: null,
      padTokenId: 0,
      torchDtype: 'bfloat16',
    })
  })

  it('reads the RoPE base in the old and in the new spelling', async () => {
    const older = await readWith({ rope_theta: 1e6, rope_parameters: undefined })
    const newer = await readWith({ rope_theta: undefined, rope_parameters: { rope_type: 'default', rope_theta: 5e5 } })
    expect([older.ropeTheta, newer.ropeTheta]).toEqual([1e6, 5e5])
    const error = await errorWith({ rope_theta: 1, rope_parameters: { rope_theta: 2 } })
    expect(error.message).toContain('rope_theta = 1, which contradicts rope_parameters.rope_theta (2)')
  })

  it('takes end-of-turn ids from generation_config.json first, as a number or a list', async () => {
    expect((await readWith({ eos_token_id: 3 })).eosTokenIds).toEqual([3])
    expect((await readWith({ eos_token_id: 3 }, { eos_token_id: [5, 4, 5] })).eosTokenIds).toEqual([5, 4])
    expect((await readWith({ eos_token_id: null })).eosTokenIds).toEqual([])
    expect((await errorWith({}, { eos_token_id: [2, 4096] })).message).toContain(
      'eos_token_id = 4096, not a token id below 4096',
    )
  })

  it('reads the number format in both spellings and an untied head', async () => {
    const config = await readWith({ torch_dtype: undefined, dtype: 'float32', tie_word_embeddings: false })
    expect(config).toMatchObject({ torchDtype: 'float32', tiedHead: false })
  })

  it('fills in what transformers would: head_dim 128, as many key heads as heads', async () => {
    const config = await readWith({ head_dim: undefined, num_key_value_heads: null })
    expect(config).toMatchObject({ headDim: 128, kvHeads: 4 })
  })

  it.each<[Record<string, unknown>, string]>([
    [
      { architectures: ['GemmaForCausalLM'] },
      'architecture "GemmaForCausalLM"; the built-in engine runs qwen3 (Qwen3ForCausalLM), qwen2 (Qwen2ForCausalLM), llama (LlamaForCausalLM)',
    ],
    [{ model_type: 'mamba', architectures: undefined }, 'architecture "mamba"'],
    [{ hidden_act: 'gelu' }, 'activation "gelu"; the built-in engine runs "silu" only'],
    [{ use_sliding_window: true, sliding_window: 4096 }, 'a sliding window of 4096'],
    [{ layer_types: ['full_attention', 'sliding_attention'] }, 'layers of type "sliding_attention"'],
    [{ rope_scaling: { type: 'yarn', factor: 4 }, rope_parameters: undefined }, 'RoPE scaling of the type "yarn"'],
    [{ rope_parameters: { rope_type: 'longrope', rope_theta: 1 } }, 'RoPE scaling of the type "longrope"'],
    [{ mlp_bias: true }, 'biases in the MLP'],
    [{ rope_parameters: { full_attention: { rope_theta: 1 } } }, 'RoPE scaling of per-layer parameters'],
    [{ partial_rotary_factor: 0.5 }, 'rotates 0.5 of each head'],
    [{ quantization_config: { quant_method: 'gptq' } }, 'quantized weights ("gptq")'],
  ])('refuses a model that it does not run: %j', async (changes, expected) => {
    const error = await errorWith(changes)
    expect(error.code).toBe('unsupported-model')
    expect(error.message).toContain(expected)
  })

  it.each<[Record<string, unknown>, string]>([
    [{ hidden_size: '256' }, 'hidden_size = "256", which must be a whole number from 1'],
    [{ hidden_size: undefined }, 'hidden_size = nothing'],
    [{ num_hidden_layers: 1e9 }, 'num_hidden_layers = 1000000000'],
    [{ num_attention_heads: 2.5 }, 'num_attention_heads = 2.5'],
    [{ vocab_size: -1 }, 'vocab_size = -1'],
    [{ num_key_value_heads: 3 }, 'num_key_value_heads = 3, which must divide num_attention_heads (4)'],
    [{ head_dim: 63 }, 'head_dim = 63, which must be even'],
    [{ rms_norm_eps: 0 }, 'rms_norm_eps = 0, which must be a number above 0'],
    [{ tie_word_embeddings: 'yes' }, 'tie_word_embeddings = "yes", which must be true or false'],
    [{ pad_token_id: 9999 }, 'pad_token_id = 9999'],
    [{ rope_parameters: [1] }, 'rope_parameters = [1], which must be an object'],
    [
      { rope_parameters: { rope_type: 'llama3', low_freq_factor: 1 } },
      'high_freq_factor = nothing, which must be a number above 0',
    ],
    [
      { rope_parameters: { rope_type: 'llama3', low_freq_factor: 4, high_freq_factor: 1 } },
      'high_freq_factor = 1, which must be above low_freq_factor (4)',
    ],
  ])('refuses an impossible value: %j', async (changes, expected) => {
    const error = await errorWith(changes)
    expect(error.code).toBe('bad-checkpoint')
    expect(error.message).toContain(expected)
  })

  it('says what is wrong with a config.json that is missing or not JSON', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'))
    await expect(readModelConfig(empty)).rejects.toThrow(`"${join(empty, 'config.json')}" does not exist`)
    await writeFile(join(empty, 'config.json'), '{"model_type":')
    await expect(readModelConfig(empty)).rejects.toThrow('is not JSON')
    await writeFile(join(empty, 'config.json'), '[]')
    await expect(readModelConfig(empty)).rejects.toThrow('holds an array where a JSON object was expected')
  })
})

describe('checkWeights', () => {
  it('finds every tensor of the bundled model in its place', async () => {
    const config = await readModelConfig(tinyPoet)
    const weights = await openWeights(tinyPoet)
    expect(checkWeights(config, weights)).toEqual({ unexpected: [] })
    expect(
      parameterShapes(config)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...weights.tensors.keys()].sort())
    const parameters = parameterShapes(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    expect(parameters).toBe(5_771_264)
  })

  it('asks for biases and an untied head where the configuration has them', async () => {
    const config = await readWith({ attention_bias: true, tie_word_embeddings: false, num_hidden_layers: 1 })
    expect(parameterShapes(config)).toEqual(
      Object.entries({
        'model.embed_tokens.weight': [4096, 256],
        'model.layers.0.input_layernorm.weight': [256],
        'model.layers.0.self_attn.q_proj.weight': [256, 256],
        'model.layers.0.self_attn.q_proj.bias': [256],
        'model.layers.0.self_attn.k_proj.weight': [128, 256],
        'model.layers.0.self_attn.k_proj.bias': [128],
        'model.layers.0.self_attn.v_proj.weight': [128, 256],
        'model.layers.0.self_attn.v_proj.bias': [128],
        'model.layers.0.self_attn.q_norm.weight': [64],
        'model.layers.0.self_attn.k_norm.weight': [64],
        'model.layers.0.self_attn.o_proj.weight': [256, 256],
        'model.layers.0.self_attn.o_proj.bias': [256],
        'model.layers.0.post_attention_layernorm.weight': [256],
        'model.layers.0.mlp.gate_proj.weight': [768, 256],
        'model.layers.0.mlp.up_proj.weight': [768, 256],
        'model.layers.0.mlp.down_proj.weight': [256, 768],
        'model.norm.weight': [256],
        'lm_head.weight': [4096, 256],
      }).map(([name, shape]) => ({ name, shape })),
    )
  })

  it('names a missing tensor, a wrong shape and a format that is not floating-point', async () => {
    const { tensors } = await openWeights(tinyPoet)
    const deeper = await readWith({ num_hidden_layers: 7 })
    expect(() => checkWeights(deeper, { tensors })).toThrow(
      'the weights lack tensor "model.layers.6.input_layernorm.weight" [256] and 10 more; check that config.json',
    )
    const wider = await readWith({ intermediate_size: 1024 })
    expect(() => checkWeights(wider, { tensors })).toThrow(
      'tensor "model.layers.0.mlp.gate_proj.weight" has shape [768,256] where config.json asks for [1024,256]',
    )
    const norm = tensors.get('model.norm.weight')!
    const integers = new Map(tensors).set(norm.name, { ...norm, dtype: 'I16' })
    const config = await readWith({})
    expect(() => checkWeights(config, { tensors: integers })).toThrow('tensor "model.norm.weight" is I16')
  })

  it('reports tensors that nothing uses, except a head saved beside a tied embedding', async () => {
    const { tensors } = await openWeights(tinyPoet)
    const norm = tensors.get('model.norm.weight')!
    const more = new Map(tensors).set('lm_head.weight', norm).set('rotary.inv_freq', norm)
    expect(checkWeights(await readWith({}), { tensors: more })).toEqual({ unexpected: ['rotary.inv_freq'] })
  })
})
