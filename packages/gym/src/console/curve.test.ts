import { describe, expect, it } from 'vitest'
import { renderCurve } from './curve.js'

describe('curve', () => {
  it('draws a rising series from bottom left to top right with both ends labelled', () => {
    expect(renderCurve([-3, -2, -1], { width: 8, height: 2 })).toEqual(['-1.00 ┤⠀⠀⢀⡠⠒⠁', '-3.00 ┤⡠⠔⠁⠀⠀⠀'])
  })

  it('joins a steep fall by a stroke instead of falling apart', () => {
    expect(renderCurve([9, 0], { width: 1, height: 3 })).toEqual(['9.00 ┤⢱', '     ┤⢸', '   0 ┤⢸'])
  })

  it('draws a constant series as a level line with one label', () => {
    expect(renderCurve([1, 1], { width: 4, height: 2 })).toEqual(['1.00 ┤⣀⣀⡀', '     ┤⠀⠀⠀'])
  })

  it('leaves a gap where a value is not finite', () => {
    expect(renderCurve([0, Number.NaN, 1, 1], { width: 2, height: 1 })).toEqual(['1.00 ┤⡀⠉'])
  })

  it('averages a long series into the width it has', () => {
    const rows = renderCurve(
      Array.from({ length: 1000 }, (_, index) => index),
      { width: 10, height: 1 },
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]).toHaveLength('949 ┤'.length + 10)
  })

  it('draws nothing without a finite value', () => {
    expect(renderCurve([])).toEqual([])
    expect(renderCurve([Number.NaN])).toEqual([])
  })
})
