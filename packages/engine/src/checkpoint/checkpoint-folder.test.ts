import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CheckpointContents,
  isCompleteCheckpoint,
  removePartialFolders,
  writeCheckpointFolder,
} from './checkpoint-folder.js'
import { readModelConfig } from './model-config.js'
import { checkWeights, parameterShapes } from './parameter-shapes.js'
import { openWeights } from './safetensors.js'
import type { TensorToWrite } from './write-safetensors.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))
let folder = ''
const tensors: TensorToWrite[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-folder-'))
  const weights = await openWeights(tinyPoet)
  for (const { name, shape } of parameterShapes(await readModelConfig(tinyPoet))) {
    tensors.push({ name, shape, data: await weights.read(name) })
  }
})
afterAll(() => rm(folder, { recursive: true }))

const contents = (changes: Partial<CheckpointContents> = {}): CheckpointContents => ({
  sourceFolder: tinyPoet,
  tensors,
  dtype: 'BF16',
  random: 'r1',
  ...changes,
})

describe('writeCheckpointFolder', () => {
  it('writes a folder equal to its source when nothing was trained', async () => {
    const parent = await mkdtemp(join(folder, 'equal-'))
    const target = join(parent, 'runs', 'iter_0000004')
    await writeCheckpointFolder(target, contents())
    expect(await readdir(join(parent, 'runs'))).toEqual(['iter_0000004'])
    expect((await readdir(target)).sort()).toEqual(
      (await readdir(tinyPoet)).filter((name) => /json$|safetensors$/.test(name)).sort(),
    )
    for (const name of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json']) {
      expect(await readFile(join(target, name), 'utf8')).toBe(await readFile(join(tinyPoet, name), 'utf8'))
    }
    expect(checkWeights(await readModelConfig(target), await openWeights(target))).toEqual({ unexpected: [] })
    const [written, original] = await Promise.all(
      [target, tinyPoet].map((path) => readFile(join(path, 'model.safetensors'))),
    )
    expect(written!.equals(original!)).toBe(true)
    expect(await isCompleteCheckpoint(target)).toBe(true)
  })

  it('states the written format in config.json, in whichever spelling it uses, and leaves the rest alone', async () => {
    const source = await mkdtemp(join(folder, 'source-'))
    await cp(tinyPoet, source, { recursive: true })
    const { torch_dtype: _, ...config } = JSON.parse(await readFile(join(tinyPoet, 'config.json'), 'utf8')) as Record<
      string,
      unknown
    >
    await writeFile(join(source, 'config.json'), JSON.stringify({ ...config, dtype: 'bfloat16', my_key: [1] }))
    await writeFile(join(source, 'chat_template.jinja'), '{{ messages }}')
    const target = join(folder, 'float32')
    await writeCheckpointFolder(target, contents({ sourceFolder: source, dtype: 'F32' }))
    expect(JSON.parse(await readFile(join(target, 'config.json'), 'utf8'))).toEqual({
      ...config,
      dtype: 'float32',
      my_key: [1],
    })
    expect(await readFile(join(target, 'chat_template.jinja'), 'utf8')).toBe('{{ messages }}')
    expect((await openWeights(target)).tensors.get('model.norm.weight')!.dtype).toBe('F32')
    expect((await readModelConfig(target)).torchDtype).toBe('float32')
  })

  it('refuses to replace a checkpoint or a folder with other files, and touches neither', async () => {
    const parent = await mkdtemp(join(folder, 'existing-'))
    await cp(tinyPoet, join(parent, 'done'), { recursive: true })
    await mkdir(join(parent, 'notes'))
    await writeFile(join(parent, 'notes', 'mine.txt'), 'keep')
    await expect(writeCheckpointFolder(join(parent, 'done'), contents())).rejects.toMatchObject({
      code: 'bad-request',
      message: `"${join(parent, 'done')}" already exists and is a complete checkpoint; choose another name or delete it`,
    })
    await expect(writeCheckpointFolder(join(parent, 'notes'), contents())).rejects.toThrow('a folder with other files')
    expect((await readdir(parent)).sort()).toEqual(['done', 'notes'])
    expect(await readdir(join(parent, 'notes'))).toEqual(['mine.txt'])
  })

  it('refuses tensors that its config.json does not describe', async () => {
    const target = join(folder, 'misfit')
    const extra = { name: 'extra', shape: [1], data: new Float32Array(1) }
    await expect(writeCheckpointFolder(target, contents({ tensors: tensors.slice(1) }))).rejects.toMatchObject({
      code: 'bad-request',
    })
    await expect(writeCheckpointFolder(target, contents({ tensors: [...tensors, extra] }))).rejects.toThrow(
      '"extra" is not part',
    )
    await expect(writeCheckpointFolder(target, contents({ random: '../x' }))).rejects.toThrow(
      '"../x" cannot be part of a folder\'s name',
    )
    expect(existsSync(target)).toBe(false)
  })

  it('leaves nothing behind when it is stopped half-way', async () => {
    const parent = await mkdtemp(join(folder, 'stopped-'))
    const controller = new AbortController()
    // The weights are sorted by name, so this one is asked for after others have been written.
    const data = new Proxy(tensors.find(({ name }) => name === 'model.norm.weight')!.data, {
      get: (values, key) => {
        if (key === 'subarray') controller.abort()
        const value: unknown = Reflect.get(values, key, values)
        return typeof value === 'function' ? value.bind(values) : value
      },
    })
    const stopping = tensors.map((tensor) => (tensor.name === 'model.norm.weight' ? { ...tensor, data } : tensor))
    const work = writeCheckpointFolder(
      join(parent, 'iter_0000000'),
      contents({ tensors: stopping, signal: controller.signal }),
    )
    await expect(work).rejects.toMatchObject({ code: 'aborted' })
    expect(await readdir(parent)).toEqual([])
  })

  it('says why it cannot write, naming the path, and leaves nothing behind', async () => {
    const parent = await mkdtemp(join(folder, 'blocked-'))
    await writeFile(join(parent, 'file'), '')
    await expect(writeCheckpointFolder(join(parent, 'file', 'iter_0000000'), contents())).rejects.toMatchObject({
      code: 'disk',
      message: expect.stringMatching(/file.*\(ENOTDIR\): a part of its path is not a folder; check the path$/),
    })
    expect(await readdir(parent)).toEqual(['file'])
  })

  it('names a folder it may not write to', async ({ skip }) => {
    skip(process.getuid?.() === 0 || process.platform === 'win32', 'root may write anywhere; run as another user')
    const parent = await mkdtemp(join(folder, 'denied-'))
    await chmod(parent, 0o500)
    await expect(writeCheckpointFolder(join(parent, 'iter_0000000'), contents())).rejects.toThrow(
      'permission was denied',
    )
  })
})

describe('isCompleteCheckpoint', () => {
  it('is true only with configuration, tokenizer and whole weights', async () => {
    const copy = async () => {
      const made = await mkdtemp(join(folder, 'complete-'))
      await cp(tinyPoet, made, { recursive: true })
      return made
    }
    expect(await isCompleteCheckpoint(await copy())).toBe(true)
    for (const name of ['config.json', 'tokenizer.json', 'model.safetensors']) {
      const lacking = await copy()
      await rm(join(lacking, name))
      expect(await isCompleteCheckpoint(lacking)).toBe(false)
    }
    const short = await copy()
    await truncate(join(short, 'model.safetensors'), 11_549_831)
    expect(await isCompleteCheckpoint(short)).toBe(false)
    const damaged = await copy()
    await writeFile(join(damaged, 'config.json'), '{')
    expect(await isCompleteCheckpoint(damaged)).toBe(false)
    expect(await isCompleteCheckpoint(join(folder, 'nowhere'))).toBe(false)
    expect(await isCompleteCheckpoint(join(tinyPoet, 'config.json'))).toBe(false)
  })
})

describe('removePartialFolders', () => {
  it('removes what interrupted writers left and nothing else', async () => {
    const parent = await mkdtemp(join(folder, 'partial-'))
    for (const name of [
      '.iter_0000001.r1.partial',
      '.iter_0000002.x-2_Y.partial',
      'iter_0000000',
      '.partial',
      'a.b.partial',
    ]) {
      await mkdir(join(parent, name))
      await writeFile(join(parent, name, 'model.safetensors'), 'half')
    }
    await writeFile(join(parent, '.file.r1.partial'), '')
    await symlink(join(parent, 'iter_0000000'), join(parent, '.link.r1.partial'))
    expect(await removePartialFolders(parent)).toEqual(['.iter_0000001.r1.partial', '.iter_0000002.x-2_Y.partial'])
    expect((await readdir(parent)).sort()).toEqual([
      '.file.r1.partial',
      '.link.r1.partial',
      '.partial',
      'a.b.partial',
      'iter_0000000',
    ])
    expect(await removePartialFolders(join(parent, 'nowhere'))).toEqual([])
  })
})
