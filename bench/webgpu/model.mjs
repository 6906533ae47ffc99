// A model and a rollout for the WebGPU benches: TinyPoet's real weights, or a published shape with random ones.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readModelConfig } from '../../packages/engine/dist/checkpoint/model-config.js'
import { loadWeights } from '../../packages/engine/dist/transformer/load-weights.js'
import { layoutParameters } from '../../packages/engine/dist/transformer/parameters.js'
import { shapes } from '../random-model.mjs'
import { randomFloats } from './compare.mjs'

const tinyPoet = fileURLToPath(new URL('../../models/tiny-poet', import.meta.url))

/** Reads `tiny-poet`, or makes the weights of a shape of random-model.mjs. */
export async function openModel(name) {
  const config = name === 'tiny-poet' ? await readModelConfig(tinyPoet) : await configOf(name)
  const { layout, structure } = layoutParameters(config)
  if (name === 'tiny-poet')
    return { name, config, layout, structure, weights: await loadWeights(tinyPoet, config, layout) }
  const weights = new Float32Array(layout.size)
  // One block of numbers again and again, each weight starting elsewhere in it: as good as fresh ones, and quick.
  const pool = randomFloats(2 ** 20, 1).map((x) => 0.035 * x)
  layout.parameters.forEach(({ offset, size, shape }, i) => {
    if (shape.length === 1) weights.fill(1, offset, offset + size)
    else for (let j = 0; j < size; j++) weights[offset + j] = pool[(j + 7919 * i) % pool.length]
  })
  return { name, config, layout, structure, weights }
}

async function configOf(shape) {
  const folder = await mkdtemp(join(tmpdir(), 'webgpu-bench-'))
  await writeFile(join(folder, 'config.json'), JSON.stringify(shapes[shape]))
  const config = await readModelConfig(folder)
  await rm(folder, { recursive: true })
  return config
}

/** Prompts with responses, advantages and old log-probabilities near the policy's; ids repeat, as in real text. */
export function rollout(config, { groups, samples, prompt, response }) {
  let seed = 7
  const ids = (count) =>
    Array.from(randomFloats(count, seed++), (x) => 3 + Math.floor(((x + 1) / 2) * Math.min(500, config.vocab - 3)))
  return Array.from({ length: groups }, (_, group) => ({
    promptTokenIds: ids(prompt),
    responses: Array.from({ length: samples }, (_, sample) => {
      const tokenIds = ids(response - (sample % 4))
      const oldLogprobs = tokenIds.map((_, i) => -7.5 + 0.1 * ((i + sample) % 5))
      return {
        tokenIds,
        oldLogprobs,
        refLogprobs: oldLogprobs.map((x) => x + 0.2),
        advantage: ((group + 3 * sample) % 9) / 2 - 2,
      }
    }),
  }))
}

export const grpo = { kind: 'grpo', epsClip: 0.2, epsClipHigh: 0.28, klCoef: 0.05, klType: 'k3', entropyCoef: 0.01 }
