import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { diskFailure, writeAtomically } from './write-atomically.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gym-atomic-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function* texts(...parts: (string | Error)[]) {
  for (const part of parts) {
    if (part instanceof Error) throw part
    yield part
  }
}

it('writes everything, in order, making folders on the way', async () => {
  const long = 'x'.repeat(2 ** 20)
  const path = join(folder, 'a', 'b.txt')
  await writeAtomically(path, texts('1', long, '2', long, '3'))
  expect(readFileSync(path, 'utf8')).toBe(`1${long}2${long}3`)
  expect(readdirSync(join(folder, 'a'))).toEqual(['b.txt'])
})

it('keeps the old file and leaves nothing else when the source fails', async () => {
  const path = join(folder, 'b.txt')
  writeFileSync(path, 'old')
  const error = new Error('source')
  await expect(writeAtomically(path, texts('new', error))).rejects.toBe(error)
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['b.txt'])
})

it('says what could not be written', async () => {
  writeFileSync(join(folder, 'file'), '')
  const path = join(folder, 'file', 'b.txt')
  await expect(writeAtomically(path, texts('new'))).rejects.toMatchObject({
    boundary: 'store',
    code: 'cannot-write',
    message: expect.stringMatching(/b\.txt could not be written \(E[A-Z]+\); check its folder/),
  })
})

it('tells a full disk from other failures', () => {
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
  expect(diskFailure(full, 'x.jsonl')).toMatchObject({
    code: 'disk-full',
    message:
      'the disk is full, so x.jsonl could not be written; free some space or set TRAINING_GYM_HOME to another disk',
  })
})
