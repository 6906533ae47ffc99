import { describe, expect, it } from 'vitest'
import { guardedCalls } from './guarded-calls.js'

describe('calls guarded together', () => {
  it('are made once each, in order, and settle by themselves', async () => {
    const caller = guardedCalls()
    const made: number[] = []
    const calls = Array.from({ length: 50 }, (_, index) =>
      caller(1_000, () => {
        made.push(index)
        if (index === 3) throw new Error('three')
        return index
      }),
    )
    expect(made).toEqual([])
    const outcomes = await Promise.all(calls)
    expect(made).toEqual(Array.from({ length: 50 }, (_, index) => index))
    expect(outcomes[3]).toMatchObject({ kind: 'threw', error: { message: 'three' } })
    expect(outcomes.filter(({ kind }) => kind === 'returned')).toHaveLength(49)
    expect(await caller(1_000, () => 'later')).toEqual({ kind: 'returned', value: 'later' })
  })

  it('end an endless one and make the others, whatever stands around it', async () => {
    const caller = guardedCalls()
    const made: string[] = []
    const endless = () => {
      made.push('endless')
      for (;;);
    }
    const named = (name: string) => () => void made.push(name)
    const outcomes = await Promise.all([
      caller(50, named('a')),
      caller(50, endless),
      caller(50, named('b')),
      caller(60, named('c')),
      caller(50, endless),
    ])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['returned', 'too-slow', 'returned', 'returned', 'too-slow'])
    expect(made).toEqual(['a', 'endless', 'b', 'c', 'endless'])
  })

  it('leave a rejection to the one who waits for it', async () => {
    const outcome = await guardedCalls()(1_000, async () => {
      throw new Error('later')
    })
    if (outcome.kind !== 'returned') return expect.unreachable(outcome.kind)
    await expect(outcome.value).rejects.toThrow('later')
  })

  it('let others have a turn after an endless one, and give each further one its own limit alone', async () => {
    const caller = guardedCalls()
    let isHalted = false
    const made: number[] = []
    const endless = (index: number) => () => {
      if (isHalted) return
      made.push(index)
      for (;;);
    }
    const first = caller(50, endless(0)).then((outcome) => {
      isHalted = true
      return outcome
    })
    const others = [1, 2, 3].map((index) => caller(50, endless(index)))
    expect((await first).kind).toBe('too-slow')
    expect((await Promise.all(others)).map(({ kind }) => kind)).toEqual(['returned', 'returned', 'returned'])
    expect(made).toEqual([0])
  })
})
