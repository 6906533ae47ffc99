import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readTrainingState, writeTrainingState } from './training-state.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-state-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('reads back what it has written', async () => {
  const file = join(folder, 'state')
  const adam = { mean: Float32Array.of(1, 2), variance: Float32Array.of(3, 4), step: 7 }
  await writeTrainingState(file, { adam, adapters: null })
  expect(await readTrainingState(file, { size: 2, isLora: false })).toEqual({ adam, adapters: null })
})

it.skipIf(process.platform === 'win32')('leaves nothing behind when the disk takes no more', async () => {
  const url = new URL('../../dist/optimization/training-state.js', import.meta.url).href
  const program = `const { writeTrainingState } = await import('${url}')
    process.on('SIGXFSZ', () => {})
    const adam = { mean: new Float32Array(100_000), variance: new Float32Array(100_000), step: 1 }
    await writeTrainingState(process.argv[1], { adam, adapters: null }).catch(({ code, message }) => console.log(code, message))`
  const run = [
    'ulimit -f 64; exec "$@"',
    'sh',
    process.execPath,
    '--input-type=module',
    '-e',
    program,
    join(folder, 'state'),
  ]
  const { stdout } = await promisify(execFile)('sh', ['-c', ...run])
  expect(stdout).toContain(`disk could not write "${join(folder, 'state.partial')}" (EFBIG)`)
  expect(await readdir(folder)).toEqual([])
})
