import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ProgressEvent } from '../progress.js'
import { openRunLog, runLogFile } from './run-log.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-log-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

it('keeps the lines of a run and of its resume in one file, without colours, and passes events on', async () => {
  const file = runLogFile(home, 'run-1')
  const passedOn: ProgressEvent[] = []
  const first = await openRunLog(file, (event) => passedOn.push(event))
  first.onProgress({ kind: 'train-start', trainingRunId: 'run-1', numRollout: 3, model: 'poet' })
  first.fail(new Error('the disk is full'))
  const second = await openRunLog(file, () => {})
  second.onProgress({ kind: 'notice', message: 'resuming \u001b[31mred' })
  const lines = (await readFile(file, 'utf8')).split('\n')
  expect(lines[0]).toBe('training poet for 3 rollouts, run run-1')
  expect(lines[1]).toBe('ended early: the disk is full')
  expect(lines[2]).toMatch(/^resuming /)
  expect(lines.join('')).not.toContain('\u001b')
  expect(passedOn).toHaveLength(1)
})

it('sets a log aside once it is too long, and keeps one of those at most', async () => {
  const file = runLogFile(home, 'run-1')
  const log = await openRunLog(file, () => {}, 1_000)
  for (let index = 0; index < 100; index++)
    log.onProgress({ kind: 'notice', message: `line ${index} ${'x'.repeat(80)}` })
  expect((await stat(file)).size).toBeLessThan(1_200)
  expect((await stat(`${file}.1`)).size).toBeLessThan(1_200)
  expect(await readFile(file, 'utf8')).toContain('line 99')
})

it('gives a log up that cannot be written, and lets the run go on', async () => {
  // A folder stands where the file would.
  const log = await openRunLog(home, () => {})
  expect(() => log.onProgress({ kind: 'notice', message: 'hello' })).not.toThrow()
  expect(existsSync(join(home, 'run.log'))).toBe(false)
})
