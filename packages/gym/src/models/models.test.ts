import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundledPath } from './bundled-path.js'
import { Qwen3_4B, Qwen3_30B_A3B, SmolLM2_135M } from './catalogue.js'
import { HuggingFaceModel } from './hugging-face-model.js'
import type { ModelFacts } from './model.js'
import { modelNames, resolveModel } from './resolve-model.js'
import { TinyPoet } from './tiny-poet.js'

/** Weights of a decoder with grouped queries, gated MLP and RMS norms; Qwen3 norms each head's query and key too. */
function countedParameters(facts: ModelFacts): number {
  const { hiddenSize, heads, kvHeads, headDim, intermediateSize, layers, vocabSize } = facts
  const attention = 2 * hiddenSize * heads * headDim + 2 * hiddenSize * kvHeads * headDim
  const norms = 2 * hiddenSize + (facts.architecture === 'qwen3' ? 2 * headDim : 0)
  const { experts } = facts
  // Of a mixture of experts: the experts, and the router's choice among them.
  const mlp =
    experts === undefined
      ? 3 * hiddenSize * intermediateSize
      : experts.count * (3 * hiddenSize * experts.intermediateSize + hiddenSize)
  const layer = attention + mlp + norms
  return layers * layer + hiddenSize + vocabSize * hiddenSize * (facts.isTied ? 1 : 2)
}

describe('the catalogue', () => {
  it.each(modelNames())('states for %s as many parameters as its shape has', (name) => {
    const { facts } = resolveModel(name)
    expect(facts?.parameters).toBe(countedParameters(facts!))
  })

  it('names models and repositories', () => {
    expect([new Qwen3_4B().name, new Qwen3_4B().hfRepo]).toEqual(['Qwen3-4B', 'Qwen/Qwen3-4B'])
    expect(new SmolLM2_135M().facts.contextTokens).toBe(8192)
    expect(() => new Qwen3_4B({ revison: 'x' } as never)).toThrow('did you mean "revision"?')
  })

  it('refuses a mixture of experts on this machine before anything is downloaded', async () => {
    await expect(resolveModel('Qwen/Qwen3-30B-A3B').resolve()).rejects.toThrow('remote GPUs only')
    expect(new Qwen3_30B_A3B().facts.experts).toEqual({ count: 128, perToken: 8, intermediateSize: 768 })
  })
})

describe('TinyPoet', () => {
  it('is bundled, and its facts are those of its config', async () => {
    const model = new TinyPoet()
    const folder = await model.resolve()
    expect(existsSync(join(folder, 'model.safetensors'))).toBe(true)
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>
    expect(config).toMatchObject({
      model_type: model.facts.architecture,
      num_hidden_layers: model.facts.layers,
      hidden_size: model.facts.hiddenSize,
      intermediate_size: model.facts.intermediateSize,
      num_attention_heads: model.facts.heads,
      num_key_value_heads: model.facts.kvHeads,
      head_dim: model.facts.headDim,
      vocab_size: model.facts.vocabSize,
      tie_word_embeddings: model.facts.isTied,
      max_position_embeddings: model.facts.contextTokens,
    })
  })

  it('says what to do when something bundled is missing', () => {
    expect(() => bundledPath('tiny-poet', 'gone.txt')).toThrow(
      'the bundled tiny-poet/gone.txt is missing from this installation; run "npm run build" in a checkout, or reinstall training-gym',
    )
  })
})

describe('resolveModel', () => {
  it.each([
    ['tiny-poet', TinyPoet],
    ['qwen3-4b', Qwen3_4B],
    ['Qwen3-4B', Qwen3_4B],
    ['Qwen3_4B', Qwen3_4B],
    ['Qwen/Qwen3-4B', Qwen3_4B],
    ['TinyPoet', TinyPoet],
    ['someone/else', HuggingFaceModel],
  ])('takes %s', (name, of) => {
    expect(resolveModel(name)).toBeInstanceOf(of)
  })

  it('takes models and model classes as they are', () => {
    const model = new TinyPoet()
    expect(resolveModel(model)).toBe(model)
    expect(resolveModel(Qwen3_4B)).toBeInstanceOf(Qwen3_4B)
  })

  it('takes folders where they are', async () => {
    const folder = bundledPath('tiny-poet')
    const model = resolveModel(folder)
    expect([model.name, await model.resolve(), model.hfRepo]).toEqual(['tiny-poet', folder, undefined])
    await expect(resolveModel('./no-such-folder').resolve()).rejects.toThrow(
      /there is no model folder .*no-such-folder/,
    )
    await expect(resolveModel(join(folder, '..')).resolve()).rejects.toThrow('it has no config.json')
    await expect(resolveModel('~/no-such-folder-of-models').resolve()).rejects.toThrow(
      `there is no model folder ${join(homedir(), 'no-such-folder-of-models')}`,
    )
  })

  it('says of an unknown name what was likely meant, or what there is', () => {
    expect(() => resolveModel('tinypot')).toThrow(
      'there is no model "tinypot"; did you mean "tiny-poet"? (a repository is written "owner/name", a folder "./name")',
    )
    expect(() => resolveModel('llama')).toThrow(/there is no model "llama"; choose one of tiny-poet, qwen3-0\.6b/)
    expect(() => resolveModel('a/b/c')).toThrow('"a/b/c" is neither a folder nor a repository')
  })
})
