import { describe, expect, it } from 'vitest'
import { createColors } from './colors.js'
import { widthOf } from './fit-text.js'
import { renderTable } from './table.js'

const colors = createColors(false)

describe('table', () => {
  it('aligns columns by terminal columns, numbers to the right', () => {
    const lines = renderTable({
      columns: [{ title: 'name' }, { title: 'mean', align: 'right' }, { title: 'note' }],
      rows: [
        ['base', '-3.15', ''],
        ['春の海', '-12.4', 'late'],
        ['🌸', '0', 'x'],
      ],
      width: 80,
      colors,
    })
    expect(lines).toEqual(['name     mean  note', 'base    -3.15', '春の海  -12.4  late', '🌸          0  x'])
  })

  it('cuts the flexible column first and never exceeds the width', () => {
    const options = {
      columns: [{ title: 'id' }, { title: 'path', isFlexible: true }, { title: 'state' }],
      rows: [['run-20260101-0001', '/some/quite/long/folder/of/weights', 'completed']],
      colors,
    }
    expect(renderTable({ ...options, width: 48 })).toEqual([
      'id                 path                state',
      'run-20260101-0001  /some/quite/long/…  completed',
    ])
    for (const width of [20, 30, 40, 60]) {
      for (const line of renderTable({ ...options, width })) expect(widthOf(line)).toBeLessThanOrEqual(width)
    }
  })

  it('shows control characters in a cell instead of obeying them', () => {
    expect(renderTable({ columns: [{ title: 'text' }], rows: [['\u001b[2Jgone\n']], width: 40, colors })).toEqual([
      'text',
      '\\e[2Jgone\\n',
    ])
  })

  it('paints padded cells without disturbing their alignment', () => {
    const lines = renderTable({
      columns: [{ title: 'a', paint: (cell) => `<${cell}>` }, { title: 'b' }],
      rows: [
        ['x', '1'],
        ['yyy', '2'],
      ],
      width: 40,
      colors,
    })
    expect(lines).toEqual(['a    b', '<x  >  1', '<yyy>  2'])
  })
})
