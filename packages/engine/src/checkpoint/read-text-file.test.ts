import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadChatTokenizer } from './chat-tokenizer.js'
import { isCompleteCheckpoint } from './checkpoint-folder.js'
import { readModelConfig } from './model-config.js'
import { readJsonObject } from './read-json-object.js'
import { openWeights, readSafetensors } from './safetensors.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-text-file-'))
  await cp(tinyPoet, folder, { recursive: true })
})
afterEach(() => rm(folder, { recursive: true }))

const refused = (file: string, message: string) => ({
  code: 'bad-checkpoint',
  message: expect.stringMatching(new RegExp(`${file}.*${message}.*download the checkpoint again`)),
})

describe.skipIf(process.platform === 'win32')('a file of a model that is no regular file', () => {
  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja', 'model.safetensors'])(
    'is refused by name when it is a pipe: %s',
    async (name) => {
      await rm(join(folder, name), { force: true })
      execFileSync('mkfifo', [join(folder, name)])
      const open = async () => {
        await readModelConfig(folder)
        await loadChatTokenizer(folder)
        await readSafetensors(join(folder, 'model.safetensors'))
      }
      await expect(open()).rejects.toMatchObject(refused(name, 'is a pipe'))
    },
  )

  it('is refused by name when it is a link to a device', async () => {
    await rm(join(folder, 'config.json'))
    await symlink('/dev/zero', join(folder, 'config.json'))
    await expect(readModelConfig(folder)).rejects.toMatchObject(refused('config.json', 'is a device'))
    expect(await isCompleteCheckpoint(folder)).toBe(false)
  })

  it('is taken when it is a link to a regular file, as caches of models have it', async () => {
    const links = await mkdtemp(join(folder, 'links-'))
    for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors']) {
      await symlink(join(folder, name), join(links, name))
    }
    await readModelConfig(links)
    expect((await loadChatTokenizer(links)).hasChatTemplate).toBe(true)
    expect((await openWeights(links)).tensors.size).toBeGreaterThan(0)
  })
})

describe('a file of a model that is too large', () => {
  it('is refused by name and size before it is read', async () => {
    const file = join(folder, 'config.json')
    await truncate(file, 700 * 2 ** 20)
    await expect(readJsonObject(file)).rejects.toMatchObject(refused('config.json', `has ${700 * 2 ** 20} bytes`))
  })

  it('is refused at once when it is a chat template, wherever that stands', async () => {
    const template = '{{ messages }}'.repeat(2 ** 17)
    const size = `has ${template.length} bytes, more than the 1048576 expected of a chat template`
    const start = performance.now()
    await writeFile(join(folder, 'chat_template.jinja'), template)
    await expect(loadChatTokenizer(folder)).rejects.toMatchObject(refused('chat_template.jinja', size))
    await rm(join(folder, 'chat_template.jinja'))
    for (const stated of [template, [{ name: 'default', template }]]) {
      await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ chat_template: stated }))
      await expect(loadChatTokenizer(folder)).rejects.toMatchObject(
        refused('tokenizer_config.json, template default', size),
      )
    }
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
