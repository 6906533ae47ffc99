import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeCheckpointFolder } from '../checkpoint/checkpoint-folder.js'
import { readModelConfig } from '../checkpoint/model-config.js'
import { readSafetensors } from '../checkpoint/safetensors.js'
import { loadWeights, tensorsOf } from './load-weights.js'
import { layoutParameters } from './parameters.js'

const fixture = fileURLToPath(new URL('../../fixtures/qwen3-tied', import.meta.url))
let scratch: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'load-weights-'))
})
afterAll(() => rm(scratch, { recursive: true }))

describe('the weights of a folder as one array', () => {
  it('come back from a written checkpoint bit for bit, into the array they are read into', async () => {
    const config = await readModelConfig(fixture)
    const { layout } = layoutParameters(config)
    const weights = await loadWeights(fixture, config, layout)
    const folder = join(scratch, 'written')
    const tensors = tensorsOf(weights, layout)
    await writeCheckpointFolder(folder, { sourceFolder: fixture, tensors, dtype: 'F32', random: 'test' })
    const target = new Float32Array(layout.size)
    expect(await loadWeights(folder, config, layout, target)).toBe(target)
    expect(target).toEqual(weights)
    const [before, after] = await Promise.all(
      [fixture, folder].map((path) => readSafetensors(join(path, 'model.safetensors'))),
    )
    for (const { name } of tensors) expect(await after!.read(name)).toEqual(await before!.read(name))
  })

  it('are turned one matrix at a time, in the same memory', async () => {
    const config = await readModelConfig(fixture)
    const { layout } = layoutParameters(config)
    const weights = Float32Array.from({ length: layout.size }, (_, i) => i)
    const turned = tensorsOf(weights, layout).flatMap(({ data }) => (typeof data === 'function' ? [data] : []))
    expect(turned.length).toBe(layout.parameters.filter(({ isTransposed }) => isTransposed).length)
    expect(new Set(turned.map((turn) => turn().buffer)).size).toBe(1)
  })
})
