import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-reward-cli-'))
  await writeFile(
    join(folder, 'reward.ts'),
    `import type { PlayEpisode, RewardSample } from 'training-gym'
export const length = ({ response }: RewardSample) => response.length
export const number = 3
export const picky = ({ response }: RewardSample) => {
  if (response === '') throw new Error('no text')
  return 1
}
export const late = () => {
  setTimeout(() => { throw new Error('boom') }, 1)
  const from = Date.now()
  while (Date.now() < from + 5);
  return 1
}
export const hang = () => { for (;;); }
export const loud = ({ response }: RewardSample) => { console.log('scored'); return response.length }
export const guess: PlayEpisode = async ({ row, say }) => {
  const { text } = await say()
  const turn = text === row.output ? null : await say({ role: 'user', content: 'No.' })
  return turn === null || turn.text === row.output ? 1 : 0
}
`,
  )
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, 'reward', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function cli(...args: readonly string[]) {
  const child = start(args)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (part) => {
    stdout += part
  })
  child.stderr?.on('data', (part) => {
    stderr += part
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** Starts `reward serve` and reads the URL that it prints as JSON. */
async function serve(...args: readonly string[]) {
  const child = start(['serve', '--json', '--port', '0', ...args])
  const exited = once(child, 'close').then(([code]) => code as number | null)
  let stderr = ''
  child.stderr?.on('data', (part) => {
    stderr += part
  })
  const [said] = await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    exited.then((code) => Promise.reject(new Error(`ended with code ${code}: ${stderr}`))),
  ])
  const { url, reward } = JSON.parse(String(said)) as { url: string; reward: string }
  const score = async (response: string, headers = {}) => {
    const body = JSON.stringify({ prompt: 'Q', response, label: { answer: 1 } })
    const answer = await fetch(url, { method: 'POST', body, headers })
    return { status: answer.status, body: (await answer.json()) as unknown }
  }
  return { child, exited, reward, url, score, stderr: () => stderr }
}

describe('reward check', () => {
  it('tries the built-in reward on rows of the dataset', async () => {
    const { code, stdout } = await cli('check', 'haiku', '--n-rows', '2', '--json')
    expect(code).toBe(0)
    const { reward, calls } = JSON.parse(stdout) as { reward: string; calls: { score: number; failure: null }[] }
    expect(reward).toBe('haiku')
    expect(calls).toHaveLength(6)
    expect(calls.every(({ score, failure }) => score === -10 && failure === null)).toBe(true)
  })

  it('shows each call and ends with code 1 when one of them failed', async () => {
    const { code, stdout, stderr } = await cli('check', './reward.ts#picky', '--n-rows', '1')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^row +response +score +ms$/m)
    expect(stdout).toContain('picky: 3 calls, 1 failed')
    expect(stderr).toMatch(/^failed: reward "picky" threw for row 0 \(".*"\): no text.*\n$/)
  })

  it.each([
    ['at once', 'late'],
    ['at the end', 'lateEnd'],
  ])('ends with code 1 when a timer of the reward throws, %s', async (_, name) => {
    await writeFile(
      join(folder, 'late.ts'),
      `export { late } from './reward.ts'
       export const lateEnd = async () => {
         setTimeout(() => { throw new Error('boom') }, 1)
         return await new Promise((resolve) => setTimeout(resolve, 20, 1))
       }`,
    )
    const { code, stdout, stderr } = await cli('check', `./late.ts#${name}`, '--n-rows', '1')
    expect(code).toBe(1)
    expect(stdout).toMatch(/: 3 calls, [123] failed/)
    expect(stderr).toMatch(new RegExp(`^failed: reward "${name}" threw late, .*: boom; await every promise`))
    expect(stderr).not.toMatch(/^ +at /m)
  })

  it('obeys Ctrl-C while a call holds its thread', async () => {
    const child = start(['check', './reward.ts#hang', '--time-limit-ms', '600000', '--json'])
    let stderr = ''
    child.stderr?.on('data', (part) => {
      stderr += part
    })
    const exited = once(child, 'close')
    // The thread is loaded by then; earlier, the signal ends the loading.
    setTimeout(() => child.kill('SIGTERM'), 6000)
    expect(await exited).toEqual([130, null])
    expect(stderr).toContain('stopping cleanly')
  }, 60_000)

  it('keeps stdout for the JSON, whatever the reward prints', async () => {
    const { code, stdout, stderr } = await cli('check', './reward.ts#loud', '--n-rows', '1', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ reward: 'loud' })
    expect(stderr).toContain('scored')
  })

  it('tries that an environment loads, and answers with what it would need to be called one', async () => {
    const { code, stdout } = await cli('check', '--episode', './reward.ts#guess')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^guess: an environment that loads; /) })
    const two = await cli('check', 'haiku', '--episode', './reward.ts#guess')
    expect(two).toMatchObject({ code: 2, stderr: expect.stringContaining('each gives scores of its own') })
    expect(await cli('check', '--episode', './none.ts')).toMatchObject({ code: 2 })
    expect(await cli('check', '--episode', './reward.ts#number')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: the environment \.\/reward\.ts#number is no function; .*number\(\{ say \}\)/,
      ),
    })
    expect(await cli('check', '--episode', './reward.ts#gues')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: the environment "gues" cannot be bundled/),
    })
    for (const flags of ['--dataset rows.jsonl', '--n-rows 2', '--time-limit-ms 9', '--unscorable-score 0']) {
      const [flag = ''] = flags.split(' ')
      expect(await cli('check', '--episode', './reward.ts#guess', ...flags.split(' '))).toMatchObject({
        code: 2,
        stdout: '',
        stderr: `error: ${flag} would do nothing: --episode tries only that the environment loads; leave ${flag} out\n`,
      })
    }
    const taken = await cli('check', './reward.ts#guess', '--n-rows', '1')
    expect(taken.code).toBe(1)
    expect(taken.stderr).toMatch(/^failed: "guess" calls say\(\), .*; try: --episode \.\/reward\.ts#guess$/m)
    expect(await cli('check')).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing to score with') })
  })

  it('says in one sentence what is wrong with a file, and ends with code 2', async () => {
    expect(await cli('check', './none.ts')).toMatchObject({ code: 2, stderr: expect.stringContaining('none.ts') })
    const { code, stderr } = await cli('check', './reward.ts#lenght')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^error: the reward "lenght" cannot be bundled.*: No matching export in .*reward\.ts/,
      ),
    })
    expect(await cli('check', './reward.ts#number')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: the reward "number" is no function; export one: function number(sample) { return 1 }\n',
    })
    const named = await cli('check', 'hiaku')
    expect(named).toMatchObject({ code: 2, stderr: 'error: there is no reward "hiaku"; did you mean "haiku"?\n' })
  })
})

describe('reward serve', () => {
  it('answers a trainer until Ctrl-C and keeps every sample', async () => {
    const server = await serve('--reward', './reward.ts#length', '--log', 'samples.jsonl', '--token', 'secret')
    expect(server.reward).toBe('length')
    expect((await server.score('four')).status).toBe(401)
    expect(await server.score('four', { authorization: 'Bearer secret' })).toEqual({ status: 200, body: { score: 4 } })
    server.child.kill('SIGINT')
    expect(await server.exited).toBe(130)
    expect(await readFile(join(folder, 'samples.jsonl'), 'utf8')).toMatch(
      /^\{"row":0,.*"response":"four","score":4\}\n$/,
    )
  })

  it('plays an environment in place of a reward', async () => {
    const server = await serve('--episode', './reward.ts#guess')
    expect(server.reward).toBe('guess')
    const post = async (url: string, body: object) => {
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ ...body, finish_reason: 'stop' }) })
      return (await answer.json()) as Record<string, unknown>
    }
    const { episode } = await post(server.url, { prompt: 'Guess.', label: 'blue' })
    const turns = `${server.url}/${episode}`
    expect(await post(turns, { response: 'red' })).toMatchObject({ done: false, messages: [{ content: 'No.' }] })
    expect(await post(turns, { response: 'blue' })).toMatchObject({ done: true, score: 1 })
    server.child.kill('SIGINT')
    expect(await server.exited).toBe(130)
  })

  it('ends with code 1 and the reason when the reward breaks', async () => {
    const server = await serve('--reward', './reward.ts#picky')
    expect((await server.score('')).status).toBe(500)
    expect(await server.exited).toBe(1)
    expect(server.stderr()).toContain('reward "picky" threw for row 0 ("Q"): no text')
  })

  it('says where its JSON is read what the reward prints apart from it, and ends when a timer throws', async () => {
    const loud = await serve('--reward', './reward.ts#loud')
    let more = ''
    loud.child.stdout?.on('data', (part) => {
      more += part
    })
    expect((await loud.score('four')).status).toBe(200)
    loud.child.kill('SIGINT')
    expect(await loud.exited).toBe(130)
    expect({ more, stderr: loud.stderr() }).toEqual({ more: '', stderr: expect.stringContaining('scored') })
    const late = await serve('--reward', './reward.ts#late')
    await late.score('four').catch(() => undefined)
    expect(await late.exited).toBe(1)
    expect(late.stderr()).toMatch(/^error: reward "late" threw late, .*boom/m)
  })

  it('gives broken samples a floor when it is told to', async () => {
    const server = await serve('--reward', './reward.ts#picky', '--error-score', '-5')
    expect(await server.score('')).toMatchObject({ status: 200, body: { score: -5 } })
    server.child.kill('SIGINT')
    expect(await server.exited).toBe(130)
  })
})
