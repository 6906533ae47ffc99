import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-dry-run-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('plans the tutorial on Modal without account and network: arguments, environment, files, cost an hour', async () => {
  const args = [main, 'tutorial', '--compute', 'modal', '--dry-run', '--json', 'plan.json']
  const env = { ...process.env, HF_ENDPOINT: 'http://127.0.0.1:1' }
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env })
  expect(stdout).toMatch(
    /^would train for 10 rollouts on H100:8 for \$31\.59 an hour \(list price of \d{4}-\d\d-\d\d\)/,
  )
  const plan = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8'))
  expect(plan.args.join(' ')).toMatch(/--num-layers 36 .*--num-rollout 10 .*--rm-type remote_rm /)
  expect(plan.env).toMatchObject({ PYTHONPATH: expect.stringMatching(/^\/root\/Megatron-LM\/:\/data\//) })
  expect(plan.files['/data/dry-run/train.sh'].content).toMatch(/^#!\/usr\/bin\/env bash\n/)
  expect(plan.costPerHour).toBe(31.59)
}, 60_000)
