import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { GymError } from '../errors.js'
import { listenForInterrupt } from './interrupt.js'

describe('interrupt', () => {
  it('aborts at the first signal and exits at the second', () => {
    const source = new EventEmitter()
    const calls: string[] = []
    const interrupt = listenForInterrupt({
      source,
      onFirst: () => calls.push('first'),
      exit: (code) => calls.push(`exit ${code}`),
    })
    expect(interrupt.signal.aborted).toBe(false)
    source.emit('SIGINT')
    expect(interrupt.signal.aborted).toBe(true)
    expect(GymError.is(interrupt.signal.reason) && interrupt.signal.reason.boundary).toBe('interrupted')
    source.emit('SIGTERM')
    expect(calls).toEqual(['first', 'exit 130'])
  })

  it('leaves no listener behind', () => {
    const source = new EventEmitter()
    listenForInterrupt({ source, onFirst: () => {}, exit: () => {} }).dispose()
    expect(source.eventNames()).toEqual([])
  })
})
