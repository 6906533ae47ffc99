import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeStandIns } from '../../deployments/stand-in-engine.test.support.js'

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

let folder: string
const running = new Set<ChildProcess>()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-chat-'))
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...inherited } = process.env
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...inherited, ...env } })
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

async function ended(child: ChildProcess, input = '') {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (part) => {
    stdout += part
  })
  child.stderr?.on('data', (part) => {
    stderr += part
  })
  child.stdin?.end(input)
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

const cli = (args: readonly string[], input?: string) => ended(start(args), input)

/** Resolves when a command says that it serves, and goes on collecting what it says on stdout. */
async function served(child: ChildProcess): Promise<{ stdout: () => string }> {
  let text = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (part) => {
      text += part
      if (text.includes('Ctrl-C stops it.')) resolve()
    })
    child.once('close', () => reject(new Error(`ended without serving: ${text}`)))
  })
  return { stdout: () => text }
}

describe('serve and chat on the command line', () => {
  it('compares two deployments; a serve that is stopped from another terminal ends well', async () => {
    const serve = start(['serve', 'tiny-poet', '--port', '0', '--set', 'threads=1'])
    const { stdout } = await served(serve)
    const question = 'Write a haiku about rain.\n'
    const both = await cli(['chat', 'tiny-poet', '--vs', 'latest', '--seed', '3', '--json'], question)
    expect(both.code).toBe(0)
    const { seed, responses } = JSON.parse(both.stdout)
    expect(seed).toBe(3)
    expect(responses).toHaveLength(2)
    expect(responses[0].response).toMatch(/\w/)
    expect(responses[1].response).toBe(responses[0].response)
    const other = await cli(['chat', 'tiny-poet', '--vs', 'latest', '--json'], `/seed 3\n${question}`)
    expect(JSON.parse(other.stdout).responses).toEqual(responses)

    const end = once(serve, 'close')
    expect(await cli(['deployments', 'stop', 'latest'])).toMatchObject({ code: 0 })
    expect(await end).toEqual([0, null])
    expect(stdout()).toMatch(/^dep-\S+ was stopped from elsewhere$/m)
    const { deployments } = JSON.parse((await cli(['deployments', '--all', '--json'])).stdout)
    expect(deployments).toMatchObject([{ servedModelName: 'tiny-poet', state: 'stopped', error: null }])
  })

  it('serves with vLLM and says when it is not there', async () => {
    const bin = await writeStandIns(join(folder, 'bin'))
    const settings = ['--set', 'maxModelLen=4096', '--set', `env=${JSON.stringify({ PATH: bin })}`]
    const serve = start(['serve', 'qwen3-4b', '--engine', 'vllm', '--port', '0', ...settings])
    await served(serve)
    expect(await cli(['chat', 'Qwen3-4B'], 'rain\n')).toEqual({ code: 0, stdout: 'Qwen3-4B heard rain\n', stderr: '' })
    serve.kill('SIGINT')
    expect(await once(serve, 'close')).toEqual([130, null])

    const missing = await cli([
      'serve',
      'qwen3-4b',
      '--engine',
      'vllm',
      '--port',
      '0',
      '--set',
      `env=${JSON.stringify({ PATH: folder })}`,
    ])
    expect(missing.code).toBe(2)
    expect(missing.stderr).toContain('there is no program "vllm" to start vLLM; install it (pip install vllm==')
    const mistyped = await cli(['serve', 'qwen3-4b', '--engine', 'sglang', '--set', 'maxModelLen=1'])
    expect(mistyped.stderr).toContain('unknown option "maxModelLen" of SglangRecipe')
  })

  it.each(['latest', 'dep-20260101-000000-abcd'])(
    'says that nothing is served when %s was asked for',
    async (target) => {
      const asked = await cli(['chat', target, '--home', join(folder, 'empty')], 'rain\n')
      expect(asked).toMatchObject({ code: 2, stdout: '' })
      const sentence = `no deployment "${target}" runs (nothing is served here); serve something: training-gym serve tiny-poet`
      expect(asked.stderr).toContain(sentence)
    },
  )
})
