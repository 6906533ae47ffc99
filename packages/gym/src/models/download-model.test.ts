import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { GymError } from '../errors.js'
import { type FakeHub, startFakeHub } from '../hub/fake-hub.test.server.js'
import { HuggingFaceModel } from './hugging-face-model.js'

const weights = Buffer.alloc(300_000, 'weights')
const folder = {
  'config.json': '{"model_type":"qwen3"}',
  'model.safetensors': weights,
  'tokenizer.json': '{"tokenizer":1}',
  'tokenizer_config.json': '{}',
  'pytorch_model.bin': 'a pickle',
  'README.md': 'words',
  'onnx/model.safetensors': 'another',
}
const wanted = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']

let hub: FakeHub
let cacheDir: string

beforeAll(async () => {
  hub = await startFakeHub({
    models: {
      'some/model': { main: folder, 'pr/1': { ...folder, 'config.json': '{"model_type":"llama"}' } },
      'only/pickle': { main: { 'config.json': '{}', 'pytorch_model.bin': 'x' } },
    },
  })
})
afterAll(() => hub[Symbol.asyncDispose]())
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'gym-model-'))
  hub.mode = 'normal'
  hub.requests.length = 0
  hub.sent = 0
  hub.onHang = () => {}
})
afterEach(() => rmSync(cacheDir, { recursive: true }))

const model = (repo = 'some/model', options = {}) =>
  new HuggingFaceModel(repo, { hubUrl: hub.url, cacheDir, ...options })

async function failureOf(promise: Promise<unknown>): Promise<GymError> {
  return (await promise.then(
    () => new Error('resolved'),
    (thrown: unknown) => thrown,
  )) as GymError
}

describe('HuggingFaceModel', () => {
  it('downloads config, tokenizer and safetensors, nothing else, and tells its progress in bytes', async () => {
    const progress: [number, number][] = []
    const path = await model().resolve({ onProgress: (done, total) => progress.push([done, total]) })
    expect(path).toBe(join(cacheDir, 'some', 'model', 'main'))
    expect(readdirSync(path).sort()).toEqual(wanted)
    expect(readFileSync(join(path, 'model.safetensors')).equals(weights)).toBe(true)
    const total = wanted.reduce((sum, name) => sum + Buffer.byteLength(folder[name as keyof typeof folder]), 0)
    expect(progress.at(-1)).toEqual([total, total])
    expect(progress.every(([done], at) => done >= (progress[at - 1]?.[0] ?? 0))).toBe(true)
  })

  it('needs no hub the second time', async () => {
    const path = await model().resolve()
    hub.mode = 'unavailable'
    expect(await model().resolve()).toBe(path)
  })

  it('keeps revisions apart, also those with a slash in their name', async () => {
    await model().resolve()
    const path = await model('some/model', { revision: 'pr/1' }).resolve()
    expect(path).toBe(join(cacheDir, 'some', 'model', 'pr_1'))
    expect(readFileSync(join(path, 'config.json'), 'utf8')).toContain('llama')
  })

  it('leaves no folder that looks complete when interrupted, and keeps whole weights for the next try', async () => {
    const controller = new AbortController()
    const interrupted = model().resolve({
      signal: controller.signal,
      // The weights come second, so two small files are still missing.
      onProgress: (done) => done > weights.length && controller.abort(),
    })
    expect(await failureOf(interrupted)).toMatchObject({ boundary: 'interrupted' })
    expect(readdirSync(join(cacheDir, 'some', 'model'))).toEqual(['main.unfinished'])
    hub.requests.length = 0
    const path = await model().resolve()
    expect(readdirSync(path).sort()).toEqual(wanted)
    expect(hub.requests.filter((line) => line.includes('model.safetensors'))).toEqual([])
    expect(readdirSync(join(cacheDir, 'some', 'model'))).toEqual(['main'])
  })

  it('does not trust half a file or a stranger left by an earlier try', async () => {
    const path = await model().resolve()
    const unfinished = `${path}.unfinished`
    renameSync(path, unfinished)
    writeFileSync(join(unfinished, 'model.safetensors'), weights.subarray(0, 1000))
    writeFileSync(join(unfinished, 'model-00001-of-00002.safetensors'), 'old')
    // No process has this number: Linux and macOS stay below 2^22, Windows below 2^32.
    writeFileSync(join(unfinished, 'config.json.4294967295-1-2.part'), 'old')
    await model().resolve()
    expect(readdirSync(path).sort()).toEqual(wanted)
    expect(readFileSync(join(path, 'model.safetensors')).equals(weights)).toBe(true)
  })

  it('lets several downloads of one model run at once', async () => {
    const paths = await Promise.all([model().resolve(), model().resolve(), model().resolve()])
    expect(new Set(paths).size).toBe(1)
    expect(readdirSync(paths[0]!).sort()).toEqual(wanted)
    expect(readFileSync(join(paths[0]!, 'model.safetensors')).equals(weights)).toBe(true)
    expect(readdirSync(join(cacheDir, 'some', 'model'))).toEqual(['main'])
  })

  it('refuses what arrives with another content than announced', async () => {
    const tampering: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      const isWeights = String(input).includes('model.safetensors') && new Headers(init?.headers).get('range') === null
      if (!isWeights) return response
      const bytes = new Uint8Array(await response.arrayBuffer())
      bytes[5] = 0
      return new Response(bytes, response)
    }
    const error = await failureOf(model('some/model', { fetch: tampering }).resolve())
    expect(error).toMatchObject({ boundary: 'provider', code: 'damaged-download' })
    expect(error.message).toBe(
      'model.safetensors of model "some/model" arrived damaged (300000 of 300000 bytes); run it again',
    )
  })

  it.each([
    [
      'cut-body',
      'provider',
      /could not reach .* for model "some\/model" \(UND_ERR_SOCKET\).*without network, use TinyPoet/,
    ],
    ['gated', 'config', /refuses model "some\/model" \(status 401\)/],
    ['unavailable', 'provider', /answered status 503 for model "some\/model"/],
  ] as const)('says what happened when the hub is %s', async (mode, boundary, message) => {
    hub.mode = mode
    expect(await failureOf(model().resolve())).toMatchObject({ boundary, message: expect.stringMatching(message) })
  })

  it('gives up at once on a server that stops in the middle when aborted', async () => {
    hub.mode = 'hang-in-body'
    const controller = new AbortController()
    hub.onHang = () => controller.abort()
    const error = await failureOf(model().resolve({ signal: controller.signal }))
    expect(error).toMatchObject({
      boundary: 'interrupted',
      message: 'the download of model "some/model" was interrupted',
    })
  })

  it('says what a repository lacks', async () => {
    expect(await failureOf(model('only/pickle').resolve())).toMatchObject({
      boundary: 'config',
      message:
        'model "only/pickle" has no model.safetensors, no tokenizer.json; choose a repository with safetensors weights and a fast tokenizer',
    })
    expect((await failureOf(model('no/such').resolve())).message).toMatch(/has no model "no\/such" at revision "main"/)
  })
})
