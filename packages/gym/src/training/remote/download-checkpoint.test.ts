import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openHost } from '../../compute/open-host.js'
import type { Checkpoint } from '../checkpoint.js'
import { downloadCheckpoint } from './download-checkpoint.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-download-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const checkpoint: Checkpoint = {
  trainingRunId: 'run-1',
  rolloutId: 4,
  name: 'iter_0000004',
  path: '/checkpoints/run-1/iter_0000004',
  createdAt: 1,
  volume: { compute: { kind: 'local' }, name: 'checkpoints', path: 'run-1/iter_0000004' },
}

it('names the folder that cannot be made for a copy, before it asks for any file', async () => {
  await writeFile(join(home, 'file'), '')
  const to = join(home, 'file', 'copy')
  await expect(downloadCheckpoint(checkpoint, { home, to })).rejects.toMatchObject({
    boundary: 'config',
    code: 'cannot-write',
    message: expect.stringContaining(`cannot write ${to}: `),
  })
  const nested = join(to, 'deeper')
  await expect(downloadCheckpoint(checkpoint, { home, to: nested })).rejects.toThrow(
    `cannot write ${nested}: the folder ${to} cannot be made: a part of its path is no folder; give a folder that can be made`,
  )
})

it('copies whole checkpoints alone, the same twice at once, and takes away what a killed copy left', async () => {
  await using host = await openHost({ kind: 'local' }, { home })
  const source = fileURLToPath(new URL('../../../../engine/fixtures/qwen3-tied', import.meta.url))
  const names = ['config.json', 'tokenizer.json', 'model.safetensors']
  const files = names.map((name) => ({ path: `run-1/iter_0000004/${name}`, localPath: join(source, name) }))
  await host.volume('checkpoints').put(files.slice(0, 2))
  const folder = join(home, 'runs', 'run-1', 'checkpoints')
  await expect(downloadCheckpoint(checkpoint, { home })).rejects.toMatchObject({ code: 'no-such-checkpoint' })
  expect(await readdir(folder)).toEqual([])

  // slime copies this mark of the folder that the run started from; it says nothing of the copy.
  await host.volume('checkpoints').put([...files, { path: 'run-1/iter_0000004/.gym-complete', content: '' }])
  // No process has this id: Linux's ids end at 2^22.
  await mkdir(join(folder, '.iter_0000004.download-99999999-abc'))
  const [first, second] = await Promise.all([
    downloadCheckpoint(checkpoint, { home }),
    downloadCheckpoint(checkpoint, { home }),
  ])
  expect(first).toEqual(second)
  expect(first.path).toBe(join(folder, 'iter_0000004'))
  for (const name of names) {
    expect((await readFile(join(first.path, name))).equals(await readFile(join(source, name)))).toBe(true)
  }
  expect(await readdir(folder)).toEqual(['iter_0000004'])
  expect((await readdir(first.path)).sort()).toEqual([...names].sort())

  const to = join(home, 'copy')
  const both = [downloadCheckpoint(checkpoint, { home, to }), downloadCheckpoint(checkpoint, { home, to })]
  const settled = await Promise.allSettled(both)
  expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(Promise.all(both)).rejects.toMatchObject({ code: 'folder-exists' })
  expect((await readdir(home)).filter((name) => name.includes('download'))).toEqual([])
})
