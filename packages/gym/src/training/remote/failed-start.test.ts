import { expect, it } from 'vitest'
import { mayStart } from '../../compute/check-spec.js'
import { GymError } from '../../errors.js'
import { failedStart } from './failed-start.js'

const start = { trainingRunId: 'run-1', compute: { kind: 'modal' }, wasAsked: true, before: undefined, now: 5 } as const

it('leaves a run that may still start as one that goes on, and names the command that ends it', () => {
  const { failure, changes } = failedStart(mayStart('train-run-1', 20_000), start)
  const message =
    'run run-1 was called off while modal looked for its machine, and modal did not confirm its end: it may still start, and cost money; end it with: training-gym stop run-1'
  expect(failure).toMatchObject({ boundary: 'interrupted', code: 'may-still-start', message })
  expect(changes).toEqual({ error: message })
})

it('settles a run that was not started', () => {
  const failure = new GymError('provider', 'no-capacity', 'no machine')
  expect(failedStart(failure, start)).toEqual({
    failure,
    changes: { state: 'failed', error: 'it was not started: no machine', finishedAt: 5 },
  })
  const aborted = new GymError('interrupted', 'aborted', 'the start was aborted')
  expect(failedStart(aborted, start).changes).toMatchObject({
    state: 'interrupted',
    error: 'it was not started: the start was aborted',
  })
  expect(failedStart('odd', start).changes).toMatchObject({ state: 'failed', error: 'it was not started: odd' })
})

it('settles a run whose helper may still start, and leaves it to the error to name the helper', () => {
  const error = mayStart('weights-Qwen3-0.6B', 20_000)
  const { failure, changes } = failedStart(error, { ...start, wasAsked: false })
  expect(failure).toBe(error)
  expect(changes).toEqual({
    state: 'interrupted',
    error:
      'it was not started: the start of "weights-Qwen3-0.6B" was called off, but its end was not confirmed within 20 s: it may still start, and cost money; look for it among what runs there, and stop it',
    finishedAt: 5,
  })
})
