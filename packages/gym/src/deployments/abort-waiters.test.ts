import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { abortWaiters } from './abort-waiters.js'

describe('abortWaiters', () => {
  it('calls everybody who still waits, each for its own signal, with the reason', () => {
    const whenAborted = abortWaiters()
    const [one, other] = [new AbortController(), new AbortController()]
    const told: unknown[] = []
    const giveUp = whenAborted(one.signal, () => told.push('gave up'))
    whenAborted(one.signal, (reason) => told.push(['first', reason]))
    whenAborted(one.signal, (reason) => told.push(['second', reason]))
    whenAborted(other.signal, () => told.push('other'))
    giveUp()
    one.abort('enough')
    expect(told).toEqual([
      ['first', 'enough'],
      ['second', 'enough'],
    ])
  })

  it('has one listener on a signal while somebody waits, and none after', () => {
    const whenAborted = abortWaiters()
    const { signal } = new AbortController()
    const listeners = () => getEventListeners(signal, 'abort').length
    const first = Array.from({ length: 300 }, () => whenAborted(signal, () => undefined))
    expect(listeners()).toBe(1)
    for (const giveUp of first) giveUp()
    expect(listeners()).toBe(0)

    const second = whenAborted(signal, () => undefined)
    // Giving up twice takes nothing from those who came later.
    for (const giveUp of first) giveUp()
    expect(listeners()).toBe(1)
    second()
    expect(listeners()).toBe(0)
  })

  it('lets a call take back another while the signal aborts', () => {
    const whenAborted = abortWaiters()
    const controller = new AbortController()
    const told: string[] = []
    whenAborted(controller.signal, () => {
      told.push('first')
      giveUp()
    })
    const giveUp = whenAborted(controller.signal, () => told.push('second'))
    controller.abort()
    expect(told).toEqual(['first'])
  })
})
