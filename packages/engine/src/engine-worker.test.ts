import { on, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { EngineCall, FromWorker } from './engine-messages.js'
import { nativeCallFlags } from './graph/native-calls.js'
import type { WorkerData } from './start-worker.js'

const modelPath = fileURLToPath(new URL('../fixtures/qwen3-tied', import.meta.url))

describe('the worker of an engine', () => {
  it('leaves no native call under way when it is closed in the middle of decoding', async () => {
    const nativeCalls = nativeCallFlags()
    const workerData = { nativeCalls } satisfies WorkerData
    const worker = new Worker(new URL('../dist/engine-worker.js', import.meta.url), { workerData })
    const call = (id: number, asked: EngineCall) => worker.postMessage([{ kind: 'call', id, call: asked }])
    const received = async (kind: FromWorker['kind']) => {
      for await (const [message] of on(worker, 'message')) if (message.kind === kind) return
    }
    call(0, { method: 'open', options: { modelPath, threads: 1, isTrainable: false, maxBatch: 8 } })
    await received('result')
    const sampling = { maxNewTokens: 100, stopTokenIds: [] }
    call(1, { method: 'generate', request: { promptTokenIds: [5], seeds: [1], sampling }, wantsTokens: true })
    await received('tokens')
    worker.postMessage([{ kind: 'close' }])
    await once(worker, 'exit')
    // Whoever exits now would wait for them.
    expect(nativeCalls[0]).toBe(0)
  })
})
