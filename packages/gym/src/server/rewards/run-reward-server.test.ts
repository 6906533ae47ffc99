import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleRewardServer } from '../../training/remote/bundle-reward.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-reward-process-'))
  await writeFile(join(folder, 'server.mjs'), await bundleRewardServer())
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Starts the bundled server, alone in a folder with a reward, as in a sandbox. */
async function start(reward: string, flags: readonly string[] = [], env: Record<string, string> = {}) {
  await writeFile(join(folder, 'reward.mjs'), reward)
  const args = ['server.mjs', '--reward=reward.mjs', '--name=mine', '--port=0', '--log=rewards.jsonl', ...flags]
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (part) => {
    stdout += part
  })
  const exited = once(child, 'close').then(([code]) => code as number | null)
  const started = once(child.stdout, 'data')
  const ready = await Promise.race([started.then(() => true), exited.then(() => false)])
  const origin = ready ? /http:\S+/.exec(stdout)?.[0] : undefined
  const failure = () => JSON.parse(/^GYM (.*)$/m.exec(stdout)?.[1] ?? 'null') as { code: number; why: string } | null
  const post = (response: string) =>
    fetch(`${origin}/score`, { method: 'POST', body: JSON.stringify({ prompt: 'q', response, label: 1 }) })
  return { child, exited, origin, failure, post }
}

describe('the process of the reward server, one file and a reward', () => {
  it.each([
    ['throws', `() => { throw new Error('boom') }`, 'threw for row 0 ("q"): boom'],
    ['returns NaN', '() => Number.NaN', 'returned NaN'],
    ['hangs', '() => { for (;;) {} }', 'within 0.3 s'],
    ['ends the process', '() => process.exit(0)', 'ended its thread'],
  ])('ends with code 70 and says why when the reward %s', async (_, reward, why) => {
    const server = await start(`export const reward = ${reward}`, why.includes('within') ? ['--time-limit-ms=300'] : [])
    expect((await server.post('x')).status).toBe(500)
    expect(await server.exited).toBe(70)
    expect(server.failure()).toMatchObject({ code: 70, why: expect.stringContaining(why) })
    const log = await readFile(join(folder, 'rewards.jsonl'), 'utf8')
    expect(log.trimEnd().split('\n').at(-1)).toContain('"error":"reward \\"mine\\"')
  })

  it.each([
    ['the module throws', 'throw new Error("no key")', [], {}, 'no key'],
    ['the module is missing', 'export const reward = 1', ['--reward=none.mjs'], {}, 'none.mjs'],
    ['others could call it', 'export const reward = () => 1', ['--host=0.0.0.0'], {}, 'give it a token'],
    ['a flag is wrong', 'export const reward = () => 1', ['--port=many'], {}, '--port of the reward server is many'],
  ])('ends with code 71 and says why when %s', async (_, reward, flags, env, why) => {
    const server = await start(reward, flags, env)
    expect(await server.exited).toBe(71)
    expect(server.failure()).toMatchObject({ code: 71, why: expect.stringContaining(why) })
  })

  it('ends with code 0 when it is told to, with every sample in the log', async () => {
    await rm(join(folder, 'rewards.jsonl'), { force: true })
    await writeFile(join(folder, 'rewards.jsonl'), '{"half a li')
    const server = await start('export const reward = ({ response }) => response.length')
    const texts = Array.from({ length: 200 }, (_, at) => 'x'.repeat(at))
    const scores = await Promise.all(texts.map(async (text) => (await (await server.post(text)).json()) as unknown))
    expect(scores).toEqual(texts.map((text) => ({ score: text.length })))
    server.child.kill('SIGTERM')
    expect(await server.exited).toBe(0)
    const [half, ...lines] = (await readFile(join(folder, 'rewards.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(half).toBe('{"half a li')
    const logged = lines.map((line) => (JSON.parse(line) as { score: number }).score).sort((a, b) => a - b)
    expect(logged).toEqual(texts.map((text) => text.length))
  })
})
