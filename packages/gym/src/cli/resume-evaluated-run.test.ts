import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { GrpoRecipe } from '../training/grpo-recipe.js'
import { TrainConfig } from '../training/train-config.js'
import { outputOf } from './evaluation/output-of.test.support.js'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const rows = ['rain', 'snow', 'wind', 'moon']
const recipe = { numRollout: 2, rolloutBatchSize: 2, nSamplesPerPrompt: 2, rolloutMaxResponseLen: 8, saveInterval: 1 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-resume-cli-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

it("goes on with a script's run that was evaluated on its way, by default as often as it saves", async () => {
  const home = join(folder, 'home')
  const interrupt = new AbortController()
  const training = new TrainConfig({
    model: 'tiny-poet',
    dataset: new InMemoryDataset({ rows }),
    evalDataset: new InMemoryDataset({ rows, nRows: 2, name: 'held-out' }),
    reward: ({ response }) => -response.length,
    recipe: new GrpoRecipe(recipe),
  })
  const onProgress = ({ kind }: { readonly kind: string }) => {
    if (kind === 'checkpoint') interrupt.abort()
  }
  await expect(training.train({ home, onProgress, signal: interrupt.signal })).rejects.toMatchObject({
    boundary: 'interrupted',
  })

  const config = `import { defineConfig, GrpoRecipe, InMemoryDataset } from 'training-gym'
const rows = ${JSON.stringify(rows)}
export default defineConfig({
  model: 'tiny-poet',
  dataset: new InMemoryDataset({ rows }),
  evalDataset: new InMemoryDataset({ rows, nRows: 2, name: 'held-out' }),
  reward: ({ response }) => -response.length,
  recipe: new GrpoRecipe(${JSON.stringify(recipe)}),
})
`
  await writeFile(join(folder, 'gym.config.ts'), config)
  const child = spawn(process.execPath, [main, 'train', '--resume', 'latest', '--json', '--home', home], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { code, stdout, stderr } = await outputOf(child)
  expect(code, stderr).toBe(0)
  const { metrics } = JSON.parse(stdout) as { metrics: readonly { evaluation?: object }[] }
  expect(metrics.map(({ evaluation }) => Object.keys(evaluation ?? {}))).toEqual([['held-out'], ['held-out']])
}, 120_000)
