import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openHost } from '../../compute/open-host.js'
import type { ProgressEvent } from '../../progress.js'
import { openStore } from '../../store/open-store.js'
import type { RunRecord } from '../../store/records.js'
import { listCheckpoints } from '../list-checkpoints.js'
import { prepareResume } from './resume-run.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-resume-run-'))
  await using store = await openStore({ home })
  await store.runs.create(record)
})
afterEach(() => rm(home, { recursive: true, force: true }))

const compute = { kind: 'local' } as const
const recipe = { kind: 'slime', numRollout: 10, saveInterval: 5 }
const record: RunRecord = {
  trainingRunId: 'run-1',
  state: 'interrupted',
  model: 'Qwen3-4B',
  startPath: '/models/Qwen3-4B',
  recipe: 'slime',
  config: { recipe },
  seed: 0,
  numRollout: 10,
  rolloutsDone: 10,
  pid: null,
  createdAt: 1,
  finishedAt: 2,
  error: null,
  remote: {
    compute,
    process: { kind: 'local', name: 'train-run-1' },
    paths: { data: '/data/run-1', checkpoints: '/checkpoints/run-1', hfCheckpoint: '/models/Qwen3-4B' },
    shape: { numRollout: 10, rolloutBatchSize: 16, nSamplesPerPrompt: 8, stepsPerRollout: 1 },
    gpu: 'H100:8',
    costPerHour: null,
    starts: [{ startRollout: 0, startedAt: 1, endedAt: 2, exitCode: 1 }],
  },
}

const trackerFile = 'latest_checkpointed_iteration.txt'
const after = (rollout: number) => [`resuming run run-1 after rollout ${rollout}`]
const position = (rollout: number) => `rollout/global_dataset_state_dict_${rollout}.pt`
const save = (rollout: number) => `iter_000000${rollout}/common.pt`
const exported = (rollout: number) => `iter_000000${rollout}_hf/model.safetensors.index.json`

interface Trial {
  /** Files of the run's folder, all that is there. */
  readonly files: readonly string[]
  /** Null: none. */
  readonly tracker: number | null
  /** Options of the recipe, then and now. */
  readonly options?: Readonly<Record<string, unknown>>
  /** Those that are new. */
  readonly changes?: Readonly<Record<string, unknown>>
}

/** Prepares a resume and returns where it will go on, what it says, and the tracker that slime will find. */
async function resumed({ files, tracker, options = {}, changes = {} }: Trial) {
  await using host = await openHost(compute, { home })
  await using store = await openStore({ home })
  const volume = host.volume('training-gym-checkpoints')
  await volume.remove('run-1')
  const put = files.map((name) => ({ path: `run-1/${name}`, content: 'x' }))
  const tracked = tracker === null ? [] : [{ path: `run-1/${trackerFile}`, content: String(tracker) }]
  await volume.put([...put, ...tracked])
  const config = { recipe: { ...recipe, ...options } }
  await store.runs.update('run-1', { config })
  const notices: string[] = []
  const warnings: string[] = []
  const world = {
    host,
    store,
    clock: () => 3,
    signal: new AbortController().signal,
    onProgress: (event: ProgressEvent) => {
      if (event.kind !== 'notice') return
      const told = event.isWarning === true ? warnings : notices
      told.push(event.message)
    },
  }
  const now = { recipe: { ...config.recipe, ...changes } }
  const { startRollout } = await prepareResume(world, 'run-1', now)
  const kept = await volume.readText(`run-1/${trackerFile}`).catch(() => null)
  return { startRollout, tracker: kept, warnings, notices }
}

async function trackerNow(): Promise<string> {
  await using host = await openHost(compute, { home })
  return await host.volume('training-gym-checkpoints').readText(`run-1/${trackerFile}`)
}

it('goes on after the last save whose position in the dataset is there', async () => {
  const files = [save(4), exported(4), position(4)]
  expect(await resumed({ files, tracker: 4 })).toEqual({
    startRollout: 5,
    tracker: '4',
    warnings: [],
    notices: after(5),
  })
  // Its export is for serving: training goes on without it.
  expect(await resumed({ files: [save(4), position(4)], tracker: 4 })).toMatchObject({ startRollout: 5 })
})

it('goes back to the save before where the position is missing, since slime would begin with the first row', async () => {
  const before = [save(4), exported(4), position(4)]
  const files = [...before, save(9), exported(9)]
  const trial = { files, tracker: 9, changes: { numRollout: 20 } }
  expect(await resumed(trial)).toEqual({
    startRollout: 5,
    tracker: '4',
    notices: after(5),
    warnings: [
      'the last save of run run-1 lacks its position in the dataset, since its machine was lost before slime kept it; the rollouts since the save before are done again',
    ],
  })
  expect(await resumed({ ...trial, files: [...files, position(9)] })).toMatchObject({ startRollout: 10, tracker: '9' })
})

it('starts again, with a warning, where no save is of use and nothing was exported', async () => {
  const fromTheStart = {
    startRollout: 0,
    tracker: null,
    notices: ['resuming run run-1 from the start, since it has no checkpoint to go on from'],
  }
  expect(await resumed({ files: [], tracker: null })).toEqual({ ...fromTheStart, warnings: [] })
  for (const files of [[save(4)], [save(1), save(4)]]) {
    const warnings = [expect.stringMatching(/^the last save of run run-1 lacks .*; all its rollouts are done again$/)]
    expect(await resumed({ files, tracker: 4 })).toEqual({ ...fromTheStart, warnings })
  }
})

it('refuses to start again where weights were exported, and names them to begin a new run from', async () => {
  const newRun =
    'begin a new run from iter_0000009, whose weights are whole, with --checkpoint /checkpoints/run-1/iter_0000009_hf (in code: checkpoint)'
  const files = [save(4), exported(4), save(9), exported(9)]
  const refused = (trial: Trial, problem: string) =>
    expect(resumed(trial)).rejects.toMatchObject({
      boundary: 'store',
      code: 'resume-damaged',
      message: `run run-1 cannot be resumed: ${problem}; ${newRun}`,
    })
  const lacking = 'none of its saves has its position in the dataset, without which slime begins with the first row'
  await refused({ files, tracker: 9, changes: { numRollout: 20 } }, lacking)
  expect(await trackerNow()).toBe('9')
  await refused({ files, tracker: null }, 'its folder has no latest_checkpointed_iteration.txt that can be read')
  // Not one that was cut off: its index comes last.
  const cutOff = [...files, 'iter_0000014_hf/model-1.safetensors']
  await refused({ files: cutOff, tracker: 9, changes: { numRollout: 20 } }, lacking)
})

it('says how to go on from the only save where it is of the last rollout and was not exported', async () => {
  const trial = { files: [save(9)], tracker: 9, options: { dataSourcePath: 'my.Source' } }
  await expect(resumed(trial)).rejects.toMatchObject({
    boundary: 'config',
    code: 'not-resumable',
    message:
      'the only save that run run-1 can go on from is that of its last rollout, which was not exported before its machine was lost; give a numRollout above 10, and it goes on from there',
  })
  expect(await trackerNow()).toBe('9')
  expect(await resumed({ ...trial, changes: { numRollout: 11 } })).toMatchObject({ startRollout: 10, tracker: '9' })
})

it('does not ask for a position that slime never keeps', async () => {
  const trial = { files: [save(4), exported(4)], tracker: 4 }
  for (const options of [
    { disableRolloutGlobalDataset: true },
    { dataSourcePath: 'my.Source' },
    { extraArgs: ['--data-source-path=my.Source'] },
  ]) {
    expect(await resumed({ ...trial, options })).toMatchObject({ startRollout: 5, tracker: '4', warnings: [] })
  }
})

it('lists for serving what lacks its position, and finds nothing to do where all rollouts were done and exported', async () => {
  const files = [save(9), exported(9)]
  expect(await resumed({ files, tracker: 9 })).toMatchObject({ startRollout: 10, tracker: '9', warnings: [] })
  expect((await listCheckpoints('run-1', { home })).map(({ name }) => name)).toEqual(['iter_0000009'])
})

it('goes back to a save with its position when the last one was not exported', async () => {
  const files = [save(1), position(1), save(4), save(9), position(9)]
  expect(await resumed({ files, tracker: 9 })).toEqual({
    startRollout: 2,
    tracker: '1',
    notices: after(2),
    warnings: [
      expect.stringContaining('was not exported before its machine was lost; the rollouts since the save before'),
    ],
  })
})

it('takes what lets Megatron move the end of the run for no other configuration', async () => {
  const trial = { files: [save(4), position(4)], tracker: 4 }
  const changes = { numRollout: 20, overrideOptParamScheduler: true }
  expect(await resumed({ ...trial, changes })).toMatchObject({ startRollout: 5 })
  await expect(resumed({ ...trial, changes: { lr: 1e-3 } })).rejects.toMatchObject({ code: 'resume-differs' })
})
