// Writes a Hugging Face folder with the shape of a known model and random weights: what is measured on it depends on
// sizes alone. The tokenizer is TinyPoet's, whose ids every shape has.
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeCheckpointFolder } from '../packages/engine/dist/checkpoint/checkpoint-folder.js'
import { readModelConfig } from '../packages/engine/dist/checkpoint/model-config.js'
import { parameterShapes } from '../packages/engine/dist/checkpoint/parameter-shapes.js'

const common = {
  hidden_act: 'silu',
  tie_word_embeddings: true,
  attention_bias: false,
  eos_token_id: 2,
  pad_token_id: 0,
}
const rope = (theta) => ({ rope_theta: theta, rope_parameters: { rope_type: 'default', rope_theta: theta } })

/** The config.json of each shape, as published by its makers; `max_position_embeddings` is cut to what a bench needs. */
export const shapes = {
  '11m': {
    ...common,
    ...rope(10_000),
    architectures: ['Qwen3ForCausalLM'],
    model_type: 'qwen3',
    vocab_size: 4096,
    hidden_size: 320,
    intermediate_size: 960,
    num_hidden_layers: 8,
    num_attention_heads: 5,
    num_key_value_heads: 5,
    head_dim: 64,
    max_position_embeddings: 512,
    rms_norm_eps: 1e-6,
  },
  // HuggingFaceTB/SmolLM2-135M
  '135m': {
    ...common,
    ...rope(100_000),
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: 49_152,
    hidden_size: 576,
    intermediate_size: 1536,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    head_dim: 64,
    max_position_embeddings: 2048,
    rms_norm_eps: 1e-5,
  },
  // Qwen/Qwen3-0.6B
  '0.6b': {
    ...common,
    ...rope(1_000_000),
    architectures: ['Qwen3ForCausalLM'],
    model_type: 'qwen3',
    vocab_size: 151_936,
    hidden_size: 1024,
    intermediate_size: 3072,
    num_hidden_layers: 28,
    num_attention_heads: 16,
    num_key_value_heads: 8,
    head_dim: 128,
    max_position_embeddings: 2048,
    rms_norm_eps: 1e-6,
  },
}

const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json']

/** Writes the folder unless it is there. Weights are normal with deviation 0.02, norms are ones. */
export async function writeRandomModel(folder, shape, dtype = 'F32') {
  if (!(shape in shapes))
    throw new Error(`there is no shape "${shape}"; choose one of ${Object.keys(shapes).join(', ')}`)
  const source = await mkdtemp(join(tmpdir(), 'random-model-'))
  try {
    const tinyPoet = fileURLToPath(new URL('../models/tiny-poet/', import.meta.url))
    await writeFile(join(source, 'config.json'), JSON.stringify(shapes[shape]))
    for (const name of tokenizerFiles) await copyFile(join(tinyPoet, name), join(source, name))
    const config = await readModelConfig(source)
    const wanted = parameterShapes(config).map((parameter) => ({
      ...parameter,
      size: parameter.shape.reduce((a, b) => a * b, 1),
    }))
    const pool = normals(Math.min(2 ** 22, Math.max(...wanted.map(({ size }) => size))))
    const tensors = wanted.map(({ name, shape, size }, i) => {
      if (shape.length === 1) return { name, shape, data: new Float32Array(size).fill(1) }
      const data = new Float32Array(size)
      for (let from = 0, at = (i * 7919) % pool.length; from < size; at = 0) {
        const part = pool.subarray(at, Math.min(pool.length, at + size - from))
        data.set(part, from)
        from += part.length
      }
      return { name, shape, data }
    })
    await mkdir(join(folder, '..'), { recursive: true })
    await writeCheckpointFolder(folder, { sourceFolder: source, tensors, dtype, random: `${process.pid}` })
  } finally {
    await rm(source, { recursive: true })
  }
}

/** Normal numbers of deviation 0.02 by Box and Muller from a linear congruential generator: the same at every run. */
function normals(count) {
  let state = 1
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  return Float32Array.from(
    { length: count },
    () => 0.02 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  )
}
