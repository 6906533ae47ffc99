import { describe, expect, it } from 'vitest'
import { DeviceSlots, type PromptRows } from './device-slots.js'

const prompts = (rows: number, columns: number): PromptRows => ({ rows, columns })

/** What stands where, by name: `text` of each row at each column, as `arrange` would move it for one key head. */
class Shadow {
  rows: string[][] = []

  arrange(slots: DeviceSlots<PromptRows>, added: PromptRows | null, texts: readonly string[][] = []): void {
    const held = this.rows.flat()
    const all = [...held, ...texts.flat()]
    const places = slots.arrange(added)
    this.rows = Array.from({ length: slots.rows }, (_, row) =>
      Array.from(places.subarray(row * slots.columns, (row + 1) * slots.columns), (place) => all[place] as string),
    )
  }

  step(slots: DeviceSlots<PromptRows>, names: readonly string[]): void {
    const idle = names.length
    const byRow = slots.byRow(
      names.map((_, slot) => slot),
      idle,
    )
    this.rows.forEach((row, r) => {
      row.push(names[byRow[r] as number] ?? 'idle')
    })
    slots.grow()
  }

  /** What each slot's next token sees. */
  seen(slots: DeviceSlots<PromptRows>): string[] {
    const width = slots.columns + 1
    const mask = slots.mask()
    return slots
      .rowsOfSlots()
      .map((row) =>
        [...(this.rows[row] as string[]), 'itself'].filter((_, column) => mask[row * width + column] === 0).join(' '),
      )
  }
}

describe('DeviceSlots', () => {
  it('shows every text its own tokens alone, whoever came in and left meanwhile', () => {
    const slots = new DeviceSlots<PromptRows>(1)
    const shadow = new Shadow()
    const first = prompts(2, 3)
    for (const [row, length] of [
      [0, 3],
      [1, 2],
      [1, 2],
    ] as const) {
      slots.add({ source: first, row, length })
    }
    shadow.arrange(slots, first, [
      ['a', 'b', 'c'],
      ['d', 'e', '-'],
    ])
    expect(shadow.seen(slots)).toEqual(['a b c itself', 'd e itself', 'd e itself'])
    shadow.step(slots, ['x', 'y', 'z'])
    shadow.step(slots, ['X', 'Y', 'Z'])
    expect(shadow.seen(slots)).toEqual(['a b c x X itself', 'd e y Y itself', 'd e z Z itself'])
    expect(slots.positions()).toEqual([5, 4, 4])

    slots.remove(0)
    const second = prompts(1, 6)
    slots.add({ source: second, row: 0, length: 6 })
    expect(slots.waiting().map(({ row }) => row)).toEqual([0])
    shadow.arrange(slots, second, [['p', 'q', 'r', 's', 't', 'u']])
    expect(shadow.seen(slots)).toEqual(['d e z Z itself', 'd e y Y itself', 'p q r s t u itself'])
    shadow.step(slots, ['1', '2', '3'])
    expect(shadow.seen(slots)).toEqual(['d e z Z 1 itself', 'd e y Y 2 itself', 'p q r s t u 3 itself'])
  })

  it('asks for a tidier layout when more than a quarter of the rows have no slot', () => {
    const slots = new DeviceSlots<PromptRows>(2)
    const source = prompts(1, 2)
    for (let i = 0; i < 8; i++) slots.add({ source, row: 0, length: 2 })
    expect(slots.arrange(source)).toHaveLength(8 * 2 * 2)
    for (let left = 7; left >= 6; left--) slots.remove(0)
    expect(slots.hasManyIdleRows).toBe(false)
    slots.remove(4)
    expect(slots.hasManyIdleRows).toBe(true)
    expect(slots.arrange(null)).toHaveLength(5 * 2 * 2)
    expect([slots.rows, slots.size, slots.hasManyIdleRows]).toEqual([5, 5, false])
  })

  it('gives back what slots still waited for', () => {
    const slots = new DeviceSlots<PromptRows>(1)
    const [one, other] = [prompts(1, 2), prompts(2, 2)]
    slots.add({ source: one, row: 0, length: 2 })
    slots.add({ source: other, row: 1, length: 1 })
    slots.add({ source: one, row: 0, length: 2 })
    expect(slots.waiting()).toHaveLength(2)
    expect(slots.remove(0)?.source).toBe(one)
    slots.arrange(one)
    expect(slots.waiting().map(({ source }) => source)).toEqual([other])
    expect(slots.clear().map(({ row }) => row)).toEqual([1])
    expect([slots.size, slots.rows, slots.columns]).toEqual([0, 0, 0])
  })
})
