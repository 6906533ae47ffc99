import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importTypeScript } from '../../cli/import-typescript.js'
import { InMemoryDataset } from '../../datasets/in-memory-dataset.js'
import type { Reward } from '../../trip.js'
import { bundleReward } from './bundle-reward.js'
import { dryRunReward } from './dry-run-reward.js'
import { type RewardSource, rewardSourceOf } from './reward-source.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-bundle-test-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

/** Imports a script as the gym does, and gives one of its functions. */
async function functionOf(file: string, name: string): Promise<RewardSource & { fn: Reward }> {
  const exported = (await importTypeScript(file))[name]
  return { kind: 'function', fn: exported as Reward }
}

/** Runs a bundle in a process of its own, far from this package. */
async function scoreElsewhere(code: string, sample: unknown): Promise<unknown> {
  const file = pathToFileURL(await write('elsewhere.mjs', code)).href
  const program = `const { reward } = await import('${file}'); console.log(JSON.stringify(await reward(${JSON.stringify(sample)})))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
  return JSON.parse(stdout)
}

const script = `
import { readFileSync } from 'node:fs'
import { countSyllables, namesTopic, type RewardSample } from 'training-gym'
import { bonus } from './bonus.js'

const runs: { count: number } = (globalThis as any).gymScriptRuns ??= { count: 0 }
runs.count += 1
const response = await Promise.resolve('of the script, not of the reward')
const moons = readFileSync(new URL('./words.txt', import.meta.url), 'utf8').trim().split('\\n')

function syllables(text: string): number {
  return countSyllables(text)
}

export function moonReward({ response, row }: RewardSample) {
  const has = moons.some((word) => response.includes(word))
  return { score: syllables(response) + bonus, has, topic: namesTopic(response, row.input) }
}
export const made = (() => () => 1)()
`

describe('a reward', () => {
  beforeAll(async () => {
    await write('bonus.ts', 'export const bonus: number = 100\n')
    await write('words.txt', 'luna\nmoon\n')
  })

  it('of a script travels with its imports, its constants and its data files, and the script is not run again', async () => {
    const source = await functionOf(await write('script.ts', script), 'moonReward')
    const { code, name } = await bundleReward({ reward: source })
    expect(name).toBe('moonReward')
    expect(code).not.toContain('of the script')
    expect((globalThis as { gymScriptRuns?: { count: number } }).gymScriptRuns?.count).toBe(1)
    const sample = { response: 'an old silent moon', row: { input: 'moons' } }
    // 5 syllables: "silent" is in the dictionary, which travels too. The file itself stays behind.
    await rm(join(folder, 'words.txt'))
    expect(await scoreElsewhere(code, sample)).toEqual({ score: 105, has: true, topic: true })
    await write('words.txt', 'luna\nmoon\n')
  })

  it('of a module is named by file and export', async () => {
    const path = await write('module.ts', `export const two = () => 2\nexport default () => 3\n`)
    const reward = rewardSourceOf(`${pathToFileURL(path).href}#two`, '/')
    expect(await scoreElsewhere((await bundleReward({ reward })).code, {})).toBe(2)
    const byDefault = await bundleReward({ reward: rewardSourceOf('./module.ts', folder) })
    expect(await scoreElsewhere(byDefault.code, {})).toBe(3)
  })

  it('of the tutorial travels as it is written there', async () => {
    const tutorial = new URL('../../../../../tutorials/000-rl-basics.ts', import.meta.url)
    const { readFile } = await import('node:fs/promises')
    // What serves and trains comes after the scoring function and is left out here; the slice never takes it.
    const text = (await readFile(tutorial, 'utf8')).split('// Topics to write about.')[0] ?? ''
    const alone = text
      .replace(/const report = [\s\S]*?modal\(\)\n/, '')
      .replace('function haikuReward', 'export function haikuReward')
    await mkdir(join(folder, 'support'), { recursive: true })
    await write('support/report.ts', 'export const startReport = 1')
    const source = await functionOf(await write('tutorial.ts', alone), 'haikuReward')
    const { code } = await bundleReward({ reward: source })
    const sample = {
      response: 'An old silent pond\nA frog jumps into the pond\nSplash! Silence again',
      row: { input: 'pond' },
    }
    expect(await scoreElsewhere(code, sample)).toEqual({ score: 0, exact: true, topic: true })
  })

  it.each([
    ['made', 'it is not a named function at the top level of refused.ts'],
    ['inner', 'it is not a named function at the top level of refused.ts'],
  ])('that cannot be sent elsewhere is refused with what to do: %s', async (name, why) => {
    const file = await write(
      'refused.ts',
      'export const made = [() => 1][0]\nexport const inner = (() => { function hidden() { return 1 }; return hidden })()\n',
    )
    await expect(bundleReward({ reward: await functionOf(file, name) })).rejects.toThrow(why)
  })

  it('that is built in or does not compile or needs native parts is refused', async () => {
    await expect(bundleReward({ reward: { kind: 'function', fn: Math.max } })).rejects.toThrow('not written in a file')
    const missing = rewardSourceOf(`${await write('missing.ts', 'import "not-there"\nexport default 1')}`, folder)
    await expect(bundleReward({ reward: missing })).rejects.toThrow(/missing\.ts:1:7: Could not resolve "not-there"/)
    const native = await write(
      'native.ts',
      `import { openStore } from 'training-gym'\nexport default () => openStore()`,
    )
    await expect(bundleReward({ reward: rewardSourceOf(native, folder) })).rejects.toThrow(
      /uses "libsql".*native parts/,
    )
    await expect(bundleReward({ reward: rewardSourceOf('./module.ts#none', folder) })).rejects.toThrow('none')
  })
})

describe('a dry run', () => {
  const dataset = new InMemoryDataset({
    rows: [
      { input: 'moon', output: 'old moon' },
      { input: 'rain', output: null },
    ],
    inputColumn: 'input',
    outputColumn: 'output',
    promptTemplate: 'Write about {input}.',
  })

  it('tries each row with the responses on which rewards break, and compares with the reward here', async () => {
    const source = await functionOf(await write('dry.ts', script), 'moonReward')
    const rows = await dataset.load()
    const calls = await dryRunReward(await bundleReward({ reward: source }), { dataset, rows, here: source.fn })
    expect(calls.map(({ row, response, failure }) => [row, response, failure])).toEqual([
      [0, 'reference answer', null],
      [0, 'empty', null],
      [0, 'prompt repeated', null],
      [0, '4,000 tokens', null],
      [1, 'empty', null],
      [1, 'prompt repeated', null],
      [1, '4,000 tokens', null],
    ])
    expect(calls[0]?.score).toBe(102)
  })

  it('finds a reward that breaks, one that hangs, and one that is another than here', async () => {
    const rows = (await dataset.load()).slice(1)
    const code = `let calls = 0
      export const reward = ({ response }) => {
        if (response === '') throw new Error('no text')
        if (response.length > 1000) for (;;) {}
        return 1
      }`
    const calls = await dryRunReward({ code, name: 'bad' }, { dataset, rows, timeLimitMs: 3000, here: () => 2 })
    expect(calls.map(({ failure }) => failure)).toEqual([
      expect.stringContaining('reward "bad" threw for row 1 ("rain"): no text'),
      expect.stringContaining('gives 1 where the reward here gives 2'),
      expect.stringContaining('did not finish row 1 ("rain") within 3 s'),
    ])
  })

  it('says why a module does not load', async () => {
    const rows = await dataset.load()
    await expect(dryRunReward({ code: 'throw new Error("no key")', name: 'bad' }, { dataset, rows })).rejects.toThrow(
      'no key; it was loaded as it will be beside the trainer',
    )
  })
})
