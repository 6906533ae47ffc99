import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, vi } from 'vitest'
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

describe('Engine.open', () => {
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
