import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
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
  const names = ['config.json', 'model.safetensors', 'tokenizer.json']
  const files = names.map((name) => ({ path: `run-1/iter_0000004/${name}`, localPath: join(source, name) }))
  await host.volume('checkpoints').put(files.slice(0, 1))
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

const weights = (shards: readonly string[]) =>
  JSON.stringify({ weight_map: Object.fromEntries(shards.map((shard, index) => [`w${index}`, shard])) })
const [one, two, three] = [1, 2, 3].map((n) => `model-0000${n}-of-00003.safetensors`) as [string, string, string]
const INDEX = 'model.safetensors.index.json'

async function onVolume(files: Readonly<Record<string, string>>): Promise<void> {
  await using host = await openHost({ kind: 'local' }, { home })
  const volume = host.volume('checkpoints')
  await volume.remove('run-1')
  await volume.put(Object.entries(files).map(([name, content]) => ({ path: `run-1/iter_0000004/${name}`, content })))
}

it('copies what has another tokenizer than tokenizer.json, and weights of any format', async () => {
  const shards = { [one]: 'f8', [two]: 'i4' }
  const files = { 'config.json': '{}', 'tiktoken.model': 'abc', [INDEX]: weights([one, two, one]), ...shards }
  await onVolume(files)
  const { path } = await downloadCheckpoint(checkpoint, { home })
  expect((await readdir(path)).sort()).toEqual(Object.keys(files).sort())
})

it.each([
  [{}, 'there is no checkpoint run-1/iter_0000004 in volume checkpoints; choose one of listCheckpoints()'],
  [{ 'config.json': '' }, 'lacks config.json and 1 more of its files; choose'],
  [{ 'config.json': '{}' }, 'checkpoint run-1/iter_0000004 in volume checkpoints lacks model.safetensors; choose'],
  [{ [INDEX]: weights([one]), [one]: 'w' }, 'lacks config.json; choose'],
  [{ 'config.json': '{}', [INDEX]: weights([one, two]), [one]: 'w' }, `lacks ${two}; choose`],
  [{ 'config.json': '{}', [INDEX]: weights([one, two, three]), [one]: 'w', [two]: '' }, `lacks ${two} and 1 more of`],
  [{ 'config.json': '{}', [INDEX]: '{', [one]: 'w' }, `has a damaged ${INDEX} (`],
  [{ 'config.json': '{}', [INDEX]: '{}' }, `has a damaged ${INDEX} (it names no weights)`],
  [{ 'config.json': '{}', [INDEX]: weights(['../x']) }, `(it names "../x" as a file of weights)`],
])('names what %j lacks before it copies anything', async (files, problem) => {
  await onVolume(files)
  const onFile = vi.fn()
  await expect(downloadCheckpoint(checkpoint, { home, onFile })).rejects.toMatchObject({
    boundary: 'config',
    code: 'no-such-checkpoint',
    message: expect.stringContaining(problem),
  })
  expect(onFile).not.toHaveBeenCalled()
  expect(await readdir(join(home, 'runs', 'run-1', 'checkpoints'))).toEqual([])
})

it('keeps nothing of a checkpoint of which a file changed while it was copied', async () => {
  await onVolume({ 'config.json': '{}', 'model.safetensors': 'weights' })
  const cut = join(home, 'volumes', 'checkpoints', 'run-1', 'iter_0000004', 'model.safetensors')
  // The configuration comes first.
  const onFile = () => writeFileSync(cut, 'we')
  await expect(downloadCheckpoint(checkpoint, { home, onFile })).rejects.toMatchObject({
    boundary: 'provider',
    code: 'file-cut-short',
    message:
      'run-1/iter_0000004/model.safetensors of volume checkpoints came with 2 of its 7 bytes; copy the checkpoint again',
  })
  expect(await readdir(join(home, 'runs', 'run-1', 'checkpoints'))).toEqual([])
})
