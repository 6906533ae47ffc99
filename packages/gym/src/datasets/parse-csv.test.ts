import { expect, it } from 'vitest'
import { parseCsv } from './parse-csv.js'

async function rows(text: string, size = 5): Promise<unknown[]> {
  const bytes = Buffer.from(text)
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const found: unknown[] = []
  for await (const row of parseCsv(chunks(), 'x.csv')) found.push(row)
  return found
}

it('reads quotes, doubled quotes, commas and line ends inside them, however the bytes are cut', async () => {
  const text = 'a,b\r\n"x ""y""",é\n\n"1,\n2",""\n""""," "'
  for (let size = 1; size < 12; size++) {
    expect(await rows(text, size)).toEqual([
      { a: 'x "y"', b: 'é' },
      { a: '1,\n2', b: '' },
      { a: '"', b: ' ' },
    ])
  }
})

it('drops a byte order mark, and gives nothing for a header alone', async () => {
  expect(await rows('\uFEFFa\n1')).toEqual([{ a: '1' }])
  expect(await rows('a,b\n')).toEqual([])
  expect(await rows('')).toEqual([])
})

it('names the row that is too short, and a quote that stays open', async () => {
  await expect(rows('a,b\n1,2\n3\n')).rejects.toThrow('x.csv has 1 fields in row 3 but 2 in its header')
  await expect(rows('a,b\n1,"2\n3,4\n')).rejects.toThrow('x.csv has a quote that is never closed')
})
