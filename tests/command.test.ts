import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const gym = fileURLToPath(new URL('../packages/gym/', import.meta.url))
const manifest = JSON.parse(await readFile(join(gym, 'package.json'), 'utf8'))
const program = join(gym, manifest.bin['training-gym'])

it('stands where npm can link it before anything is built, and runs', async () => {
  expect(manifest.bin['training-gym']).not.toContain('dist/')
  expect(manifest.files).toContain('bin')
  expect((await stat(program)).mode & 0o111).toBe(0o111)
  const link = fileURLToPath(new URL('../node_modules/.bin/training-gym', import.meta.url))
  expect(await realpath(link)).toBe(program)
  expect((await run(link, ['--version'])).stdout.trim()).toBe(manifest.version)
})

it('says how to build where nothing is built', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'command-'))
  await mkdir(join(folder, 'bin'))
  const copy = join(folder, 'bin', 'training-gym.mjs')
  await cp(program, copy)
  await expect(run(copy, ['doctor'])).rejects.toMatchObject({
    code: 3,
    stderr: 'training-gym is not built yet; run: npm run build\n',
  })
  await rm(folder, { recursive: true })
})
