import { describe, expect, it } from 'vitest'
import { describeEnd, entryExitCodes } from './describe-end.js'

const messageOf = (facts: { readonly exitCode: number; readonly why?: string; readonly tail?: readonly string[] }) =>
  describeEnd({ trainingRunId: 'run-1', why: null, wasStopAsked: false, tail: [], ...facts }).failure?.message

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
