import { describe, expect, it } from 'vitest'
import { createColors } from './colors.js'
import { widthOf } from './fit-text.js'
import { createProgressBar } from './progress-bar.js'

function barAt({ isTty, columns = 80 }: { isTty: boolean; columns?: number }) {
  const written: string[] = []
  const clock = { ms: 0 }
  const bar = createProgressBar({
    write: (text) => written.push(text),
    isTty,
    columns: () => columns,
    colors: createColors(false),
    now: () => clock.ms,
  })
  return { bar, written, clock }
}

describe('progress bar on a terminal', () => {
  it('redraws one line in place with the time left at its own pace', () => {
    const { bar, written, clock } = barAt({ isTty: true })
    bar.update({ label: 'evaluating base', done: 0, total: 40 })
    clock.ms = 5000
    bar.update({ label: 'evaluating base', done: 10, total: 40, suffix: 'mean -2.86' })
    expect(written).toEqual([
      '\r\u001b[2Kevaluating base  ░░░░░░░░░░░░░░░░░░░░░░░░  0/40',
      '\r\u001b[2Kevaluating base  ██████░░░░░░░░░░░░░░░░░░  10/40  mean -2.86  15 s left',
    ])
  })

  it('redraws at most once in 80 ms, but always shows the end', () => {
    const { bar, written, clock } = barAt({ isTty: true })
    for (let done = 0; done <= 1000; done += 1) {
      bar.update({ label: 'x', done, total: 1000 })
      clock.ms += 1
    }
    expect(written).toHaveLength(14)
    expect(written.at(-1)).toContain('1,000/1,000')
  })

  it('drops the bar, then cuts the line, rather than wrap on a narrow terminal', () => {
    const { bar, written } = barAt({ isTty: true, columns: 20 })
    bar.update({ label: 'evaluating base', done: 1, total: 4 })
    const line = written[0]!.replace('\r\u001b[2K', '')
    expect(line).toBe('evaluating base  1…')
    expect(widthOf(line)).toBeLessThan(20)
  })

  it('takes itself off the screen once, so that a line can be written', () => {
    const { bar, written } = barAt({ isTty: true })
    bar.clear()
    bar.update({ label: 'x', done: 1, total: 2 })
    bar.clear()
    bar.clear()
    expect(written.slice(1)).toEqual(['\r\u001b[2K'])
  })
})

describe('progress bar on a pipe', () => {
  it('prints a line a quarter, whatever the number of updates, and no terminal codes', () => {
    const { bar, written, clock } = barAt({ isTty: false })
    for (let done = 0; done <= 1000; done += 1) {
      bar.update({ label: 'evaluating base', done, total: 1000 })
      clock.ms += 10
    }
    bar.clear()
    expect(written).toEqual([
      'evaluating base  250/1,000  8 s left\n',
      'evaluating base  500/1,000  5 s left\n',
      'evaluating base  750/1,000  3 s left\n',
      'evaluating base  1,000/1,000\n',
    ])
  })

  it('prints nothing for a task of nothing', () => {
    const { bar, written } = barAt({ isTty: false })
    bar.update({ label: 'x', done: 0, total: 0 })
    expect(written).toEqual([])
  })
})
