import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { gymVolumes } from '../../compute/gym-volumes.js'
import { openHost } from '../../compute/open-host.js'
import { openStore } from '../../store/open-store.js'
import type { RemoteRun, RunRecord } from '../../store/records.js'
import { listCheckpoints } from '../list-checkpoints.js'
import { runLogs } from '../run-logs.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-keep-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** This machine's own host keeps its volumes as folders, and is asked in the same way as one that is far away. */
const remote: RemoteRun = {
  compute: { kind: 'local' },
  process: { kind: 'local', name: 'train-run-1' },
  paths: { data: '/data/run-1', checkpoints: '/checkpoints/run-1', hfCheckpoint: '/models/m' },
  shape: { numRollout: 9, rolloutBatchSize: 1, nSamplesPerPrompt: 2, stepsPerRollout: 1 },
  gpu: 'H100:1',
  costPerHour: null,
  starts: [{ startRollout: 0, startedAt: 1, endedAt: 2, exitCode: 0 }],
}
const record: RunRecord = {
  trainingRunId: 'run-1',
  state: 'completed',
  model: 'm',
  startPath: '/models/m',
  recipe: 'slime',
  config: { recipe: { kind: 'slime', wandbKey: 'wandb-0123456789' } },
  seed: 0,
  numRollout: 9,
  rolloutsDone: 9,
  pid: null,
  createdAt: 1,
  finishedAt: 2,
  error: null,
  remote,
}

async function onVolume(files: Readonly<Record<string, string>>): Promise<void> {
  await using host = await openHost({ kind: 'local' }, { home })
  const volume = host.volume(gymVolumes.checkpoints.mount.name)
  await volume.put(Object.entries(files).map(([path, content]) => ({ path: `run-1/${path}`, content })))
}

it('keeps what a listing found, in place of what was announced, and forgets what is gone', async () => {
  await using store = await openStore({ home })
  await store.runs.create(record)
  const announced = (rolloutId: number) => ({
    trainingRunId: 'run-1',
    rolloutId,
    path: `/c/${rolloutId}`,
    createdAt: null,
  })
  for (const rolloutId of [1, 4]) await store.checkpoints.add(announced(rolloutId))
  await onVolume({
    'latest_checkpointed_iteration.txt': '7',
    'iter_0000004_hf/model.safetensors.index.json': '{}',
    'iter_0000007_hf/model.safetensors.index.json': '{}',
  })
  const listed = await listCheckpoints('run-1', { home })
  expect(listed.map(({ rolloutId }) => rolloutId)).toEqual([4, 7])
  const kept = listed.map(({ trainingRunId, rolloutId, path, createdAt }) => ({
    trainingRunId,
    rolloutId,
    path,
    createdAt,
  }))
  expect(await store.checkpoints.list('run-1')).toEqual(kept)
  // Announced again by a log that is read again, it keeps the time that the listing gave it.
  await store.checkpoints.add(announced(7))
  expect(await store.checkpoints.list('run-1')).toEqual(kept)
})

it('keeps one that is announced while the listing goes on', async () => {
  await using store = await openStore({ home })
  await store.runs.create(record)
  const checkpoint = { trainingRunId: 'run-1', rolloutId: 4, path: '/c/4', createdAt: 5 }
  await store.checkpoints.add({ ...checkpoint, rolloutId: 9 })
  await store.checkpoints.settle([checkpoint], [])
  expect((await store.checkpoints.list('run-1')).map(({ rolloutId }) => rolloutId)).toEqual([4, 9])
})

it('gives the log of a run without the keys that slime prints among its arguments', async () => {
  await using store = await openStore({ home })
  await store.runs.create(record)
  await onVolume({ 'train.log': '  wandb_key ........ wandb-0123456789\n  wandb_project .... gym\n' })
  const lines: string[] = []
  for await (const line of runLogs('run-1', { home })) lines.push(line)
  expect(lines).toEqual(['  wandb_key ........ not shown', '  wandb_project .... gym'])
})
