import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { StepMetrics } from '../../store/records.js'
import { faultTrial, undisturbedMetrics } from './fault-trial.test.support.js'
import { type RemoteWorld, startRemoteWorld } from './remote-runs.test.support.js'

let world: RemoteWorld
let undisturbed: readonly StepMetrics[]
beforeAll(async () => {
  world = await startRemoteWorld()
  for (const [name, value] of Object.entries(world.modal.env)) vi.stubEnv(name, value)
  undisturbed = await undisturbedMetrics(world)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world[Symbol.asyncDispose]()
})

// Some of the hundred of bench/remote-faults.mjs: those whose moment matters.
it.each([4, 5, 15])('leaves no orphan, lost checkpoint, duplicate or riddle behind (seed %i)', async (seed) => {
  const report = await faultTrial(world, seed, undisturbed)
  expect(report.problems, JSON.stringify(report)).toEqual([])
})
