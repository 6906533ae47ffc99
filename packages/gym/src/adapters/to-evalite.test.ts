import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Evalite } from 'evalite/types'
import { expect, expectTypeOf, it } from 'vitest'
import { exactMatch } from '../scorers/exact-match.js'
import { toEvalite } from './to-evalite.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const program = `
  import { createInMemoryStorage } from 'evalite/in-memory-storage'
  import { runEvalite } from 'evalite/runner'
  const storage = createInMemoryStorage()
  await runEvalite({ cwd: process.argv[1], mode: 'run-once-and-exit', storage, hideTable: true })
  const scores = (await storage.scores.getMany()).map(({ name, score, metadata }) => ({ name, score, metadata }))
  process.stdout.write('\\nscores: ' + JSON.stringify(scores) + '\\n')
`

it("is scored by evalite's own runner", async () => {
  const env = {
    ...process.env,
    VITEST: undefined,
    VITEST_POOL_ID: undefined,
    VITEST_WORKER_ID: undefined,
    NODE_ENV: undefined,
  }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, here], {
    cwd: here,
    env,
  })
  const scores = JSON.parse(/^scores: (.*)$/m.exec(stdout)?.[1] ?? '[]') as { name: string; score: number }[]
  expect(scores.sort((a, b) => a.name.localeCompare(b.name) || b.score - a.score)).toEqual([
    { name: 'abstains', score: 0, metadata: { why: 'no opinion' } },
    { name: 'abstains', score: 0, metadata: { why: 'no opinion' } },
    { name: 'exactMatch', score: 1, metadata: {} },
    { name: 'exactMatch', score: 0, metadata: {} },
  ])
})

it("is one of evalite's scorers for the types too, and takes columns from objects", async () => {
  const scorer = toEvalite(exactMatch({ column: 'capital' }))
  expectTypeOf(scorer).toExtend<Evalite.Scorer<unknown, unknown, unknown>>()
  expect(await scorer({ input: { country: 'France' }, output: 'Paris', expected: { capital: 'Paris' } })).toEqual({
    name: 'exactMatch',
    score: 1,
    metadata: {},
  })
})
