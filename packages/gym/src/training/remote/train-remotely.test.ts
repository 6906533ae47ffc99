import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isCompleteCheckpoint } from '@training-gym/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Compute, modal } from '../../compute/compute.js'
import { openHost } from '../../compute/open-host.js'
import type { OnProgress, ProgressEvent } from '../../progress.js'
import { openStore } from '../../store/open-store.js'
import type { RunRecord } from '../../store/records.js'
import { listCheckpoints } from '../list-checkpoints.js'
import { runLogs } from '../run-logs.js'
import { SlimeRecipe, type SlimeRecipeOptions } from '../slime-recipe.js'
import { TrainConfig } from '../train-config.js'
import type { TrainResult } from '../train-result.js'
import { attachRun } from './attach-run.js'
import { downloadCheckpoint } from './download-checkpoint.js'
import { listRemoteRuns } from './list-remote-runs.js'
import {
  lengthReward,
  type RemoteWorld,
  startRemoteWorld,
  timeless,
  tinyDataset,
  tinyModel,
  tinyRecipe,
} from './remote-runs.test.support.js'
import { stopRun } from './stop-run.js'

let world: RemoteWorld
let home: string
/** A run that nothing happens to. */
let undisturbed: TrainResult
const told: ProgressEvent[] = []

beforeAll(async () => {
  world = await startRemoteWorld()
  home = world.home
  for (const [name, value] of Object.entries(world.modal.env)) vi.stubEnv(name, value)
  undisturbed = await train({}, { onProgress: (event) => told.push(event) })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world[Symbol.asyncDispose]()
})

interface Trial {
  readonly compute?: Compute
  readonly checkpoint?: string
  readonly resume?: string
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

function train(changes: SlimeRecipeOptions, trial: Trial = {}): Promise<TrainResult> {
  const { compute = modal(), checkpoint, onProgress = () => undefined, ...rest } = trial
  const config = new TrainConfig({
    model: tinyModel,
    dataset: tinyDataset,
    recipe: new SlimeRecipe({ ...tinyRecipe, customRmFunction: lengthReward, ...changes }),
    compute,
    ...(checkpoint !== undefined && { checkpoint }),
  })
  return config.train({ home, onProgress, ...rest })
}

async function stored(reference: string): Promise<{ run: RunRecord; steps: ReturnType<typeof timeless> }> {
  await using store = await openStore({ home })
  const id = await store.findRun(reference)
  return { run: (await store.runs.get(id)) as RunRecord, steps: timeless(await store.runs.steps(id)) }
}

const sandboxes = async () => (await world.modal.state()).sandboxes.filter(({ name }) => name.startsWith('train-'))
/** Lets a fault happen at the first start of a run and not when it is resumed. */
const once_ = (fault: string) => ({
  STAND_IN_FAULT: fault,
  STAND_IN_FAULT_ONCE: join(world.folder, `${fault}.happened`),
})

describe('a training on Modal', () => {
  it('keeps steps, samples, checkpoints and cost where local runs keep theirs', async () => {
    const { trainingRunId, metrics, checkpoints } = undisturbed
    expect(metrics.map(({ rolloutId }) => rolloutId)).toEqual([0, 1, 2])
    expect(checkpoints.map(({ name }) => name)).toEqual(['iter_0000001', 'iter_0000002'])
    const { run } = await stored(trainingRunId)
    expect(run).toMatchObject({ state: 'completed', rolloutsDone: 3, recipe: 'slime', pid: null, error: null })
    expect(run.costUsd).toBeGreaterThanOrEqual(0)
    expect(run.remote).toMatchObject({ gpu: 'H100:1', starts: [{ startRollout: 0, exitCode: 0 }] })
    await using store = await openStore({ home })
    // The web page, which asks no machine, shows what is kept here.
    const kept = checkpoints.map(({ rolloutId, path, createdAt }) => ({ trainingRunId, rolloutId, path, createdAt }))
    expect(await store.checkpoints.list(trainingRunId)).toEqual(kept)
    for (const { rolloutId, rewardMean, rewardStd, details, diversity } of metrics) {
      const samples = await store.runs.samples(trainingRunId, rolloutId)
      expect(samples.map(({ groupIndex, sampleIndex }) => `${groupIndex}/${sampleIndex}`)).toEqual([
        '0/0',
        '0/1',
        '0/2',
        '1/0',
        '1/1',
        '1/2',
      ])
      const scores = samples.map(({ score }) => score ?? Number.NaN)
      expect(scores.reduce((sum, score) => sum + score, 0) / 6).toBeCloseTo(rewardMean, 3)
      expect(rewardStd).toBeGreaterThan(0)
      expect(details).toEqual({ isShort: 1 })
      expect(diversity.uniqueShare).toBeGreaterThan(0)
      expect(['rain', 'the moon', 'a frog']).toContain(samples[0]?.input)
    }
  })

  it('tells the same events as a local one, and how to come back', () => {
    const seen = new Set<number>()
    const firstTime = (event: ProgressEvent) =>
      event.kind !== 'train-step' || (!seen.has(event.metrics.rolloutId) && seen.add(event.metrics.rolloutId))
    const isOrdered = ({ kind }: ProgressEvent) => kind !== 'notice' && kind !== 'checkpoint'
    const kinds = told.filter((event) => isOrdered(event) && firstTime(event)).map(({ kind }) => kind)
    expect(kinds).toEqual(['train-start', 'train-step', 'train-step', 'train-step', 'train-end'])
    // When a checkpoint is seen is a matter of moments, and of two that are quick only the later may be told.
    const saved = told.flatMap((event) => (event.kind === 'checkpoint' ? [event] : []))
    expect(saved.at(-1)).toMatchObject({ rolloutId: 2, path: undisturbed.checkpoint.path })
    // Each step comes again with what its samples said, once a checkpoint has brought them along.
    const last = new Map(
      told.flatMap((event) => (event.kind === 'train-step' ? [[event.metrics.rolloutId, event] as const] : [])),
    )
    expect([...last.values()].map(({ metrics }) => metrics)).toEqual(undisturbed.metrics)
    const notices = told.flatMap((event) => (event.kind === 'notice' ? [event.message] : []))
    expect(notices).toContain(
      `run ${undisturbed.trainingRunId} goes on when this ends (Ctrl-C); come back with: training-gym attach ${undisturbed.trainingRunId}`,
    )
  })

  it('measures the same when its client is killed with -9 and another one attaches', { timeout: 240_000 }, async () => {
    const program = fileURLToPath(
      new URL('../../../dist/training/remote/remote-client.test.program.js', import.meta.url),
    )
    const settings = JSON.stringify({ home, recipe: { env: once_('pause:1') } })
    const client = spawn(process.execPath, [program, settings], { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const line of createInterface({ input: client.stdout })) {
      if ((JSON.parse(line) as ProgressEvent).kind === 'train-step') break
    }
    client.kill('SIGKILL')
    await once(client, 'exit')
    const before = await stored('latest')
    expect(before.run).toMatchObject({ state: 'running', rolloutsDone: 1 })
    const events: ProgressEvent[] = []
    const result = await attachRun('latest', { home, onProgress: (event) => events.push(event) })
    expect(result.trainingRunId).toBe(before.run.trainingRunId)
    expect(timeless(result.metrics)).toEqual(timeless(undisturbed.metrics))
    expect((await stored('latest')).run).toMatchObject({ state: 'completed', rolloutsDone: 3 })
    const steps = events.flatMap((event) => (event.kind === 'train-step' ? [event.metrics.rolloutId] : []))
    expect([...new Set(steps)]).toEqual([0, 1, 2])
    expect((await attachRun('latest', { home, onProgress: () => undefined })).metrics).toEqual(result.metrics)
  })

  it('goes on when it is let go of, is listed, stops when told to, and is resumed from its checkpoint', {
    timeout: 240_000,
  }, async () => {
    const controller = new AbortController()
    const recipe = { env: once_('hang:2') }
    const watching = train(recipe, {
      signal: controller.signal,
      onProgress: ({ kind }) => kind === 'checkpoint' && controller.abort(),
    })
    await expect(watching).rejects.toMatchObject({
      boundary: 'interrupted',
      code: 'detached',
      message: expect.stringMatching(
        /goes on; come back with: training-gym attach run-.*, end it with: training-gym stop/,
      ),
    })
    const { trainingRunId } = (await stored('latest')).run
    const [listed] = await listRemoteRuns({ home })
    expect(listed).toMatchObject({ trainingRunId, state: 'running', rolloutsDone: 2, numRollout: 3, gpu: 'H100:1' })
    expect(listed?.costUsd).toBeGreaterThanOrEqual(0)
    const lines: string[] = []
    for await (const line of runLogs('latest', { home })) lines.push(line)
    expect(lines.join('\n')).toMatch(/rollout 1: \{.*'rollout\/raw_reward'/)
    await expect(train(recipe, { resume: trainingRunId })).rejects.toThrow('is running')

    const stopped = await stopRun('latest', { home })
    expect(stopped).toMatchObject({ state: 'interrupted', error: expect.stringContaining('was stopped; continue it') })
    expect(await listRemoteRuns({ home })).toEqual([])
    await expect(train({ ...recipe, lr: 1e-3 }, { resume: trainingRunId })).rejects.toThrow('lr')
    const resumed = await train(recipe, { resume: trainingRunId })
    expect(timeless(resumed.metrics)).toEqual(timeless(undisturbed.metrics))
    expect((await stored(trainingRunId)).run.remote?.starts.map(({ startRollout }) => startRollout)).toEqual([0, 2])

    const longer = await train({ ...recipe, numRollout: 4 }, { resume: trainingRunId })
    expect(longer.metrics).toHaveLength(4)
    expect(timeless(longer.metrics.slice(0, 3))).toEqual(timeless(undisturbed.metrics))
    await expect(train(recipe, { resume: trainingRunId })).rejects.toThrow('has done its 4 rollouts')
  })

  it('is complete, or does its last rollouts again, when its machine was lost in the last moment', {
    timeout: 240_000,
  }, async () => {
    const { trainingRunId, checkpoints } = await train({})
    const loseTheEnd = async () => {
      await using store = await openStore({ home })
      await store.runs.update(trainingRunId, { state: 'interrupted' })
    }
    const before = await sandboxes()
    await loseTheEnd()
    expect((await train({}, { resume: trainingRunId })).checkpoints).toEqual(checkpoints)
    expect(await sandboxes()).toEqual(before)
    expect((await stored(trainingRunId)).run.state).toBe('completed')

    await loseTheEnd()
    await using host = await openHost(modal(), { home })
    const volume = host.volume('training-gym-checkpoints')
    await volume.remove(`${trainingRunId}/iter_0000002_hf/model.safetensors.index.json`)
    expect((await listCheckpoints(trainingRunId, { home })).map(({ name }) => name)).toEqual(['iter_0000001'])
    const again = await train({}, { resume: trainingRunId })
    expect(again.checkpoints.map(({ name }) => name)).toEqual(['iter_0000001', 'iter_0000002'])
    expect(timeless(again.metrics)).toEqual(timeless(undisturbed.metrics))
  })

  it('begins anew from a checkpoint on the volume, which can be copied here', { timeout: 240_000 }, async () => {
    const { path } = undisturbed.checkpoint
    const next = await train({ numRollout: 1 }, { checkpoint: path })
    expect((await stored(next.trainingRunId)).run.startPath).toBe(path)
    expect(await listCheckpoints(next.trainingRunId, { home })).toEqual(next.checkpoints)
    const copy = await downloadCheckpoint(undisturbed.checkpoint, { home })
    expect(await isCompleteCheckpoint(copy.path)).toBe(true)
    expect(await downloadCheckpoint(undisturbed.checkpoint, { home })).toEqual(copy)
    await expect(downloadCheckpoint(undisturbed.checkpoint, { home, to: copy.path })).rejects.toThrow('exists already')
    await expect(train({}, { checkpoint: `${path}-none` })).rejects.toMatchObject({ code: 'no-such-checkpoint' })
    await expect(train({}, { checkpoint: '/nowhere' })).rejects.toMatchObject({ code: 'no-such-checkpoint' })
  })

  it('stops by itself after the checkpoint that follows its limit', { timeout: 240_000 }, async () => {
    const compute = modal({ maxHours: 0.0002 })
    const failing = train({ numRollout: 500, saveInterval: 2 }, { compute })
    await expect(failing).rejects.toMatchObject({ code: 'budget-reached', boundary: 'interrupted' })
    const { run } = await stored('latest')
    expect(run).toMatchObject({ state: 'interrupted', remote: { starts: [{ exitCode: 75 }] } })
    expect(run.rolloutsDone).toBeGreaterThanOrEqual(2)
    expect(await listCheckpoints('latest', { home })).not.toEqual([])
    const again = train({ numRollout: 500, saveInterval: 2 }, { compute, resume: run.trainingRunId })
    await expect(again).rejects.toMatchObject({ code: 'budget-used-up' })
    const unknownPrice = { compute: modal({ maxCostUsd: 1, gpu: 'X9:1' }) }
    await expect(train({}, unknownPrice)).rejects.toMatchObject({ code: 'price-unknown' })
  })

  it('starts nothing when the reward fails its dry run', async () => {
    const before = await sandboxes()
    await expect(train({ customRmFunction: moodyReward })).rejects.toMatchObject({
      boundary: 'reward',
      code: 'reward-dry-run-failed',
      message: expect.stringMatching(
        /dry run on row 0 of .* with an empty response: .*threw.*no words.*nothing was started/,
      ),
    })
    expect(await sandboxes()).toEqual(before)
  })
})

describe('a training that fails', () => {
  it.each([
    [
      'in the training',
      { env: { STAND_IN_FAULT: 'die:1' } },
      'training-failed',
      'engine',
      /exit code 1.*last lines:[\s\S]*on purpose/,
    ],
    [
      'at the start of Ray',
      { env: { STAND_IN_RAY: 'no-start' } },
      'ray-not-started',
      'provider',
      /could not start Ray/,
    ],
    ['in its reward', { customRmFunction: lateReward }, 'reward-failed', 'reward', /ended by its reward: .*too late/],
  ] as const)('says so when it fails %s', async (_, recipe, code, boundary, message) => {
    await expect(train({ ...recipe })).rejects.toMatchObject({
      code,
      boundary,
      message: expect.stringMatching(message),
    })
    expect((await stored('latest')).run).toMatchObject({ state: 'failed', error: expect.stringMatching(message) })
  })

  it('says so when its machine is lost, and is resumed', { timeout: 240_000 }, async () => {
    const recipe = { env: once_('hang:1') }
    let killing: Promise<void> | undefined
    const failing = train(recipe, {
      onProgress: ({ kind }) => {
        if (kind !== 'train-step') return
        killing ??= stored('latest').then(({ run }) => world.modal.kill(`train-${run.trainingRunId}`))
      },
    })
    await expect(failing).rejects.toMatchObject({ code: 'machine-lost', boundary: 'provider' })
    await killing
    const { run } = await stored('latest')
    expect(run).toMatchObject({ state: 'interrupted', remote: { starts: [{ exitCode: 137 }] } })
    const resumed = await train(recipe, { resume: run.trainingRunId })
    expect(timeless(resumed.metrics)).toEqual(timeless(undisturbed.metrics))
  })

  it('says so when there is no machine, and leaves nothing running', async () => {
    await world.modal.setFaults({ hasNoCapacity: true })
    await expect(train({})).rejects.toMatchObject({ code: 'no-capacity', boundary: 'provider' })
    await world.modal.setFaults({ hasNoCapacity: false })
    expect((await stored('latest')).run).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('was not started'),
    })
    expect(await listRemoteRuns({ home })).toEqual([])
  })

  it('leaves nothing when it is called off while its machine is looked for, and is stopped when nobody called it off', {
    timeout: 240_000,
  }, async () => {
    await world.modal.setFaults({ hasQueueForGpus: true, namesOnlyWithMachine: true })
    const before = (await sandboxes()).length
    const running = async () => (await sandboxes()).slice(before).filter(({ result }) => result === null)
    const controller = new AbortController()
    const starting = train({}, { signal: controller.signal })
    await vi.waitUntil(async () => (await running()).length === 1, { timeout: 60_000 })
    controller.abort()
    await expect(starting).rejects.toMatchObject({ boundary: 'interrupted' })
    expect(await running()).toEqual([])
    expect((await stored('latest')).run).toMatchObject({
      state: 'interrupted',
      error: expect.stringContaining('was not started'),
    })

    const program = fileURLToPath(
      new URL('../../../dist/training/remote/remote-client.test.program.js', import.meta.url),
    )
    const client = spawn(process.execPath, [program, JSON.stringify({ home, recipe: {} })], { stdio: 'ignore' })
    await vi.waitUntil(async () => (await running()).length === 1, { timeout: 60_000 })
    client.kill('SIGKILL')
    await once(client, 'exit')
    expect((await stored('latest')).run).toMatchObject({ state: 'running', remote: { starts: [{ startedAt: null }] } })
    expect((await listRemoteRuns({ home }))[0]).toMatchObject({ state: 'running', hours: 0 })
    expect(await stopRun('latest', { home })).toMatchObject({ state: 'interrupted' })
    expect(await running()).toEqual([])
    await world.modal.setFaults({ hasQueueForGpus: false, namesOnlyWithMachine: false })
  })

  it('does not begin the dataset again when its machine is lost before slime has kept its place in it', {
    timeout: 240_000,
  }, async () => {
    const recipe = { saveInterval: 1, env: once_('no-position:1') }
    await expect(train(recipe)).rejects.toMatchObject({ code: 'training-failed' })
    const { run } = await stored('latest')
    const notices: string[] = []
    const onProgress: OnProgress = (event) => event.kind === 'notice' && notices.push(event.message)
    const resumed = await train(recipe, { resume: run.trainingRunId, onProgress })
    expect(timeless(resumed.metrics)).toEqual(timeless(undisturbed.metrics))
    expect((await stored(run.trainingRunId)).run.remote?.starts.map(({ startRollout }) => startRollout)).toEqual([0, 1])
    expect(notices).toContainEqual(expect.stringContaining('lacks its position in the dataset'))
  })

  it('outlives lost answers, a slow build and broken streams', { timeout: 240_000 }, async () => {
    await world.modal.setFaults({ unavailable: 7, lostCreateAnswers: 1, buildMs: 300, cutLogs: 3 })
    const image = 'slimerl/slime@sha256:other'
    const result = await train({ image })
    expect(timeless(result.metrics)).toEqual(timeless(undisturbed.metrics))
    expect((await sandboxes()).filter(({ name }) => name === `train-${result.trainingRunId}`)).toHaveLength(1)
  })
})

/** Cannot bear an empty response. */
function moodyReward({ response }: { readonly response: string }) {
  if (response === '') throw new Error('no words')
  return response.length
}

/** Fails for what only a model writes. */
function lateReward({ response }: { readonly response: string }) {
  if (/[^\n -~]/.test(response)) throw new Error('too late')
  return response.length
}
