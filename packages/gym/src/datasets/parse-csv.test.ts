import { beforeEach, expect, it } from 'vitest'
import { parseCsv } from './parse-csv.js'
import { splitLines, type TextLine } from './read-lines.js'

async function rows(text: string | Uint8Array, size = 5): Promise<unknown[]> {
  const bytes = Buffer.from(text)
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const found: unknown[] = []
  for await (const { columns, where } of parseCsv(numbered(splitLines(chunks(), 'x.csv')), 'x.csv')) {
    places.push(where)
    found.push(columns)
  }
  return found
}

async function* numbered(lines: AsyncIterable<string>): AsyncGenerator<TextLine> {
  let number = 0
  for await (const text of lines) yield { number: ++number, text }
}

let places: string[] = []
beforeEach(() => {
  places = []
})

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

it('names the line on which each row begins', async () => {
  await rows('a,b\n1,2\n\n"3\n\n3",4\n5,6')
  expect(places).toEqual(['x.csv line 2', 'x.csv line 4', 'x.csv line 7'])
})

it.each([
  ['a,b\n1,2\n\n3\n', 'x.csv line 4 has 1 fields and the header has 2; repair that row'],
  ['a,b\n"1\n2",2\n3,4,5\n', 'x.csv line 4 has 3 fields and the header has 2; repair that row'],
  ['a,b\n1,"2\n3,4\n', 'x.csv line 2 begins a row with a quote that is never closed'],
  ['a,b,a\n1,2,3\n', 'x.csv line 1 must name the columns and has "a" twice'],
])('says of %j what is wrong and where', async (text, message) => {
  await expect(rows(text)).rejects.toThrow(message)
})

it('takes columns without a name', async () => {
  expect(await rows('a,,\n1,,\n')).toEqual([{ a: '1', '': '' }])
})

it('refuses text that is not UTF-8', async () => {
  await expect(rows(Buffer.from('a\n1\n\xff\n', 'latin1'))).rejects.toMatchObject({
    boundary: 'data',
    message: expect.stringContaining('x.csv is not UTF-8 text after line'),
  })
})
