import { expect, it } from 'vitest'
import type { SlimeEvent } from '../slime/log/slime-log.js'
import { RunRecorder, type RunRecorderOptions } from './run-recorder.js'

it('keeps the first reason of a failure: what was stopped for it tells of its own end afterwards', async () => {
  const store = { runs: { steps: async () => [] } }
  const options = { store, record: { trainingRunId: 'run-1', config: {} }, onProgress: () => {} }
  const recorder = await RunRecorder.open(options as unknown as RunRecorderOptions)
  const gym = (event: string, fields: object): SlimeEvent => ({ kind: 'gym', event, fields: { event, ...fields } })
  expect(recorder.lastWords).toEqual({ why: null, seconds: null, code: null })
  await recorder.keep(gym('failed', { code: 70, why: 'reward "haiku" threw: too late' }))
  await recorder.keep(gym('failed', { code: 1, why: 'the training ended with exit code 143' }))
  await recorder.keep(gym('exit', { code: 70, seconds: 12 }))
  expect(recorder.lastWords).toEqual({ why: 'reward "haiku" threw: too late', seconds: 12, code: 70 })
})
