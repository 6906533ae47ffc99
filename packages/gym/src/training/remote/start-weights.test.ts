import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ray } from '../../compute/compute.js'
import type { ComputeHost, VolumeFiles } from '../../compute/host.js'
import { openHost } from '../../compute/open-host.js'
import { type FakeRay, startFakeRay } from '../../compute/ray/fake/fake-ray.test.support.js'
import { GymError } from '../../errors.js'
import { HuggingFaceModel } from '../../models/hugging-face-model.js'
import { writeStandInHub } from './stand-ins/write-stand-in-hub.test.support.js'
import { writeStandInTrainer } from './stand-ins/write-stand-in-trainer.test.support.js'
import { startWeights } from './start-weights.js'

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('skipped: weights are downloaded with python3, which this machine lacks')

describe.skipIf(!hasPython)('weights of a repository', () => {
  let folder: string
  let repository: string
  let head: FakeRay
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gym-weights-'))
    repository = join(folder, 'repository')
    const bin = await writeStandInTrainer(join(folder, 'bin'))
    await writeStandInHub(bin, repository)
    vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`)
    head = await startFakeRay()
  })
  afterAll(async () => {
    await head.stop()
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    await rm(repository, { recursive: true, force: true })
    await mkdir(join(repository, 'original'), { recursive: true })
  })

  const put = async (...names: readonly string[]) => {
    for (const name of names) await writeFile(join(repository, name), name)
  }
  /** Brings the weights to a cluster and returns what is there then. */
  const prepared = async (storage: string) => {
    const signal = new AbortController().signal
    await using host = await openHost(ray({ address: head.address, storage: join(folder, storage) }), { home: folder })
    const { path, prepare } = await startWeights(host, new HuggingFaceModel('owner/model'), undefined, signal)
    const notices: string[] = []
    await prepare({ signal, onProgress: (event) => event.kind === 'notice' && notices.push(event.message) })
    return { files: (await readdir(path)).sort(), notices }
  }

  it('are downloaded once, without what other programs take', async () => {
    await put('config.json', 'model.safetensors', 'pytorch_model.bin', 'a.pth', 'original/params.json')
    const first = await prepared('once')
    expect(first.files).toEqual(['.gym-complete', 'config.json', 'model.safetensors'])
    expect(first.notices).toEqual([expect.stringContaining('downloading owner/model')])
    expect((await prepared('once')).notices).toEqual([])
  })

  it('are never taken for complete where there are none, also when an earlier download said so', async () => {
    await put('config.json')
    await expect(prepared('none')).rejects.toMatchObject({
      code: 'weights-not-downloaded',
      message: expect.stringContaining('owner/model has no *.safetensors at main'),
    })
    const left = join(folder, 'none/training-gym-models/model')
    expect(await readdir(left)).toEqual(['config.json'])
    await writeFile(join(left, '.gym-complete'), '')
    await put('model.safetensors')
    expect((await prepared('none')).files).toContain('model.safetensors')
  })

  it('are complete only when the volume has them for good', async () => {
    await put('config.json', 'model.safetensors')
    const bin = join(folder, 'bin')
    const program = (name: string, line: string) => writeFile(join(bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
    const asked = join(folder, 'asked')
    await program('sleep', 'exit 0')
    try {
      await program('sync', `echo >> "${asked}"; exit 1`)
      await expect(prepared('lost')).rejects.toMatchObject({
        code: 'weights-not-downloaded',
        message: expect.stringMatching(/exit code 1, .*could not be saved: sync failed 5 times/s),
      })
      expect((await readFile(asked, 'utf8')).length).toBe(5)
      expect(await readdir(join(folder, 'lost/training-gym-models/model'))).not.toContain('.gym-complete')
      await program('sync', `echo >> "${asked}"; [ "$(wc -l < "${asked}")" -ge 7 ]`)
      expect((await prepared('lost')).files).toContain('.gym-complete')
    } finally {
      for (const name of ['sleep', 'sync']) await rm(join(bin, name), { force: true })
    }
  })
})

describe('weights of a folder', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'gym-folder-weights-'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  it('are uploaded until all are there, whatever an upload that broke off has left', async () => {
    // As slime exports it: the mark of the weights that the run started from was copied with the other files.
    const weights = join(home, 'iter_0000009')
    const names = ['config.json', 'model-1.safetensors', 'model-2.safetensors', 'tokenizer.json']
    await mkdir(weights)
    for (const name of ['.gym-complete', ...names]) await writeFile(join(weights, name), name)
    await writeFile(join(home, 'elsewhere.json'), 'linked')
    await symlink(join(home, 'elsewhere.json'), join(weights, 'vocab.json'))

    const { signal } = new AbortController()
    await using local = await openHost({ kind: 'local' }, { home })
    const volume = local.volume('training-gym-models')
    let leftToPut = 2
    const breaking: VolumeFiles = {
      ...volume,
      async put(files) {
        for (const file of files) {
          if (leftToPut-- === 0) throw new GymError('provider', 'provider-unreachable', 'the connection is lost')
          await volume.put([file])
        }
      },
    }
    const host: ComputeHost = { ...local, volume: () => breaking }
    const notices: string[] = []
    const prepare = async () => {
      const { path, prepare } = await startWeights(host, new HuggingFaceModel('owner/model'), weights, signal)
      await prepare({ signal, onProgress: (event) => event.kind === 'notice' && notices.push(event.message) })
      return basename(path)
    }
    await expect(prepare()).rejects.toThrow('the connection is lost')
    leftToPut = Number.POSITIVE_INFINITY
    const name = await prepare()
    expect((await volume.list(name)).map((entry) => entry.name)).toEqual(['.gym-complete', ...names, 'vocab.json'])
    expect(await volume.readText(`${name}/vocab.json`)).toBe('linked')
    expect(notices).toHaveLength(2)
    await prepare()
    expect(notices).toHaveLength(2)

    // What the clients of before have left: the mark, and half a file.
    await volume.put([{ path: `${name}/model-2.safetensors`, content: 'mod' }])
    await prepare()
    expect(notices).toHaveLength(3)
    expect(await volume.readText(`${name}/model-2.safetensors`)).toBe('model-2.safetensors')
  })
})
