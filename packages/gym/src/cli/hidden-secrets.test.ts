import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gymVolumes } from '../compute/gym-volumes.js'
import { openHost } from '../compute/open-host.js'
import { aRemoteRun } from '../server/dashboard/filled-store.test.support.js'
import { openStore } from '../store/open-store.js'
import type { RemoteRun } from '../store/records.js'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const recipe = { kind: 'slime', env: { HF_TOKEN: 'hf_of_ann_0123' }, wandbKey: 'wandb-of-ann' }

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-hidden-'))
  await using store = await openStore({ home })
  const remote = aRemoteRun().remote as RemoteRun
  await store.runs.create(
    aRemoteRun({
      config: { recipe, dataset: { name: 'rows', rows: 3 } },
      state: 'failed',
      error: 'failed; its last lines:\nlogged in with wandb-of-ann',
      // This machine stands for the one far away: it is asked in the same way.
      remote: { ...remote, compute: { kind: 'local' }, process: { kind: 'local', name: 'train-run-a' } },
    }),
  )
  await using host = await openHost({ kind: 'local' }, { home })
  const log = 'arguments: --wandb-key wandb-of-ann\nHF_TOKEN=hf_of_ann_0123\n'
  await host.volume(gymVolumes.checkpoints.mount.name).put([{ path: 'run-a/train.log', content: log }])
})
afterAll(() => rm(home, { recursive: true, force: true }))

const run = (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args, '--home', home])

it.each([
  [['runs', '--json'], 'HF_TOKEN'],
  [['runs', 'run-a', '--json'], 'HF_TOKEN'],
  [['runs', 'run-a'], 'logged in with not shown'],
  [['stop', 'run-a', '--json'], 'HF_TOKEN'],
  [['logs', 'run-a'], '--wandb-key not shown'],
  [['logs', 'run-a', '--json'], 'HF_TOKEN=not shown'],
])('"%s" names the keys and variables of a run without what they hold', async (args, shown) => {
  const { stdout, stderr } = await run(...args)
  expect(stdout).toContain(shown)
  expect(stdout + stderr).not.toMatch(/of.ann/)
})

it('a receipt holds the names alone, as HTML and as JSON', async () => {
  for (const name of ['run.html', 'run.json']) {
    const file = join(home, name)
    await run('receipt', 'run-a', '-o', file)
    const text = await readFile(file, 'utf8')
    expect(text).toContain('HF_TOKEN')
    expect(text).not.toMatch(/of.ann/)
  }
})
