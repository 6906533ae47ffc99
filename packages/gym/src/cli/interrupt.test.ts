import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { GymError } from '../errors.js'
import { listenForInterrupt } from './interrupt.js'

/** Listens to signals of a source of its own, and keeps what it calls. */
function listening() {
  const source = new EventEmitter()
  const calls: string[] = []
  const interrupt = listenForInterrupt({
    source,
    onFirst: () => calls.push('first'),
    exit: (code) => calls.push(`exit ${code}`),
  })
  return { source, calls, interrupt }
}

describe('interrupt', () => {
  it('aborts at the first signal and exits at the second', () => {
    const { source, calls, interrupt } = listening()
    expect(interrupt.signal.aborted).toBe(false)
    source.emit('SIGINT', 'SIGINT')
    expect(interrupt.signal.aborted).toBe(true)
    expect(GymError.is(interrupt.signal.reason) && interrupt.signal.reason.boundary).toBe('interrupted')
    source.emit('SIGTERM', 'SIGTERM')
    expect(calls).toEqual(['first', 'exit 130'])
  })

  it('takes a closed terminal for one request, however often it is told of it', () => {
    const { source, calls, interrupt } = listening()
    // Shell and kernel say it both, and the end of the session adds a polite kill.
    for (const signal of ['SIGHUP', 'SIGHUP', 'SIGTERM', 'SIGHUP']) source.emit(signal, signal)
    expect(interrupt.signal.aborted).toBe(true)
    expect(calls).toEqual(['first'])
    source.emit('SIGTERM', 'SIGTERM')
    expect(calls).toEqual(['first', 'exit 130'])
  })

  it('may be listened to by many at once without a warning', async () => {
    const warnings: string[] = []
    const onWarning = ({ name }: Error) => warnings.push(name)
    process.on('warning', onWarning)
    const { signal } = listenForInterrupt({ source: new EventEmitter(), onFirst: () => {}, exit: () => {} })
    for (let sample = 0; sample < 20; sample += 1) signal.addEventListener('abort', () => sample)
    await new Promise((resolve) => setImmediate(resolve))
    process.removeListener('warning', onWarning)
    expect(warnings).toEqual([])
  })

  it('leaves no listener behind', () => {
    const source = new EventEmitter()
    listenForInterrupt({ source, onFirst: () => {}, exit: () => {} }).dispose()
    expect(source.eventNames()).toEqual([])
  })
})
