import { describe, expect, it } from 'vitest'
import { Qwen3_4B, Qwen3_14B, Qwen3_30B_A3B, Qwen3_32B, SmolLM2_360M } from '../../models/catalogue.js'
import { HuggingFaceModel } from '../../models/hugging-face-model.js'
import { SglangRecipe } from '../sglang-recipe.js'
import { VllmRecipe } from '../vllm-recipe.js'
import { servingEngine } from './serving-engine.js'
import { servingGpus } from './serving-gpus.js'

const vllm = new VllmRecipe()

describe('the GPUs of a server', () => {
  it('are the fewest that hold the weights and divide the heads', () => {
    expect(servingGpus(new Qwen3_4B(), vllm)).toEqual({ type: 'H100', count: 1, tensorParallel: undefined })
    expect(servingGpus(new Qwen3_14B(), vllm)).toMatchObject({ count: 1 })
    expect(servingGpus(new Qwen3_32B(), vllm)).toEqual({ type: 'H100', count: 2, tensorParallel: 2 })
    expect(servingGpus(new Qwen3_32B(), vllm, 'L4')).toMatchObject({ count: 8 })
    expect(servingGpus(new Qwen3_30B_A3B(), vllm, 'H200')).toMatchObject({ count: 1 })
    expect(servingGpus(new HuggingFaceModel('a/b'), vllm)).toMatchObject({ type: 'H100', count: 1 })
    const { facts } = new Qwen3_32B()
    const large = { name: 'large', facts: { ...facts, parameters: 400e9 }, resolve: async () => '' }
    expect(() => servingGpus(large, vllm)).toThrow(/large has 800 GB of weights, too many for 8 H100 of 80 GB; choose/)
  })

  it('are what was asked for, when the heads divide', () => {
    expect(servingGpus(new Qwen3_4B(), vllm, 'A100-80GB:2')).toEqual({ type: 'A100-80GB', count: 2, tensorParallel: 2 })
    expect(() => servingGpus(new Qwen3_30B_A3B(), vllm, 'H100:8')).toThrow(
      '8 GPUs cannot share the layers of Qwen3-30B-A3B, which has 32 heads and 4 for keys and values; use 4 or 2 or 1',
    )
    expect(() => servingGpus(new SmolLM2_360M(), new VllmRecipe({ tensorParallelSize: 2 }))).toThrow('15 heads and 5')
    expect(() => servingGpus(new Qwen3_4B(), vllm, 'two H100')).toThrow('gpu "two H100" is not understood; write it as')
  })

  it('are those of the recipe, which must agree with the compute', () => {
    const recipe = new VllmRecipe({ tensorParallelSize: 2, dataParallelSize: 2 })
    expect(servingGpus(new Qwen3_4B(), recipe)).toEqual({ type: 'H100', count: 4, tensorParallel: undefined })
    expect(() => servingGpus(new Qwen3_4B(), recipe, 'H100:8')).toThrow('use 4 GPUs and compute asks for "H100:8"')
  })
})

describe('the engine of a server', () => {
  const gpus = { type: 'H100', count: 2, tensorParallel: 2 }
  const served = { path: '/models/Qwen3-4B', servedModelName: 'q', gpus }

  it('is vLLM of one version, with the flags that make evaluations comparable', () => {
    const { image, command } = servingEngine(vllm, served)
    expect(image.from).toBe('vllm/vllm-openai:v0.13.0')
    expect(image.commands[0]).toBe('ENTRYPOINT []')
    expect([command.executable, ...command.args]).toEqual([
      'vllm',
      'serve',
      '/models/Qwen3-4B',
      '--served-model-name=q',
      '--host={{host}}',
      '--port={{port}}',
      '--generation-config=vllm',
      '--tensor-parallel-size=2',
    ])
  })

  it('is SGLang with metrics, in an image of the user’s', () => {
    const { image, command } = servingEngine(new SglangRecipe({ image: 'mine/sglang:1' }), served)
    expect(image.from).toBe('mine/sglang:1')
    expect(command.args).toContain('--enable-metrics')
    expect(command.args).toContain('--tp-size=2')
  })
})
