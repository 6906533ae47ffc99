import { describe, expect, it } from 'vitest'
import { GymError } from '../errors.js'
import { explainError } from './explain-error.js'

const plain = { isInterrupted: false, isVerbose: false }

describe('explaining an error', () => {
  it('says an expected error in one line with the exit code of its boundary', () => {
    const codes = (['config', 'data', 'reward', 'engine', 'provider', 'store'] as const).map(
      (boundary) =>
        explainError(new GymError(boundary, 'x', 'no model "tiny"; did you mean "tiny-poet"?'), plain).exitCode,
    )
    expect(codes).toEqual([2, 2, 1, 3, 3, 3])
    expect(explainError(new GymError('config', 'x', 'no model "tiny"'), plain).lines).toEqual([
      'error: no model "tiny"',
    ])
  })

  it('calls anything unexpected a bug and keeps the stack for --verbose', () => {
    const error = new TypeError('x is not a function', { cause: new Error('deeper') })
    expect(explainError(error, plain)).toEqual({
      lines: [
        'error: x is not a function',
        'this is a bug in training-gym; run the command again with --verbose for the details to report',
      ],
      exitCode: 3,
    })
    const verbose = explainError(error, { ...plain, isVerbose: true }).lines.join('\n')
    expect(verbose).toMatch(/TypeError: x is not a function\n +at /)
    expect(verbose).toContain('caused by Error: deeper')
  })

  it('tells of an error without a message what else is known of it', () => {
    const first = (error: unknown) => explainError(error, plain).lines[0]
    expect(first(new TypeError())).toBe('error: TypeError was thrown without a message; --verbose shows where')
    expect(first(new GymError('reward', 'x', ''))).toBe(
      'error: GymError x was thrown without a message; --verbose shows where',
    )
    expect(first('')).toBe('error: a string was thrown without a message; --verbose shows where')
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:1'), { code: 'ECONNREFUSED' })
    expect(first(new AggregateError([refused]))).toBe('error: connect ECONNREFUSED ::1:1')
  })

  it('takes an engine error for an expected one', () => {
    const error = Object.assign(new Error('the header is cut off'), { [Symbol.for('training-gym.engine-error')]: true })
    expect(explainError(error, plain)).toEqual({ lines: ['error: the header is cut off'], exitCode: 3 })
  })

  it('takes whatever is thrown after Ctrl-C for its consequence', () => {
    const aborted = new DOMException('This operation was aborted', 'AbortError')
    expect(explainError(aborted, { ...plain, isInterrupted: true })).toEqual({ lines: ['interrupted'], exitCode: 130 })
    const said = new GymError('interrupted', 'x', 'run r-1 stopped after rollout 3')
    expect(explainError(said, plain)).toEqual({
      lines: ['interrupted: run r-1 stopped after rollout 3'],
      exitCode: 130,
    })
    const continued = new GymError('interrupted', 'x', 'interrupted (run r-1 can be continued)')
    expect(explainError(continued, plain).lines).toEqual(['interrupted (run r-1 can be continued)'])
  })

  it('ends on a cause that refers to itself, and shows control characters', () => {
    const error = new Error('bad \u001b[2J')
    error.cause = error
    const { lines } = explainError(error, { ...plain, isVerbose: true })
    expect(lines.join('\n')).toContain('bad \\e[2J')
    expect(lines.join('\n')).not.toContain('\u001b')
  })
})
