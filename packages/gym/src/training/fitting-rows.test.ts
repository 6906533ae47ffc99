import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { fittingRows } from './fitting-rows.js'
import { GrpoRecipe } from './grpo-recipe.js'
import { SftRecipe } from './sft-recipe.js'

/** Has 128 positions; plain text of this model takes one token a letter or space at most. */
const modelPath = fileURLToPath(new URL('../../../engine/fixtures/qwen3-tied', import.meta.url))

interface Trial {
  readonly inputs: readonly string[]
  readonly recipe: GrpoRecipe | SftRecipe
  readonly output?: string
  readonly signal?: AbortSignal
  readonly modelPath?: string
}

async function fit({ inputs, output, recipe, signal = new AbortController().signal, ...more }: Trial) {
  const dataset = new InMemoryDataset({
    name: 'weather',
    rows: inputs.map((input) => ({ input, ...(output !== undefined && { output }) })),
    applyChatTemplate: recipe.kind === 'sft',
    ...(output !== undefined && { outputColumn: 'output' }),
  })
  const rows = await dataset.load()
  const { rows: fitting, warning } = await fittingRows({ rows, dataset, recipe, modelPath, signal, ...more })
  return { fitting: fitting.map(({ index }) => index), warning }
}

/** So many tokens: no two of these letters are merged. */
const tokens = (count: number) => 'zq'.repeat(count).slice(0, count)

describe('fittingRows', () => {
  const recipe = new GrpoRecipe({ rolloutMaxResponseLen: 28 })

  it('keeps every row whose prompt and longest response fill the positions of the model, and says nothing', async () => {
    expect(await fit({ inputs: [tokens(100), 'rain'], recipe })).toEqual({ fitting: [0, 1], warning: null })
  })

  it('leaves out the rows that are longer, and says how many, the limit, the longest and what to do', async () => {
    const { fitting, warning } = await fit({ inputs: ['rain', tokens(101), tokens(110), 'moon'], recipe })
    expect(fitting).toEqual([0, 3])
    expect(warning).toBe(
      '2 of 4 rows of weather are left out, too long for the model: with rolloutMaxResponseLen 28 its 128 positions ' +
        'leave a prompt 100 tokens, and the longest, row 2, has 110; ' +
        'set rolloutMaxResponseLen to 18 or less, or shorten the prompts',
    )
  })

  it('counts tokens and not letters', async () => {
    const inputs = ['rain '.repeat(50), 'moon']
    const kept = async (rolloutMaxResponseLen: number) =>
      (await fit({ inputs, recipe: new GrpoRecipe({ rolloutMaxResponseLen }) })).fitting
    // 250 letters of two tokens a word, and the space at the end.
    expect([await kept(27), await kept(28)]).toEqual([[0, 1], [1]])
  })

  it('refuses when not even the shortest row fits, and names it and the response that would', async () => {
    const inputs = [tokens(40), tokens(20), tokens(30)]
    await expect(fit({ inputs, recipe: new GrpoRecipe({ rolloutMaxResponseLen: 4096 }) })).rejects.toMatchObject({
      boundary: 'config',
      code: 'no-row-fits',
      message:
        'no row of weather fits the model: with rolloutMaxResponseLen 4096 its 128 positions leave a prompt 0 tokens, ' +
        'and the shortest, row 1, has 20; set rolloutMaxResponseLen to 108 or less, or shorten the prompts',
    })
    await expect(fit({ inputs: [tokens(300)], recipe })).rejects.toThrow(
      'row 0, has 300; shorten the prompts, or take a model with more positions',
    )
  })

  it('measures the whole conversation for fine-tuning', async () => {
    const sft = new SftRecipe()
    const short = await fit({ inputs: ['rain'], output: tokens(40), recipe: sft })
    expect(short).toEqual({ fitting: [0], warning: null })
    const long = fit({ inputs: ['rain'], output: tokens(120), recipe: sft })
    await expect(long).rejects.toThrow(
      /^no row of weather fits the model: a conversation may have 128 tokens, and the shortest, row 0, has 1[2-9]\d; shorten the conversations/,
    )
  })

  it('says what is wrong with the model folder, and stops when told to', async () => {
    await expect(fit({ inputs: ['rain'], recipe, modelPath: '/nowhere' })).rejects.toMatchObject({ boundary: 'config' })
    await expect(fit({ inputs: ['rain'], recipe, signal: AbortSignal.abort() })).rejects.toMatchObject({
      boundary: 'interrupted',
    })
  })
})
