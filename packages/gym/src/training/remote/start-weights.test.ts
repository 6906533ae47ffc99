import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ray } from '../../compute/compute.js'
import { openHost } from '../../compute/open-host.js'
import { type FakeRay, startFakeRay } from '../../compute/ray/fake/fake-ray.test.support.js'
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
})
