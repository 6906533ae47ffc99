import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { expect, it } from 'vitest'
import { storeError } from './store-error.js'

it.each([
  ['a full database', 'pragma max_page_count = 1; create table t (a)', 'disk-full'],
  ['a read-only connection', 'pragma query_only = on; create table t (a)', 'store-unwritable'],
  ['a broken constraint', 'create table t (a unique); insert into t values (1), (1)', 'store-conflict'],
  ['a mistake in the SQL', 'select * from nothing', 'store-failed'],
])('names the file and %s', async (_, sql, code) => {
  const home = await mkdtemp(join(tmpdir(), 'gym-store-'))
  const database = new Database(join(home, 'x.sqlite'))
  let thrown: unknown
  try {
    database.exec(sql)
  } catch (error) {
    thrown = error
  }
  const error = storeError(thrown, '/home/me/.training-gym/gym.sqlite')
  expect(error).toMatchObject({ boundary: 'store', code, cause: thrown })
  expect(error.message).toContain('/home/me/.training-gym/gym.sqlite')
  database.close()
  await rm(home, { recursive: true })
})
