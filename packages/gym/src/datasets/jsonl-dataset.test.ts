import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GymError } from '../errors.js'
import { JsonlDataset } from './jsonl-dataset.js'
import { splitLines } from './read-lines.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gym-jsonl-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(content: string | Uint8Array, name = 'rows.jsonl'): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function failure(content: string | Uint8Array, options = {}): Promise<GymError> {
  const path = write(content)
  const thrown = await new JsonlDataset({ path, ...options }).load().catch((error: unknown) => error)
  return Object.assign(thrown as GymError, { message: (thrown as GymError).message.replaceAll(path, 'rows.jsonl') })
}

describe('JsonlDataset', () => {
  it('reads rows with all their columns, through a byte order mark, CRLF and empty lines', async () => {
    const path = write('\uFEFF{"input":"a","n":1}\r\n\r\n  \r\n{"input":"b\u00e9","n":2}')
    const dataset = new JsonlDataset({ path })
    expect(await dataset.load()).toEqual([
      { index: 0, input: 'a', columns: { input: 'a', n: 1 } },
      { index: 1, input: 'bé', columns: { input: 'bé', n: 2 } },
    ])
    expect(dataset.name).toBe('rows.jsonl')
  })

  it('reads other columns, numbers as answers, and leaves null answers out', async () => {
    const path = write('{"q":"1+1","a":2}\n{"q":"1/0","a":null}\n')
    const rows = await new JsonlDataset({ path, inputColumn: 'q', outputColumn: 'a' }).load()
    expect(rows.map(({ input, output }) => [input, output])).toEqual([
      ['1+1', '2'],
      ['1/0', undefined],
    ])
  })

  it('takes a column output as the answer where a row has one that is a text or a number, unless told otherwise', async () => {
    const path = write(
      '{"input":"1+1","output":2,"a":"two"}\n{"input":"open"}\n{"input":"many","output":["x","y"]}\n{"input":"1/0","output":null}\n',
    )
    const outputs = async (options = {}) =>
      (await new JsonlDataset({ path, ...options }).load()).map((row) => row.output)
    expect(await outputs()).toEqual(['2', undefined, undefined, undefined])
    expect(await outputs({ outputColumn: 'a', nRows: 1 })).toEqual(['two'])
    await expect(outputs({ outputColumn: 'output' })).rejects.toThrow('line 2 has no column "output"')
    const spoken = write('{"messages":[{"role":"user","content":"hi"}],"output":"x"}\n', 'messages.jsonl')
    const [row] = await new JsonlDataset({ path: spoken, messagesColumn: 'messages' }).load()
    expect(row?.output).toBeUndefined()
  })

  it('decompresses .gz files, stops at nRows, and never reads the bad line behind it', async () => {
    const path = write(gzipSync('{"input":"a"}\n{"input":"b"}\nbroken\n'), 'rows.jsonl.gz')
    const dataset = new JsonlDataset({ path })
    expect(await dataset.with({ nRows: 2 }).load()).toHaveLength(2)
    expect((await dataset.with({ skipRows: 1, nRows: 1 }).load()).map(({ index, input }) => [index, input])).toEqual([
      [1, 'b'],
    ])
    await expect(dataset.load()).rejects.toThrow('line 3 is not JSON')
  })

  it('reads .csv files with a header line, every value a text, as the same columns', async () => {
    const text = '\uFEFFtopic,maxWords,output\r\n"rain, ""soft""",12,\r\n"old\npond",13,frog\r\n'
    for (const path of [write(text, 'rows.csv'), write(gzipSync(text), 'rows.csv.gz')]) {
      const dataset = new JsonlDataset({ path, inputColumn: 'topic', promptTemplate: '{input}: {maxWords} words.' })
      const rows = await dataset.load()
      expect(rows.map(({ index, input, output, columns }) => [index, input, output, columns.maxWords])).toEqual([
        [0, 'rain, "soft"', '', '12'],
        [1, 'old\npond', 'frog', '13'],
      ])
      expect(dataset.messages(rows[1]!)).toEqual([{ role: 'user', content: 'old\npond: 13 words.' }])
      expect((await dataset.with({ skipRows: 1 }).load()).map(({ index }) => index)).toEqual([1])
    }
  })

  it.each([
    ['a,b\nx,1\ny\n', {}, 'rows.csv line 2 has no column "input" (it has a, b)'],
    ['input,b\nx,1\n\ny\n', {}, 'rows.csv line 4 has 1 fields and the header has 2'],
    ['input\n', {}, 'dataset rows.csv has no rows; a header line names the columns'],
    ['', {}, 'dataset rows.csv has no rows; a header line names the columns'],
    ['input\nx\n', { outputColumn: 'answer' }, 'rows.csv line 2 has no column "answer"'],
  ])('says of the CSV text %j what is wrong and where', async (text, options, message) => {
    const path = write(text, 'rows.csv')
    const error = await new JsonlDataset({ path, ...options }).load().catch((thrown: Error) => thrown)
    expect(String(error).replaceAll(path, 'rows.csv')).toContain(message)
  })

  it('makes messages with its own format, and with() changes a copy only', async () => {
    const path = write('{"input":"rain"}\n')
    const dataset = new JsonlDataset({ path, promptTemplate: 'On {input}.' })
    const [row] = await dataset.load()
    expect(dataset.with({ systemPrompt: 'Hi.' }).messages(row!)).toHaveLength(2)
    expect(dataset.messages(row!)).toEqual([{ role: 'user', content: 'On rain.' }])
  })

  it('takes the last user message for the input of a chat row', async () => {
    const chat = [
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'x' },
      { role: 'user', content: 'last' },
    ]
    const dataset = new JsonlDataset({ path: write(`${JSON.stringify({ chat })}\n`), messagesColumn: 'chat' })
    const [row] = await dataset.load()
    expect(row?.input).toBe('last')
    expect(dataset.messages(row!)).toEqual(chat)
  })

  it.each([
    ['{"input":"a"}\n\n{"input": }\n', 'data', 'rows.jsonl line 3 is not JSON ('],
    ['{"input":"a"}\n[1]\n', 'data', 'rows.jsonl line 2 is [1]; each line must be one JSON object'],
    ['{"input":5}\n', 'data', 'rows.jsonl line 1 has 5 in column "input", which must be text'],
    [
      '{"inputs":"a","b":1}\n',
      'config',
      'rows.jsonl line 1 has no column "input"; did you mean "inputs"? (it has inputs, b)',
    ],
    [
      '{"question":"a"}\n',
      'config',
      'rows.jsonl line 1 has no column "input" (it has question); set inputColumn of the dataset to one of them',
    ],
    ['', 'data', 'dataset rows.jsonl has no rows'],
    ['\n\n', 'data', 'dataset rows.jsonl has no rows'],
    [Buffer.from('{"input":"a"}\n{"input":"\xff"}\n', 'latin1'), 'data', 'rows.jsonl is not UTF-8 text after line'],
  ])('says of %j what is wrong and where', async (content, boundary, message) => {
    const error = await failure(content)
    expect(error.boundary).toBe(boundary)
    expect(error.message).toContain(message)
  })

  it('says when the file is missing, a folder, or a damaged archive', async () => {
    const gone = new JsonlDataset({ path: join(folder, 'gone.jsonl') })
    await expect(gone.load()).rejects.toMatchObject({ boundary: 'data', code: 'unreadable-file' })
    await expect(gone.load()).rejects.toThrow('there is no file')
    await expect(new JsonlDataset({ path: folder }).load()).rejects.toThrow('is a folder; give a file')
    const half = gzipSync('{"input":"a"}\n'.repeat(1000)).subarray(0, 40)
    await expect(new JsonlDataset({ path: write(half, 'half.jsonl.gz') }).load()).rejects.toMatchObject({
      code: 'unreadable-file',
    })
    await expect(new JsonlDataset({ path: write('x', 'no.jsonl.gz') }).load()).rejects.toThrow('cannot be read')
  })

  it('refuses a system prompt beside a messages column, and unknown options', () => {
    const path = 'x.jsonl'
    expect(() => new JsonlDataset({ path, messagesColumn: 'chat', systemPrompt: 'Hi.' })).toThrow(
      'leave systemPrompt out',
    )
    expect(() => new JsonlDataset({ path, inputColum: 'q' } as never)).toThrow('did you mean "inputColumn"?')
    expect(() => new JsonlDataset({ path, promptTemplate: '{' })).toThrow('without its partner')
  })

  it('stops when the signal aborts', async () => {
    const dataset = new JsonlDataset({ path: write('{"input":"a"}\n') })
    await expect(dataset.load({ signal: AbortSignal.abort() })).rejects.toMatchObject({ boundary: 'interrupted' })
  })
})

describe('splitLines', () => {
  it('finds the same lines however the bytes are cut, letters of several bytes included', async () => {
    const bytes = Buffer.from('één\r\n\ntwee\nüü')
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
      }
      const lines: string[] = []
      for await (const line of splitLines(chunks(), 'x')) lines.push(line)
      expect(lines).toEqual(['één', '', 'twee', 'üü'])
    }
  })
})
