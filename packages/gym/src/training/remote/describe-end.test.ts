import { describe, expect, it } from 'vitest'
import { describeEnd, type EndFacts, entryExitCodes } from './describe-end.js'

const endOf = (facts: Partial<EndFacts> & Pick<EndFacts, 'exitCode'>) =>
  describeEnd({ trainingRunId: 'run-1', saidCode: null, why: null, wasStopAsked: false, tail: [], ...facts })
const messageOf = (facts: Parameters<typeof endOf>[0]) => endOf(facts).failure?.message

describe('the end of a run whose reward did not start', () => {
  const exitCode = entryExitCodes.rewardNotStarted

  it('is told with what the machine said of it', () => {
    expect(messageOf({ exitCode, why: 'listen EADDRINUSE: address already in use' })).toBe(
      'run run-1 could not start its reward: listen EADDRINUSE: address already in use',
    )
  })

  it('is told with the last lines of its server, which may have ended without a word', () => {
    const why = 'the reward server ended with code 127'
    expect(messageOf({ exitCode, why, tail: ['entry.sh: line 64: node: command not found'] })).toBe(
      `run run-1 could not start its reward: ${why}; its last lines:\nentry.sh: line 64: node: command not found`,
    )
  })
})

it('does not tell the last lines of a training that its reward ended, which explain nothing', () => {
  const tail = ['Finish rollout: 1']
  expect(messageOf({ exitCode: entryExitCodes.rewardBroke, why: 'boom', tail })).toBe(
    'run run-1 was ended by its reward: boom',
  )
})

describe('exit code 0', () => {
  it('is a complete run when the machine said so itself', () => {
    expect(endOf({ exitCode: 0, saidCode: 0 })).toEqual({ state: 'completed', failure: null })
  })

  it('is a lost machine when it said nothing, as for one that a host never got to run', () => {
    expect(endOf({ exitCode: 0 })).toMatchObject({ state: 'interrupted', failure: { code: 'machine-lost' } })
    expect(endOf({ exitCode: 0, wasStopAsked: true })).toMatchObject({ failure: { code: 'run-stopped' } })
  })

  it('is what the machine said where that is something else', () => {
    expect(endOf({ exitCode: 0, saidCode: 3 })).toMatchObject({ state: 'failed', failure: { code: 'training-failed' } })
  })
})

it('tells why Ray did not run the training, or lost it, and what a training ended with', () => {
  expect(messageOf({ exitCode: 72, why: 'ray start failed' })).toBe(
    'run run-1 could not start Ray on its machine: ray start failed',
  )
  expect(endOf({ exitCode: 73, why: 'its head died', tail: ['a line'] })).toMatchObject({
    state: 'interrupted',
    failure: {
      message:
        'run run-1 lost its training: its head died; continue it with train({ resume }); its last lines:\na line',
    },
  })
  expect(messageOf({ exitCode: 1, why: 'the training ended with exit code 137' })).toBe(
    'run run-1 failed: the training ended with exit code 137',
  )
})
