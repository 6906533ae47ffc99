import { existsSync } from 'node:fs'
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeOutput } from './write-output.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-output-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('writing a file that the user named', () => {
  it('leaves the file alone beside nothing, and a link a link', async () => {
    await writeFile(join(folder, 'a.xml'), 'old')
    await symlink(join(folder, 'a.xml'), join(folder, 'b.xml'))
    expect(await writeOutput('b.xml', 'new', folder)).toBe(join(folder, 'b.xml'))
    expect(await readFile(join(folder, 'a.xml'), 'utf8')).toBe('new')
    expect((await lstat(join(folder, 'b.xml'))).isSymbolicLink()).toBe(true)
    expect((await readdir(folder)).sort()).toEqual(['a.xml', 'b.xml'])
  })

  it.skipIf(!existsSync('/dev/full'))('tells a full disk from a wrong option', async () => {
    await symlink('/dev/full', join(folder, 'full.xml'))
    await expect(writeOutput('full.xml', 'text', folder)).rejects.toMatchObject({
      boundary: 'store',
      code: 'disk-full',
      message: `the disk is full, so ${join(folder, 'full.xml')} could not be written; free some space, or give a file on another disk`,
    })
  })

  it('names the folder that is missing', async () => {
    await expect(writeOutput('none/a.xml', 'text', folder)).rejects.toMatchObject({ boundary: 'config' })
  })
})
