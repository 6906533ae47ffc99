import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputOf } from './output-of.test.support.js'

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
let folder: string
let server: Server
let url: string
/** What the stand-in answers to a prompt; null for a 400. */
let answer: (prompt: string, seed: number) => string | null
let requests: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-eval-cli-'))
  const rows = Array.from({ length: 12 }, (_, index) =>
    JSON.stringify({ input: `topic ${index}`, output: `${index % 4}` }),
  )
  await writeFile(join(folder, 'rows.jsonl'), rows.join('\n'))
  await writeFile(join(folder, 'gym.config.ts'), configWith('{ digit: { min: 0, ci: 0.9 } }'))
  await writeFile(join(folder, 'typo.config.ts'), configWith('{ digits: { min: 0 } }'))
  await writeFile(join(folder, 'strict.config.ts'), configWith('{ digit: { min: 9 }, length: { min: 1 } }'))
  server = createServer(async (request, response) => {
    response.setHeader('Content-Type', 'application/json')
    if (request.url === '/v1/models') return void response.end(JSON.stringify({ data: [{ id: 'poet' }] }))
    let text = ''
    for await (const part of request) text += part
    const { messages, seed } = JSON.parse(text)
    requests += 1
    const content = answer(messages[0].content, seed)
    if (content === null) return void response.writeHead(400).end('{"error":{"message":"told so"}}')
    response.end(JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }], usage: null }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

function configWith(gate: string): string {
  return `export default {
    model: 'tiny-poet',
    dataset: 'rows.jsonl',
    eval: {
      scorers: {
        digit: ({ response, row }) => Number(response.at(-1)),
        length: ({ response }) => ({ score: response.length, short: response.length < 5 }),
      },
      gate: ${gate},
    },
  }`
}

const cli = (...args: readonly string[]) => outputOf(start(args, folder))

function start(args: readonly string[], cwd: string) {
  const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...env } = process.env
  return spawn(process.execPath, [main, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

const read = (file: string) => readFile(join(folder, file), 'utf8')

describe('evaluation on the command line', { timeout: 300_000 }, () => {
  it('exits 0 when the gates of the config pass, and writes JUnit', async () => {
    requests = 0
    answer = (prompt, seed) => `${prompt} ${(seed % 5) + 1}`
    const run = await cli('eval', '--url', url, '--name', 'base', '--junit', 'gates.xml', '--json', '-q')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const result = JSON.parse(run.stdout)
    expect(result).toMatchObject({ total: 12, gates: [{ scorer: 'digit', ci: 0.9, passed: true }] })
    expect(result.scorers.map(({ name }: { name: string }) => name)).toEqual(['digit', 'length'])
    expect(await read('gates.xml')).toContain('tests="1" failures="0" errors="0"')
    expect(requests).toBe(12)
  })

  it('exits 1 when one fails, saying which', async () => {
    const run = await cli('eval', '--url', url, '-c', 'strict.config.ts', '--name', 'strict', '--junit', 'gates.xml')
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/^failed: gate digit >= 9 failed: the lower end of the mean's 95 % interval is /m)
    expect(run.stdout).toMatch(/^ {2}gate length >= 1 passed:/m)
    expect(run.stdout).toMatch(/^length +\d/m)
    const junit = await read('gates.xml')
    expect(junit).toContain('tests="2" failures="1" errors="0"')
    expect(junit).toContain('<failure message="gate digit &gt;= 9 failed:')
  })

  it('lets scoring take as long as the config says, else as in training with its recipe', async () => {
    answer = () => '1'
    const slow = (options: string) => `import { GrpoRecipe } from 'training-gym'
      const slow = () => new Promise((done) => setTimeout(() => done(1), 1500))
      export default { model: 'tiny-poet', dataset: 'rows.jsonl', reward: slow, ${options} }`
    const recipe = 'recipe: new GrpoRecipe({ rewardTimeLimitMs: 200 })'
    await writeFile(join(folder, 'slow.config.ts'), slow(recipe))
    const short = await cli('eval', '--url', url, '-c', 'slow.config.ts', '--n-rows', '1', '--name', 'slow')
    expect(short.code).toBe(1)
    expect(short.stderr).toContain('within 0.2 s')
    await writeFile(join(folder, 'slow.config.ts'), slow(`${recipe}, eval: { rewardTimeLimitMs: 60_000 }`))
    const long = await cli('eval', '--url', url, '-c', 'slow.config.ts', '--n-rows', '1', '--name', 'slow')
    expect(long).toMatchObject({ code: 0, stdout: expect.stringContaining('slow: mean score 1') })
  })

  it('says what it was given wrong first and alone, before anything is served or asked', async () => {
    requests = 0
    const wrong = {
      '--dataset missing.jsonl': /^error: .*missing\.jsonl.*\n$/,
      '--reward exact-mach': /^error: there is no reward "exact-mach"; did you mean "exact-match"\?\n$/,
      '--model ./nowhere': /^error: .*nowhere.*\n$/,
      '--junit nowhere/gates.xml': /^error: cannot write .*gates\.xml: there is no folder .*nowhere; .*\n$/,
    }
    for (const [flags, message] of Object.entries(wrong)) {
      const run = await cli('eval', ...flags.split(' '))
      expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
    }
    const run = await cli('eval', '--url', url, '--dataset', 'missing.jsonl')
    expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: .*missing\.jsonl.*\n$/) })
    expect(requests).toBe(0)
    expect(await cli('serve', './nowhere')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: .*\n$/),
    })
  })

  it('holds what --reward scores to the gates of that scorer alone, and says which ones it leaves out', async () => {
    answer = () => '1'
    const asked = ['eval', '--url', url, '-c', 'strict.config.ts', '--reward', 'exact-match', '--name', 'flagged']
    const others = await cli(...asked)
    expect(others).toMatchObject({ code: 0, stdout: expect.stringContaining('flagged: mean score 0.25') })
    const left =
      'warning: scored by --reward exact-match; gates that the config file has for other scorers do not apply: digit, length\n'
    expect(others.stderr).toContain(left)
    const quiet = await cli(...asked, '--quiet', '--json')
    expect(quiet).toMatchObject({ code: 0, stderr: left })
    expect(JSON.parse(quiet.stdout)).toMatchObject({ checks: [], gatesLeftOut: ['digit', 'length'] })
    const typo = await cli(...asked.with(asked.indexOf('strict.config.ts'), 'typo.config.ts'))
    expect(typo.code).toBe(2)
    expect(typo.stderr).toContain('a gate is set, but the config file has no scorer "digits"; did you mean "digit"?')
    const again = ['rescore', 'flagged', '-c', 'strict.config.ts', '--reward', 'exact-match']
    const rescored = await cli(...again)
    expect(rescored.code).toBe(0)
    expect(rescored.stderr).toContain(left)
    expect(await cli(...again, '--quiet', '--json')).toMatchObject({ code: 0, stderr: left })
    await writeFile(
      join(folder, 'own.config.ts'),
      `export default { model: 'tiny-poet', dataset: 'rows.jsonl', reward: ({ response }) => response.length,
        eval: { requireMean: 5, gate: { exactMatch: { min: 0.9 } } } }`,
    )
    const own = await cli(...asked.with(asked.indexOf('strict.config.ts'), 'own.config.ts'))
    expect(own.code).toBe(1)
    expect(own.stderr).toContain('do not apply: requireMean\n')
    expect(own.stderr).toMatch(/^failed: gate exactMatch >= 0\.9 failed:/m)
    expect(own.stderr).not.toContain('the mean is not shown')
  })

  it('lets a reward see the column output of a .jsonl file that is named', async () => {
    answer = (prompt) => prompt.at(-1) ?? ''
    await writeFile(
      join(folder, 'answer.config.ts'),
      `export default { model: 'tiny-poet', dataset: 'rows.jsonl',
        reward: ({ response, row }) => (row.output === response ? 1 : 0) }`,
    )
    const run = await cli(
      'eval',
      '--url',
      url,
      '-c',
      'answer.config.ts',
      '--n-rows',
      '4',
      '--name',
      'answers',
      '--json',
    )
    expect(JSON.parse(run.stdout)).toMatchObject({ mean: 1, scored: 4 })
    const both = await cli('eval', '--url', url, '--compute', 'modal')
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('--compute says where to serve the model') })
  })

  it('exits 2 for a gate without its scorer, and 3 when the endpoint is gone, an error in JUnit', async () => {
    const typo = await cli('eval', '--url', url, '-c', 'typo.config.ts')
    expect(typo.code).toBe(2)
    expect(typo.stderr).toContain('has no scorer "digits"; did you mean "digit"?')
    answer = () => null
    const gone = await cli('eval', '--url', url, '--junit', 'gates.xml', '--max-concurrency', '2')
    expect(gone.code).toBe(3)
    expect(await read('gates.xml')).toContain('failures="0" errors="1"')
    expect(await read('gates.xml')).toContain('told so')
  })

  it('continues an evaluation that broke off, with what it was asked with', async () => {
    answer = (prompt, seed) => (/ [6-9]$/.test(prompt) ? null : `${prompt} ${seed % 10}`)
    const broken = JSON.parse(
      (
        await cli(
          'eval',
          '--url',
          url,
          '--seed',
          '7',
          '--n-samples',
          '2',
          '--temperature',
          '0.5',
          '--name',
          'flaky',
          '--json',
        )
      ).stdout,
    )
    expect(broken).toMatchObject({ scored: 16, failed: 8, seed: 7 })
    requests = 0
    answer = (prompt, seed) => `${prompt} ${seed % 10}`
    const other = await cli('eval', '--resume', 'flaky', '--seed', '8')
    expect(other.code).toBe(2)
    expect(other.stderr).toContain('its seed was 7 and now is 8')
    const run = await cli('eval', '--resume', 'flaky', '--json')
    expect(run.code).toBe(0)
    expect(JSON.parse(run.stdout)).toMatchObject({ evalId: broken.evalId, scored: 24, failed: 0, seed: 7 })
    // The stand-in ignores n, so each row takes two requests.
    expect(requests).toBe(8)
  })

  it('says at Ctrl-C how to continue, which then takes the rows and the named reward of before', async () => {
    // A folder of its own, without a config file.
    const cwd = join(folder, 'plain')
    await mkdir(cwd)
    const rows = [1, 2, 3].map((number) => JSON.stringify({ input: `${number}`, output: number }))
    await writeFile(join(cwd, 'plain.jsonl'), rows.join('\n'))
    const asked = ['--url', url, '-d', 'plain.jsonl', '-r', 'exact-match', '--max-concurrency', '1']
    const child = start(['eval', ...asked], cwd)
    answer = (prompt) => {
      if (prompt === '2') child.kill('SIGINT')
      return prompt
    }
    const first = await outputOf(child)
    expect(first.code).toBe(130)
    expect(first.stderr).toMatch(/^interrupted: evaluation "poet" was interrupted after /m)
    const [, evalId = ''] = /^Continue it: {2}training-gym eval --resume (eval-\S+)$/m.exec(first.stderr) ?? []
    answer = (prompt) => prompt
    const second = await outputOf(start(['eval', '--resume', evalId, '--json'], cwd))
    expect(JSON.parse(second.stdout)).toMatchObject({ evalId, total: 3, scored: 3, mean: 1 })
  })

  it('compares with a stored evaluation: 1 when worse, or not better where that is required', async () => {
    answer = (prompt, seed) => `${prompt} ${seed % 2}`
    const worse = await cli('eval', '--url', url, '--against', 'base', '--name', 'worse')
    expect(worse.code).toBe(1)
    expect(worse.stderr).toMatch(/^failed: worse is worse than base by /m)
    answer = (prompt, seed) => `${prompt} ${(seed % 5) + 1}`
    const same = ['eval', '--url', url, '--against', 'base', '--name', 'same', '--json']
    const equal = await cli(...same)
    expect(equal.code).toBe(0)
    expect(JSON.parse(equal.stdout)).toMatchObject({ comparison: { a: 'base', verdict: 'not shown' } })
    expect((await cli(...same, '--require-better')).code).toBe(1)
    expect((await cli('eval', '--url', url, '--require-better')).code).toBe(2)
    const missing = await cli('eval', '--url', url, '--against', 'bas')
    expect(missing.code).toBe(2)
    const other = await cli('eval', '--url', url, '--against', 'base', '--reward', 'haiku')
    expect(other.code).toBe(2)
    expect(other.stderr).toContain('has no scorer "haiku"; it has digit, length')
  })

  it('compares by another scorer', async () => {
    const compared = await cli('compare', 'base', 'worse', '--scorer', 'length', '--json')
    expect(JSON.parse(compared.stdout).comparisons).toMatchObject([{ difference: 0, verdict: 'not shown' }])
    expect((await cli('compare', 'base', 'worse', '--scorer', 'lenght')).code).toBe(2)
  })

  it('rescores without generating and shows what changed', async () => {
    requests = 0
    await writeFile(
      join(folder, 'exact.config.ts'),
      `export default { model: 'tiny-poet', dataset: 'rows.jsonl',
        reward: function exact({ response, row }) { return response.at(-1) === row.output ? 1 : 0 } }`,
    )
    const run = await cli('rescore', 'base', '-c', 'exact.config.ts', '--name', 'exact')
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/^exact: mean score /m)
    expect(run.stdout).toMatch(/^\d+ of 12 responses changed/m)
    expect(requests).toBe(0)
    const unlike = await cli('compare', 'base', 'exact', '--require-better')
    expect(unlike).toMatchObject({ code: 2, stdout: '' })
    expect(unlike.stderr).toContain(
      '"base" was scored by "digit" and "exact" by "exact", whose points are not the same',
    )
    const haiku = JSON.parse((await cli('rescore', 'base', '--reward', 'haiku', '--json')).stdout)
    expect(haiku).toMatchObject({ name: 'base, rescored', total: 12 })
    expect(haiku.changed.length).toBeGreaterThan(0)
  })

  it('writes reports', async () => {
    const run = await cli('report', 'base', '--html', 'base.html', '--csv', 'base.csv', '--jsonl', 'base.jsonl')
    expect(run).toMatchObject({ code: 0, stdout: 'wrote ./base.html\nwrote ./base.csv\nwrote ./base.jsonl\n' })
    expect(await read('base.html')).toContain('<h1>base: mean score')
    expect((await read('base.csv')).split('\r\n')).toHaveLength(14)
    expect((await read('base.jsonl')).trimEnd().split('\n')).toHaveLength(12)
    expect((await cli('report', 'base')).code).toBe(2)
    const nowhere = await cli('report', 'base', '--html', 'missing/base.html')
    expect(nowhere.code).toBe(2)
    expect(nowhere.stderr).toContain('give a file in a folder that exists')
  })
})
