import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { JsonlDataset } from '../../datasets/jsonl-dataset.js'
import { EvalConfig } from '../../evals/eval-config.js'
import { StandInDeployment } from '../../evals/stand-in.test.deployment.js'
import { openStore } from '../../store/open-store.js'
import { outputOf } from '../evaluation/output-of.test.support.js'

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-rescore-cli-'))
  await writeFile(join(folder, 'topics.jsonl'), topics('topic'))
  await writeFile(join(folder, 'inputs.jsonl'), topics('input'))
  await using store = await openStore({ home: join(folder, '.training-gym') })
  const model = () => new StandInDeployment((prompt) => `about ${prompt}`)
  const reward = () => 1
  const evaluate = async (name: string, dataset: JsonlDataset) =>
    await new EvalConfig({ dataset, reward, name }).evaluate(model(), { store })
  const path = (file: string) => join(folder, file)
  await evaluate('named', new JsonlDataset({ path: path('topics.jsonl'), inputColumn: 'topic' }))
  const promptTemplate = 'A haiku on {input}'
  await evaluate('templated', new JsonlDataset({ path: path('inputs.jsonl'), promptTemplate }))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

function topics(column: string): string {
  return ['rain', 'frog', 'moon'].map((topic) => JSON.stringify({ [column]: topic })).join('\n')
}

function cli(...args: readonly string[]) {
  const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...env } = process.env
  return outputOf(spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }))
}

it.each([
  ['named', 'topics.jsonl line 1 has no column "input" (it has topic); set inputColumn of the dataset'],
  ['templated', 'row 0 ("rain") of evaluation eval-'],
])(
  'scores %s, whose dataset only its code knows, by what the store holds, and says so',
  { timeout: 60_000 },
  async (name, warning) => {
    const run = await cli('rescore', name, '--reward', 'haiku')
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('3 of 3 responses changed') })
    const told = run.stderr.replaceAll('\n', ' ')
    expect(told).toContain(warning)
    expect(told).toContain('; a config file can, with dataset: new JsonlDataset({ ... }). Without one, scorers see')
    const given = await cli(
      'rescore',
      name,
      '--reward',
      'haiku',
      '--dataset',
      `./${name === 'named' ? 'topics' : 'inputs'}.jsonl`,
    )
    expect(given.code).toBe(2)
  },
)

it('shows no table for --changes 0', { timeout: 60_000 }, async () => {
  const { stdout } = await cli('rescore', 'templated', '--reward', 'haiku', '--changes', '0')
  expect(stdout).toContain('3 of 3 responses changed (100%)\n')
  expect(stdout).not.toContain('before')
})
