import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WritePacer, type WritePacerOptions } from './write-pacer.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Opens streams that keep what they wrote, each write apart. */
function openStreams(count: number, options?: WritePacerOptions) {
  const pacer = new WritePacer(options)
  return Array.from({ length: count }, () => {
    const written: string[] = []
    return { written, writer: pacer.open((text) => written.push(text)) }
  })
}

describe('WritePacer', () => {
  it('writes everything at once while there are few streams', () => {
    const streams = openStreams(20)
    for (const { writer } of streams) for (const text of ['a', 'b', 'c']) writer.write(text)
    for (const { written } of streams) expect(written).toEqual(['a', 'b', 'c'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('writes the first text of a stream at once and joins what follows, in order, until half a millisecond a stream is over', () => {
    const streams = openStreams(100)
    for (const text of ['a', 'b', 'c']) for (const [i, { writer }] of streams.entries()) writer.write(`${text}${i} `)
    vi.advanceTimersByTime(49)
    for (const [i, { written }] of streams.entries()) expect(written).toEqual([`a${i} `])
    vi.advanceTimersByTime(1)
    for (const [i, { written }] of streams.entries()) expect(written).toEqual([`a${i} `, `b${i} c${i} `])
  })

  it('uses one timer for all streams, which ends when none has written', () => {
    const streams = openStreams(100)
    for (const { writer } of streams) writer.write('a')
    expect(vi.getTimerCount()).toBe(1)
    for (const { writer } of streams) writer.write('b')
    vi.advanceTimersByTime(50)
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(50)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('writes at once again after a rest in which nothing came, so that slow streams never wait', () => {
    const [first] = openStreams(100)
    for (const text of ['a', 'b', 'c']) {
      first?.writer.write(text)
      vi.advanceTimersByTime(50)
    }
    first?.writer.write('d')
    expect(first?.written).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each([
    [undefined, 150],
    [30, 30],
  ])('lets nothing wait longer than its limit (%s), however many streams there are', (longestRestMs, expected) => {
    const [first] = openStreams(5000, { longestRestMs })
    first?.writer.write('a')
    first?.writer.write('b')
    vi.advanceTimersByTime(expected - 1)
    expect(first?.written).toEqual(['a'])
    vi.advanceTimersByTime(1)
    expect(first?.written).toEqual(['a', 'b'])
  })

  it('joins nothing with a limit of 0', () => {
    const [first] = openStreams(5000, { longestRestMs: 0 })
    for (const text of ['a', 'b']) first?.writer.write(text)
    expect(first?.written).toEqual(['a', 'b'])
  })

  it('hands back what waits when a stream closes, writes nothing of it later and drops the timer with the last', () => {
    const streams = openStreams(100)
    for (const { writer } of streams) for (const text of ['a', 'b']) writer.write(text)
    for (const { writer } of streams) expect(writer.close()).toBe('b')
    expect(vi.getTimerCount()).toBe(0)
    for (const { writer } of streams) writer.write('c')
    vi.advanceTimersByTime(1000)
    for (const { written } of streams) expect(written).toEqual(['a'])
  })

  it('stops joining when streams have closed', () => {
    const [first, ...others] = openStreams(100)
    first?.writer.write('a')
    first?.writer.write('b')
    for (const { writer } of others) writer.close()
    vi.advanceTimersByTime(50)
    for (const text of ['c', 'd']) first?.writer.write(text)
    expect(first?.written).toEqual(['a', 'b', 'c', 'd'])
  })
})
