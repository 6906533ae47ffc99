import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
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
