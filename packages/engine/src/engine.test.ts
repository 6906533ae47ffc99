import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, vi } from 'vitest'
import { Engine } from './engine.js'

const modelPath = fileURLToPath(new URL('../fixtures/qwen3-tied', import.meta.url))

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
})
