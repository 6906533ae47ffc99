import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { threadedSaves } from './threaded-saves.js'

/** Shares work out as Megatron's writer does: two queues, and a process each that says who it is. */
const writer = `
import os
import multiprocessing as mp
def work(item, results, pending):
    results.put((item, os.getpid()))
    pending.get()
    pending.task_done()
def write(items):
    ctx = mp.get_context("fork")
    results = ctx.Queue()
    pending = ctx.JoinableQueue()
    workers = []
    for item in items:
        pending.put(item)
        workers.append(ctx.Process(target=work, kwargs={"item": item, "results": results, "pending": pending}))
    for worker in workers:
        worker.start()
    pending.join()
    found = dict(results.get() for _ in items)
    for worker in workers:
        worker.join()
    return found
found = write([1, 2, 3])
print(sorted(found), len(set(found.values()) - {os.getpid()}))
`

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('skipped: the image is changed by python3, which this machine lacks')

describe.skipIf(!hasPython)('the command that lets checkpoints be written from threads', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gym-saves-'))
    file = join(folder, 'writer.py')
    writeFileSync(file, writer)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const build = () => spawnSync('sh', ['-c', threadedSaves('slime:1', file).replace('RUN ', '')], { encoding: 'utf8' })
  const write = () => spawnSync('python3', [file], { encoding: 'utf8' }).stdout

  it('makes the same work be done without any other process', () => {
    expect(write()).toBe('[1, 2, 3] 3\n')
    expect(build()).toMatchObject({ status: 0, stderr: '' })
    expect(write()).toBe('[1, 2, 3] 0\n')
  })

  it('ends the build of the image where the source is another, and leaves it as it is', () => {
    for (const other of [writer.replace('"fork"', '"spawn"'), writer + writer]) {
      writeFileSync(file, other)
      const { status, stderr } = build()
      expect(status).toBe(1)
      expect(stderr).toBe(
        `${file} is not the known one: it should have one "ctx = mp.get_context("fork")"; to take the image as it is, give SlimeRecipe image: "slime:1"\n`,
      )
      expect(readFileSync(file, 'utf8')).toBe(other)
    }
  })

  it('is one line, as a command of an image must be', () => {
    expect(threadedSaves('slime:1')).toMatch(/^RUN python3 -c .*filesystem_async\.py .*$/)
  })
})
