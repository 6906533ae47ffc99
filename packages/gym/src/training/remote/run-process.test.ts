import { expect, it } from 'vitest'
import type { HostKind } from '../../compute/host.js'
import { InMemoryDataset } from '../../datasets/in-memory-dataset.js'
import { Qwen3_4B } from '../../models/catalogue.js'
import { planSlimeRun } from '../slime/plan-slime-run.js'
import { runProcess } from './run-process.js'

const HOUR_MS = 3_600_000
const plan = planSlimeRun({
  trainingRunId: 'run-1',
  options: { customRmFunction: () => 0 },
  model: new Qwen3_4B(),
  train: { dataset: new InMemoryDataset({ rows: [{ input: 'x' }] }) },
  host: 'modal',
})

function timeoutMs(kind: HostKind, stopAfterSeconds: number | null): number {
  const host = { kind, pathOf: (path: string) => path }
  return runProcess(host, plan, { index: 0, stopAfterSeconds }).timeoutMs
}

it('ends a run an hour after its limit, should it never come to a checkpoint, and without a limit as late as it may', () => {
  expect(timeoutMs('modal', 1800)).toBe(1.5 * HOUR_MS)
  expect(timeoutMs('modal', 23.5 * 3600)).toBe(24 * HOUR_MS)
  expect(timeoutMs('modal', null)).toBe(24 * HOUR_MS)
  expect(timeoutMs('ray', 2 * 3600)).toBe(3 * HOUR_MS)
  expect(timeoutMs('ray', null)).toBe(30 * 24 * HOUR_MS)
})
