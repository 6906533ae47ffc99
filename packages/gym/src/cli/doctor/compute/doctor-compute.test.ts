import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Compute, modal, ray } from '../../../compute/compute.js'
import { openHost } from '../../../compute/open-host.js'
import { type FakeRay, startFakeRay } from '../../../compute/ray/fake/fake-ray.test.support.js'
import { writeRayPackage } from '../../../compute/ray/fake/write-ray-package.test.support.js'
import { writeStandInVllm } from '../../../deployments/remote/write-stand-in-vllm.test.support.js'
import { TinyPoet } from '../../../models/tiny-poet.js'
import { type RemoteWorld, startRemoteWorld, tinyModel } from '../../../training/remote/remote-runs.test.support.js'
import { checkServing } from './check-serving.js'
import { checkTraining } from './check-training.js'
import type { CheckContext, ComputeCheck } from './compute-check.js'
import { modalChecks } from './modal-checks.js'
import { rayChecks } from './ray-checks.js'
import { runChecks } from './run-checks.js'

const main = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url))

let world: RemoteWorld
let before: NodeJS.ProcessEnv
beforeAll(async () => {
  world = await startRemoteWorld({ sandboxEnv: { STAND_IN_MAX_TOKENS: '16' } })
  await writeStandInVllm(world.bin)
  const gpu = '#!/bin/sh\necho "NVIDIA H100 80GB HBM3, 81559 MiB"\n'
  await writeFile(join(world.bin, 'nvidia-smi'), gpu, { mode: 0o755 })
  before = { ...process.env }
  Object.assign(process.env, world.modal.env)
})
afterAll(async () => {
  process.env = before
  await world[Symbol.asyncDispose]()
})

async function doctor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { NO_COLOR, FORCE_COLOR, ...inherited } = process.env
  const child = spawn(process.execPath, [main, 'doctor', ...args], {
    env: { ...inherited, ...env },
    cwd: world.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (part) => {
    stdout += part
  })
  child.stderr.on('data', (part) => {
    stderr += part
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** Runs checks against the stand-in, agreeing to all of them. */
async function outcomes(
  checks: readonly ComputeCheck[],
  compute: Compute = modal(),
  { signal = new AbortController().signal, tell = () => {} }: Partial<Pick<CheckContext, 'signal' | 'tell'>> = {},
) {
  await using host = await openHost(compute, { home: world.home })
  const context = { host, home: world.home, signal, tell, onStart: () => {} }
  return (await runChecks(checks, { ...context, confirm: async () => true })).map(({ outcome }) => outcome)
}

describe('doctor --compute modal', () => {
  it('lists the checks cheapest first, each with what it proves', () => {
    const checks = modalChecks(modal())
    const costs = checks.map(({ costUsd }) => costUsd)
    expect(costs).toEqual([...costs].sort((a, b) => a - b))
    expect(costs[0]).toBe(0)
    expect(checks.map(({ name }) => name)).toEqual([
      'account',
      'volume',
      're-attach',
      'image and GPU',
      'serving',
      'one rollout',
    ])
  })

  it('runs what is free, and nothing else before somebody agrees', async () => {
    const { code, stdout } = await doctor(['--compute', 'modal'])
    expect(code).toBe(3)
    expect(stdout).toMatch(/^1 {2}ok {5}account \(free\)\n {10}the credentials are good; nothing of the gym runs/)
    expect(stdout).toMatch(/2 {2}not run volume \(about \$0\.01\)\n {10}it costs money; answer yes, or add --yes\n/)
    expect(stdout).toContain('6  not run one rollout (about $16.00)')
    expect((await world.modal.state()).sandboxes).toEqual([])
  })

  it('reports missing credentials as what the first check found, with exit code 3', async () => {
    const none = { MODAL_TOKEN_ID: '', MODAL_TOKEN_SECRET: '', MODAL_CONFIG_PATH: join(world.folder, 'no.toml') }
    const { code, stdout } = await doctor(['--compute', 'modal', '--json', '--yes'], none)
    const { checks, isOk } = JSON.parse(stdout)
    expect([code, isOk]).toEqual([3, false])
    expect(checks.map(({ outcome }: { outcome: { state: string } }) => outcome.state)).toEqual([
      'failed',
      ...Array(5).fill('skipped'),
    ])
    expect(checks[0].outcome.fact).toContain('no credentials for Modal were found; make a token on the page')
    const one = await doctor(['--compute', 'modal', '--only', '4'], none)
    expect([one.code, one.stdout]).toEqual([3, expect.stringMatching(/^4 {2}failed image and GPU \(about \$0\.35\)\n/)])
  })

  it('runs one check with --only, as JSON', async () => {
    const { code, stdout } = await doctor(['--compute', 'modal', '--only', '4', '--yes', '--json'])
    const { checks, isOk } = JSON.parse(stdout)
    expect([code, isOk, checks.length]).toEqual([0, true, 1])
    expect(checks[0]).toMatchObject({
      number: 4,
      name: 'image and GPU',
      costUsd: 0.35,
      outcome: {
        state: 'passed',
        fact: expect.stringMatching(/^NVIDIA H100 80GB HBM3, 81559 MiB; Node v\d+.*; Python 3/),
      },
    })
    const none = await doctor(['--compute', 'modal', '--only', '9'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('give a number from 1 to 6')])
  })

  it('finds out that commits are seen and that output is read whole after coming back', async () => {
    const [, volume, reattach] = modalChecks(modal())
    expect(await outcomes([volume!, reattach!])).toEqual([
      { state: 'passed', fact: 'a second sandbox read what the first one had committed and still held open' },
      { state: 'passed', fact: 'a second client found it by name and read all 60 lines once' },
    ])
  })

  it('finds out that vLLM is reached, and what was not proven', async () => {
    const [serving] = await outcomes([checkServing({ compute: modal(), model: new TinyPoet(), longTokens: 40 })])
    expect(serving).toMatchObject({ state: 'passed' })
    expect(serving?.fact).toMatch(
      /came in \d+ pieces; an answer of \d+ tokens took \d+ s .* longer answers are not proven/,
    )
  })

  it('trains one rollout and its checkpoint', async () => {
    const [training] = await outcomes([checkTraining({ compute: modal(), model: tinyModel })])
    expect(training).toEqual({
      state: 'passed',
      fact: expect.stringMatching(/^one rollout and its checkpoint in \d+ s, mean/),
    })
  })

  describe('where training hangs', () => {
    let hanging: RemoteWorld
    beforeAll(async () => {
      hanging = await startRemoteWorld({ sandboxEnv: { STAND_IN_FAULT: 'hang:0' } })
      Object.assign(process.env, hanging.modal.env)
    })
    afterAll(async () => {
      Object.assign(process.env, world.modal.env)
      await hanging[Symbol.asyncDispose]()
    })
    const check = (limitMs: number) => checkTraining({ compute: modal(), model: tinyModel, limitMs })
    const trainings = async () =>
      (await hanging.modal.state()).sandboxes
        .filter(({ name }) => name.startsWith('train-'))
        .map(({ result }) => result)

    it('stops the run of the check after a while', async () => {
      const [training] = await outcomes([check(500)])
      expect(training).toEqual({
        state: 'failed',
        fact: expect.stringMatching(
          /^run run-\S+ was not done after 0\.5 s and is stopped; see its log: training-gym logs run-/,
        ),
      })
      expect(await trainings()).toEqual([expect.objectContaining({ status: 3 })])
    })

    it('stops the run of the check when that is interrupted, and says so', async () => {
      const controller = new AbortController()
      const tell = (message: string) => {
        if (message.includes('goes on when this ends')) setTimeout(() => controller.abort(), 300)
      }
      const checking = outcomes([check(60_000)], modal(), { signal: controller.signal, tell })
      await expect(checking).rejects.toMatchObject({
        boundary: 'interrupted',
        code: 'check-stopped',
        message: expect.stringMatching(/^run run-\S+ of the check is stopped, so nothing of it costs money any more/),
      })
      expect(await trainings()).toEqual([
        expect.objectContaining({ status: 3 }),
        expect.objectContaining({ status: 3 }),
      ])
    })
  })

  it('says what failed with the next step, and skips what takes it for granted', async () => {
    await world.modal.setFaults({ hasNoCapacity: true })
    const [volume, reattach] = await outcomes(modalChecks(modal()).slice(1, 3))
    await world.modal.setFaults({ hasNoCapacity: false })
    expect(volume).toEqual({ state: 'failed', fact: expect.stringContaining('ask for fewer or other GPUs') })
    expect(reattach).toEqual({
      state: 'skipped',
      fact: 'check 1 failed; repair that first, or run this one with --only 2',
    })
  })

  it('leaves nothing running', async () => {
    const { sandboxes } = await world.modal.state()
    expect(sandboxes.filter(({ result }) => result === null)).toEqual([])
  })
})

describe('doctor --compute ray', () => {
  it('tries version, access, a job, the shared folder and the workers of a stand-in', async ({ skip }) => {
    if (spawnSync('python3', ['--version']).status !== 0) return skip('workers are Python, which this machine lacks')
    const { PYTHONPATH: before } = process.env
    process.env.PYTHONPATH = await writeRayPackage(join(world.folder, 'packages-of-ray'))
    await using head = await startFakeRay()
    if (before === undefined) delete process.env.PYTHONPATH
    else process.env.PYTHONPATH = before
    const { code, stdout } = await doctor(['--compute', 'ray', '--address', head.address, '--storage', world.folder])
    expect(stdout).toMatch(/1 {2}ok {5}version \(free\)\n {10}Ray 0\.0\.0-stand-in at http/)
    expect(stdout).toContain('without a token: whoever reaches this address runs code there')
    expect(stdout).toContain('3  ok     job (free)')
    expect(stdout).toContain(`a job read what was put into ${world.folder}`)
    expect(stdout).toContain('workers on the one node know the variables of their job and reach the head')
    expect(code).toBe(0)
  })

  it('says what to do where there is no cluster, no right, or no address', async () => {
    const nowhere = ray({ address: 'http://127.0.0.1:9' })
    const [unreachable] = await outcomes(rayChecks(nowhere, undefined), nowhere)
    expect(unreachable?.fact).toMatch(
      /\/api\/version cannot be reached \(.*\); check the address, and that the dashboard/,
    )
    const head: FakeRay = await startFakeRay({ token: 'secret' })
    const locked = ray({ address: head.address })
    const [version] = await outcomes(rayChecks(locked, 'wrong'), locked)
    expect(version?.fact).toMatch(/refused the token \(status 40[13]\); set RAY_AUTH_TOKEN to the cluster's token/)
    await head.stop()
    const { code, stderr } = await doctor(['--compute', 'ray'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--address http://127.0.0.1:8265')])
  })
})
