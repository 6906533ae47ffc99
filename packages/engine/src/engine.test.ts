import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, vi } from 'vitest'
import { loadChatTokenizer } from './checkpoint/chat-tokenizer.js'
import { Engine } from './engine.js'

const modelPath = fileURLToPath(new URL('../fixtures/qwen3-tied', import.meta.url))
const tinyPoet = fileURLToPath(new URL('../../../models/tiny-poet', import.meta.url))
const index = new URL('../dist/index.js', import.meta.url).href
const run = promisify(execFile)

describe('Engine.closed', () => {
  it('resolves with code "closed" after close()', async () => {
    const engine = await Engine.open({ modelPath, threads: 1 })
    await engine.close()
    expect(await engine.closed).toMatchObject({ code: 'closed' })
  })

  it('resolves with code "internal" when the worker dies, and calls under way reject with the same', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage')
    const engine = await Engine.open({ modelPath, threads: 1 })
    const worker = post.mock.contexts.at(-1) as Worker
    const call = engine.generate({ promptTokenIds: [1], seeds: [1], sampling: { maxNewTokens: 20 } })
    void worker.terminate()
    await expect(call).rejects.toMatchObject({ code: 'internal' })
    expect(await engine.closed).toMatchObject({ code: 'internal', message: expect.stringContaining('worker ended') })
    await expect(engine.generate({ promptTokenIds: [1], seeds: [1], sampling: { maxNewTokens: 1 } })).rejects.toThrow(
      'worker ended',
    )
    post.mockRestore()
  })

  it('ends between two computations, whether it is closed or the process exits', async () => {
    const script = `
      import { Engine } from ${JSON.stringify(index)}
      const engine = await Engine.open({ modelPath: process.argv[1], threads: 2, isTrainable: true })
      let end = async () => {
        end = () => {}
        if (process.argv[2] === 'exit') process.exit(7)
        await engine.close()
        console.log(await outcome)
      }
      const request = {
        promptTokenIds: [5],
        seeds: Array.from({ length: 16 }, (_, i) => i),
        sampling: { maxNewTokens: 200, stopTokenIds: [] },
      }
      const outcome = engine.generate(request, { onToken: () => end() }).catch(({ code }) => code)`
    const ended = (how: string) => run(process.execPath, ['--input-type=module', '--eval', script, tinyPoet, how])
    expect(await ended('close')).toMatchObject({ stdout: 'closed\n', stderr: '' })
    await expect(ended('exit')).rejects.toMatchObject({ code: 7, stderr: '' })
  })

  it('keeps the process until close() is done, also right after one of many calls was refused', async () => {
    const script = `
      import { Engine } from ${JSON.stringify(index)}
      const engine = await Engine.open({ modelPath: process.argv[1], threads: 1 })
      const tooLong = () => engine.generate({ promptTokenIds: [5], seeds: [1], sampling: { maxNewTokens: 5000 } })
      await Promise.all(Array.from({ length: 16 }, tooLong)).catch(({ code }) => console.log(code))
      await engine.close()
      console.log('closed')`
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script, modelPath])
    expect(stdout).toBe('bad-request\nclosed\n')
  })
})

/** The first example in a text: in a fence of TypeScript, or behind `@example` in a doc comment. */
function exampleIn(text: string): string {
  const [, fenced, commented] = /```ts\n(.*?)```|@example\n(.*?)\n \*\//s.exec(text) ?? []
  return fenced ?? (commented as string).replaceAll(/^ \* /gm, '')
}

describe('the example', () => {
  it.each(['../README.md', './engine.ts'])('of %s asks the model for its turn', async (file) => {
    const source = exampleIn(await readFile(new URL(file, import.meta.url), 'utf8'))
      .replace(/^import .*$/m, '')
      .replace('./models/tiny-poet', tinyPoet)
    const script = `
      import { Engine } from ${JSON.stringify(index)}
      ${source.replace('await using', 'const')}
      const { tokenizer } = engine
      console.log(tokenizer.decode(promptTokenIds) === tokenizer.applyChatTemplate(messages, { addGenerationPrompt: true }))
      await engine.close()`
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script])
    expect(stdout.trim().split('\n').at(-1)).toBe('true')
    expect(stdout).not.toContain('<|')
  })
})

describe('Engine.generate', () => {
  const request = { promptTokenIds: [5], seeds: [1], sampling: { maxNewTokens: 4, stopTokenIds: [] } }

  it("ends at the tokenizer's end-of-turn token too, which the model's files need not name", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eos-'))
    await cp(tinyPoet, folder, { recursive: true })
    const named = await loadChatTokenizer(tinyPoet)
    for (const name of ['config.json', 'generation_config.json']) {
      const json = JSON.parse(await readFile(join(folder, name), 'utf8'))
      await writeFile(join(folder, name), JSON.stringify({ ...json, eos_token_id: 0 }))
    }
    const [unchanged, changed] = await Promise.all(
      [tinyPoet, folder].map(async (path) => {
        await using engine = await Engine.open({ modelPath: path, threads: 1 })
        const messages = [{ role: 'user', content: 'Write a haiku about rain.' }]
        const promptTokenIds = engine.tokenizer.encodeChat(messages, { addGenerationPrompt: true })
        const [sample] = await engine.generate({ promptTokenIds, seeds: [1], sampling: { maxNewTokens: 60 } })
        expect(engine.model.eosTokenIds).toEqual(engine.tokenizer.eosTokenIds)
        return { sample, eosTokenIds: engine.model.eosTokenIds }
      }),
    )
    expect(unchanged?.eosTokenIds).toEqual(named.eosTokenIds)
    expect(changed?.eosTokenIds).toEqual([0, ...named.eosTokenIds])
    expect(changed?.sample).toEqual(unchanged?.sample)
    expect(changed?.sample?.finishReason).toBe('stop')
    await rm(folder, { recursive: true })
  })

  it('rejects a request that cannot be sent to the worker, and no other of the same moment', async () => {
    await using engine = await Engine.open({ modelPath, threads: 1 })
    const schema = { type: 'string', toJSON: () => ({}) }
    const unsendable = { ...request, sampling: { ...request.sampling, json: { kind: 'schema', schema } as const } }
    const outcomes = Promise.allSettled([unsendable, request, unsendable, request].map((r) => engine.generate(r)))
    const refused = {
      status: 'rejected',
      reason: { code: 'bad-request', message: expect.stringContaining('"generate"') },
    }
    const drawn = { status: 'fulfilled', value: [{ finishReason: 'length' }] }
    expect(await outcomes).toMatchObject([refused, drawn, refused, drawn])
  })

  it('rejects with what its onToken throws, is asked for no more tokens, and leaves others alone', async () => {
    for (const isTrainable of [false, true]) {
      // Two replicas where it is trainable, and sixteen samples are drawn in two parts.
      await using engine = await Engine.open({ modelPath, threads: 2, isTrainable })
      let calls = 0
      const onToken = () => {
        calls += 1
        throw new Error('no more room')
      }
      const seeds = Array.from({ length: 16 }, (_, i) => i)
      const long = { ...request, seeds, sampling: { ...request.sampling, maxNewTokens: 100 } }
      const failing = engine.generate(long, { onToken })
      const other = engine.generate(request)
      await expect(failing).rejects.toThrow('no more room')
      expect((await other)[0]?.tokenIds).toHaveLength(4)
      expect(calls).toBe(1)
      // Its slots are free at the next step: of every replica, so each is to draw a part of what comes next.
      await engine.generate({ ...request, seeds: [...seeds, ...seeds] })
      expect(await engine.load()).toMatchObject({ slotsInUse: 0, waiting: 0 })
    }
  })
})

describe('Engine.open', () => {
  it.each([
    ['threads', 0],
    ['maxBatch', 0],
    ['maxBatch', 2.5],
    ['maxTokensPerMicroBatch', -1],
  ])('refuses %s: %d, with which it would never answer', async (name, value) => {
    const message = expect.stringContaining(`${name} is ${value}; give a whole number`)
    await expect(Engine.open({ modelPath, [name]: value })).rejects.toMatchObject({ code: 'bad-request', message })
  })

  it('opens in a process whose command line has 60,000 characters, and whose program is an argument too', async () => {
    const script = `
      import { Engine } from ${JSON.stringify(index)}
      const engine = await Engine.open({ modelPath: process.argv[1], threads: 1 })
      console.log(engine.model.vocabSize)
      await engine.close()`
    const args = ['--input-type=module', '--eval', script, modelPath, 'x'.repeat(60_000)]
    const { stdout } = await run(process.execPath, args)
    expect(Number(stdout)).toBeGreaterThan(0)
  })
})
