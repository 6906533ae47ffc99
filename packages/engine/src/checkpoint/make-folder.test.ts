import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.js'

let scratch: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'make-folder-'))
})
afterEach(() => rmSync(scratch, { recursive: true }))

it('makes a folder and those above it, and leaves one that is there', () => {
  const folder = join(scratch, 'a', 'b', 'c')
  makeFolder(folder)
  writeFileSync(join(folder, 'kept'), '')
  makeFolder(folder)
  makeFolder('/')
  expect(existsSync(join(folder, 'kept'))).toBe(true)
})

it('goes through a link to a folder', () => {
  symlinkSync(scratch, join(scratch, 'link'))
  makeFolder(join(scratch, 'link', 'below'))
  expect(statSync(join(scratch, 'below')).isDirectory()).toBe(true)
})

it.skipIf(process.platform !== 'linux')('refuses at once where the file system takes no new names', () => {
  const url = new URL('../../dist/checkpoint/make-folder.js', import.meta.url)
  const code = `const { makeFolder } = await import('${url}'); try { makeFolder('/proc/a/b') } catch (e) { console.log(e.message) }`
  // In a process of its own: a mkdir that never returns could not be stopped by a time limit in this one.
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    timeout: 60_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  })
  expect(signal).toBeNull()
  expect(stdout.trim()).toBe('the folder /proc/a cannot be made: its file system takes no new folders there')
})

it('says what is in the way', () => {
  const at = (name: string) => join(scratch, name)
  writeFileSync(at('file'), '')
  symlinkSync(at('nowhere'), at('dangling'))
  symlinkSync('loop', at('loop'))
  const refusals: readonly [path: string, code: string, reason: string][] = [
    [at('file'), 'EEXIST', 'a file, or a link that leads nowhere, has its name'],
    [at('file/below'), 'ENOTDIR', 'a part of its path is no folder'],
    [at('dangling'), 'EEXIST', 'a file, or a link that leads nowhere, has its name'],
    [at('loop/below'), 'ELOOP', 'a link in its path leads back to itself'],
    [at('x'.repeat(300)), 'ENAMETOOLONG', 'its path is too long'],
  ]
  for (const [path, code, reason] of refusals) {
    expect(() => makeFolder(path)).toThrow(
      expect.objectContaining({ code, message: `the folder ${path} cannot be made: ${reason}` }),
    )
  }
})

it('names the link that leads nowhere when a folder below it is asked for', () => {
  const dangling = join(scratch, 'dangling')
  symlinkSync(join(scratch, 'nowhere'), dangling)
  expect(() => makeFolder(join(dangling, 'below'))).toThrow(`the folder ${dangling} cannot be made`)
})
