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

  it('are guarded together again once as many as waited after a slow one were quick', async () => {
    const caller = guardedCalls()
    const turns: number[] = []
    let turn = 0
    const quick = () => {
      turns.push(turn)
      // Comes with the next turn of the event loop.
      if (turns.at(-2) !== turn) setImmediate(() => (turn += 1))
    }
    let endless = 0
    const calls = [
      caller(50, () => {
        for (endless += 1; ; );
      }),
      ...Array.from({ length: 3 }, () => caller(50, quick)),
    ]
    await calls[0]
    const later = Array.from({ length: 5 }, () => caller(50, quick))
    await Promise.all([...calls, ...later])
    expect(turns).toEqual([0, 1, 2, 3, 3, 3, 3, 3])
    expect(endless).toBe(1)
  })

  it('are too slow after their own limit, however they end and whoever was called before', async () => {
    const caller = guardedCalls()
    const spin = (ms: number, end: () => unknown) => () => {
      for (const until = performance.now() + ms; performance.now() < until; );
      return end()
    }
    const failing = () => {
      throw new Error('late')
    }
    const rejecting = () => Promise.reject(new Error('late'))
    const ends = [() => 1, failing, rejecting, () => 2]
    const slow = await Promise.all(ends.map((end) => caller(200, spin(250, end))))
    expect(slow.map(({ kind }) => kind)).toEqual(Array(4).fill('too-slow'))
    // Together they may take longer than one of them.
    const quick = await Promise.all(
      Array.from({ length: 60 }, () =>
        caller(
          200,
          spin(5, () => 1),
        ),
      ),
    )
    expect(quick.map(({ kind }) => kind)).toEqual(Array(60).fill('returned'))
  })

  it('are all settled, also those that end in the very moment in which the guard ends them', {
    timeout: 60_000,
  }, async () => {
    let made = 0
    const spin = (ms: number) => () => {
      made += 1
      for (const until = performance.now() + ms; performance.now() < until; );
    }
    const rounds = 60
    for (let round = 0; round < rounds; round++) {
      const caller = guardedCalls()
      const lasting = [2, 4, 0, 7, 8].map((ms) => ms + (round % 10) / 10)
      const outcomes = await Promise.all(lasting.map((ms) => caller(4, spin(ms))))
      expect(outcomes).toHaveLength(5)
    }
    // One may be ended before its first line, never made twice.
    expect(made).toBeLessThanOrEqual(5 * rounds)
    expect(made).toBeGreaterThan(4 * rounds)
  })
})
