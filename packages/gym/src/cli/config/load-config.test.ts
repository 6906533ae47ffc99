import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findConfig, loadConfig } from './load-config.js'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-config-'))
  file = join(folder, 'gym.config.ts')
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function messageFor(text: string): Promise<string> {
  await writeFile(file, text)
  return await loadConfig(file).then(
    () => 'the config was accepted',
    (error: Error & { boundary?: string }) => `${error.boundary}: ${error.message}`,
  )
}

describe('config file', () => {
  it('is TypeScript that uses the library as it is installed here', async () => {
    await writeFile(
      file,
      `import { defineConfig, GrpoRecipe, type GymConfig } from 'training-gym'
       enum Size { small = 2 }
       const config = defineConfig({
         model: 'tiny-poet',
         dataset: 'haiku-topics',
         reward: ({ response }) => response.length,
         recipe: new GrpoRecipe({ numRollout: await Promise.resolve(Size.small) }),
         eval: { nSamples: 4, generateKwargs: { temperature: 1 } },
       } satisfies GymConfig)
       export default config`,
    )
    const { GrpoRecipe } = await import('../../training/grpo-recipe.js')
    const config = await loadConfig(file)
    expect(config.recipe).toBeInstanceOf(GrpoRecipe)
    expect(config).toMatchObject({ model: 'tiny-poet', recipe: { options: { numRollout: 2 } }, eval: { nSamples: 4 } })
  })

  it('names file, line and column of a syntax error', async () => {
    expect(await messageFor('export default {\n  model: "x",\n  reward: (s) => { return s.( },\n}\n')).toBe(
      'config: gym.config.ts:3:28: ParseError: Unexpected token',
    )
  })

  it('names file and line of what the file throws, and keeps the boundary of a GymError', async () => {
    expect(
      await messageFor('interface A {\n  b: string\n}\nconst a: A | null = null\nthrow new Error("no data here")\n'),
    ).toBe('config: gym.config.ts:5:7: no data here')
    expect(await messageFor('throw new Error("no data here")\n')).toBe('config: gym.config.ts:1: no data here')
    const recipe = `import { GrpoRecipe } from 'training-gym'\n\nexport default {\n  recipe: new GrpoRecipe({ lrr: 1 }),\n}\n`
    expect(await messageFor(recipe)).toMatch(
      /^config: gym\.config\.ts:4:\d+: unknown option "lrr" of GrpoRecipe; did you mean "lr"\?$/,
    )
  })

  it('names file and line of an import that does not exist', async () => {
    expect(await messageFor("\nimport x from './nope.js'\nexport default x\n")).toMatch(
      /^config: gym\.config\.ts:2:\d+: Cannot find module '\.\/nope\.js'$/,
    )
  })

  it('names the line of an unknown or a bad option', async () => {
    const unknown = 'export default {\n  model: "tiny-poet",\n  datset: "haiku-topics",\n  reward: () => 1,\n}\n'
    expect(await messageFor(unknown)).toMatch(
      /^config: gym\.config\.ts:3: unknown option "datset" of the config; did you mean "dataset"\?/,
    )
    const bad = 'export default {\n  model: "tiny-poet",\n  dataset: "haiku-topics",\n  reward: 7,\n}\n'
    expect(await messageFor(bad)).toBe(
      'config: gym.config.ts:4: option "reward" of the config must be a function, or the name of a reward, e.g. exact-match, got 7',
    )
    expect(await messageFor('export default { model: "tiny-poet" }')).toBe(
      'config: gym.config.ts: option "dataset" of the config is missing; it must be a dataset, e.g. new HaikuTopics(), or the name of one',
    )
  })

  it('asks for a default export', async () => {
    expect(await messageFor('export const config = {}\n')).toBe(
      'config: gym.config.ts has no default export; write: export default defineConfig({ ... })',
    )
  })

  it('is found by its name in the working folder, or where --config says', async () => {
    expect(findConfig(folder)).toBe(null)
    await writeFile(file, '')
    expect(findConfig(folder)).toBe(file)
    expect(findConfig('/', file)).toBe(file)
    expect(() => findConfig(folder, 'other.ts')).toThrow(`there is no config file ${join(folder, 'other.ts')}`)
    expect(() => findConfig('/', folder)).toThrow('there is no config file')
  })
})
