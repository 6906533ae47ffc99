import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { GymError } from '../errors.js'
import { type FakeHub, startFakeHub } from '../hub/fake-hub.test.server.js'
import { HuggingFaceDataset, type HuggingFaceDatasetOptions } from './hugging-face-dataset.js'

const keywords = ['doves', 'narrow path', 'rain', 'snow', 'old pond', 'crow', 'moon']

function parquet(columnData: ColumnSource[], rowGroupSize?: number): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData, ...(rowGroupSize === undefined ? {} : { rowGroupSize }) }))
}

const haiku = parquet(
  [
    { name: 'text', data: keywords.map((word) => `a poem on ${word}`), type: 'STRING' },
    { name: 'keywords', data: keywords, type: 'STRING' },
    { name: 'gruen_score', data: keywords.map((_, at) => at / 8), type: 'DOUBLE' },
    { name: 'year', data: keywords.map((_, at) => 1600n + BigInt(at)), type: 'INT64' },
  ],
  3,
)

// Random-looking text does not compress: the column chunks are far apart in a file above the reader's first fetch.
const filler = Array.from({ length: 8000 }, (_, at) =>
  `${at} ${Buffer.from(`x${at * 7919}`).toString('base64')}`.repeat(12),
)
const big = parquet(
  [
    { name: 'input', data: filler.map((_, at) => `topic ${at}`), type: 'STRING' },
    { name: 'body', data: filler, type: 'STRING', codec: 'UNCOMPRESSED' },
  ],
  1000,
)

const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

let hub: FakeHub
let cacheDir: string

beforeAll(async () => {
  hub = await startFakeHub({
    datasets: {
      'statworx/haiku': { main: { 'README.md': 'x', 'data/train-00000-of-00001.parquet': haiku } },
      'two/shards': {
        main: {
          'data/train-00000-of-00002.parquet': parquet([{ name: 'input', data: ['a', 'b'], type: 'STRING' }]),
          'data/train-00001-of-00002.parquet': parquet([{ name: 'input', data: ['c', 'd'], type: 'STRING' }]),
          'data/test-00000-of-00001.parquet': parquet([{ name: 'input', data: ['t'], type: 'STRING' }]),
        },
      },
      'only/converted': {
        main: { 'haiku.csv': 'input\nfrom csv\n' },
        'refs/convert/parquet': {
          'default/train/0000.parquet': parquet([{ name: 'input', data: ['converted'], type: 'STRING' }]),
        },
      },
      'only/text': {
        main: {
          'train.csv': 'input,answer\nfrom csv,1\n',
          'train.jsonl': lines([{ input: 'from jsonl' }]),
          'validation.csv': 'input,answer\r\n"a ""b"",\nc",2\r\n\r\nplain,\r\n',
        },
        v1: { 'train.jsonl.gz': gzipSync(lines([{ input: 'first version' }])) },
      },
      'many/configs': {
        main: { 'main/train.jsonl': lines([{ input: 'm' }]), 'socratic/train.jsonl': lines([{ input: 's' }]) },
      },
      'a/big': { main: { 'train.parquet': big } },
      'cut/short': { main: { 'train.parquet': haiku.subarray(0, haiku.length - 40) } },
      'no/data': { main: { 'README.md': 'x' } },
      'no/rows': { main: { 'train.jsonl': '\n' } },
      'bad/json': { main: { 'train.jsonl': '{"input":"a"}\n{"input"\n' } },
      'chat/rows': {
        main: {
          'train.parquet': parquet([
            { name: 'messages', data: [JSON.stringify([{ role: 'user', content: 'hi' }])], type: 'STRING' },
          ]),
        },
      },
    },
  })
})
afterAll(() => hub[Symbol.asyncDispose]())
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'gym-hub-'))
  hub.mode = 'normal'
  hub.requests.length = 0
  hub.sent = 0
})
afterEach(() => rmSync(cacheDir, { recursive: true }))

const dataset = (hfRepo: string, options: Partial<HuggingFaceDatasetOptions> = {}) =>
  new HuggingFaceDataset({ hfRepo, inputColumn: 'input', hubUrl: hub.url, cacheDir, ...options })

const inputs = async (from: HuggingFaceDataset) => (await from.load()).map((row) => row.input)

async function failureOf(from: HuggingFaceDataset, signal?: AbortSignal): Promise<GymError> {
  const error = await from.load({ ...(signal === undefined ? {} : { signal }) }).then(
    () => new Error('loaded'),
    (thrown: unknown) => thrown,
  )
  return error as GymError
}

const leftovers = () =>
  readdirSync(cacheDir, { recursive: true, encoding: 'utf8' }).filter((name) => /part|jsonl/.test(name))

describe('HuggingFaceDataset', () => {
  it("reads a parquet dataset as the tutorial writes it, and makes the tutorial's messages", async () => {
    const haikus = dataset('statworx/haiku', {
      inputColumn: 'keywords',
      outputColumn: 'text',
      systemPrompt: 'You are a haiku poet.',
      promptTemplate: 'Write a haiku about {input}.',
      nRows: 5,
    })
    const rows = await haikus.load()
    expect(rows.map((row) => row.input)).toEqual(keywords.slice(0, 5))
    expect(rows[1]).toEqual({
      index: 1,
      input: 'narrow path',
      output: 'a poem on narrow path',
      columns: { text: 'a poem on narrow path', keywords: 'narrow path', gruen_score: 1 / 8, year: 1601 },
    })
    expect(haikus.messages(rows[1]!)).toEqual([
      { role: 'system', content: 'You are a haiku poet.' },
      { role: 'user', content: 'Write a haiku about narrow path.' },
    ])
    expect([haikus.name, haikus.applyChatTemplate]).toEqual(['statworx/haiku[train]', true])
  })

  it('probes with a byte range, as the hub client does', async () => {
    await dataset('statworx/haiku', { inputColumn: 'keywords' }).load()
    const [path] = hub.requests.filter((line) => line.includes('/resolve/'))
    expect(path).toBe('GET /datasets/statworx/haiku/resolve/main/data/train-00000-of-00001.parquet bytes=0-0')
  })

  it('works offline once prepared, for as many rows or fewer, and asks again for more', async () => {
    const five = dataset('statworx/haiku', { inputColumn: 'keywords', nRows: 5 })
    await five.load()
    hub.mode = 'unavailable'
    expect(await inputs(five)).toEqual(keywords.slice(0, 5))
    expect(await inputs(five.with({ nRows: 2 }))).toEqual(keywords.slice(0, 2))
    expect(await inputs(five.with({ skipRows: 2, nRows: 3 }))).toEqual(keywords.slice(2, 5))
    expect(await failureOf(five.with({ skipRows: 1 }))).toMatchObject({ boundary: 'provider', code: 'hub-failed' })
    expect(await inputs(five.with({ promptTemplate: 'Other {input}' }))).toHaveLength(5)
    expect(await failureOf(five.with({ nRows: 6 }))).toMatchObject({ boundary: 'provider', code: 'hub-failed' })
    hub.mode = 'normal'
    expect(await inputs(five.with({ nRows: 6 }))).toEqual(keywords.slice(0, 6))
    expect(leftovers().map((name) => name.replace(/-[0-9a-f]{12}/, '-HASH'))).toEqual([
      'statworx/haiku/default-train-HASH-first5.jsonl',
      'statworx/haiku/default-train-HASH-first6.jsonl',
    ])
  })

  it('downloads again when told to', async () => {
    const haikus = dataset('statworx/haiku', { inputColumn: 'keywords', alwaysPrepare: true })
    await haikus.load()
    const first = hub.requests.length
    await haikus.load()
    expect(hub.requests.length).toBe(2 * first)
  })

  it('fetches a small part of a big file for a few rows, less still for a few columns', async () => {
    expect(await inputs(dataset('a/big', { nRows: 3 }))).toEqual(['topic 0', 'topic 1', 'topic 2'])
    const allColumns = hub.sent
    hub.sent = 0
    const narrow = await dataset('a/big', { nRows: 3, columns: [] }).load()
    expect(narrow[2]?.columns).toEqual({ input: 'topic 2' })
    expect(big.length).toBeGreaterThan(1_200_000)
    // 512 KiB of it are the first fetch, for the footer.
    expect(allColumns).toBeLessThan(0.7 * big.length)
    expect(hub.sent).toBeLessThan(allColumns)
    expect(await inputs(dataset('a/big', { columns: [] }))).toHaveLength(8000)
  })

  it('joins shards in order and knows splits', async () => {
    expect(await inputs(dataset('two/shards'))).toEqual(['a', 'b', 'c', 'd'])
    expect(await inputs(dataset('two/shards', { nRows: 3 }))).toEqual(['a', 'b', 'c'])
    expect(await inputs(dataset('two/shards', { hfSplit: 'test' }))).toEqual(['t'])
    expect((await failureOf(dataset('two/shards', { hfSplit: 'tst' }))).message).toBe(
      'dataset "two/shards" has no split "tst"; did you mean "test"? (it has test, train)',
    )
  })

  it("prefers the hub's parquet conversion to CSV, unless a revision is asked for", async () => {
    expect(await inputs(dataset('only/converted'))).toEqual(['converted'])
    expect(await inputs(dataset('only/converted', { hfRevision: 'main' }))).toEqual(['from csv'])
  })

  it('reads JSONL before CSV, other revisions, and compressed files', async () => {
    expect(await inputs(dataset('only/text'))).toEqual(['from jsonl'])
    expect(await inputs(dataset('only/text', { hfRevision: 'v1' }))).toEqual(['first version'])
  })

  it('reads CSV with quotes, line ends inside quotes and CRLF', async () => {
    const rows = await dataset('only/text', { hfSplit: 'validation', outputColumn: 'answer' }).load()
    expect(rows.map(({ input, output }) => [input, output])).toEqual([
      ['a "b",\nc', '2'],
      ['plain', ''],
    ])
  })

  it('asks for a config where there are several', async () => {
    expect(await failureOf(dataset('many/configs'))).toMatchObject({
      boundary: 'config',
      message: 'dataset "many/configs" has several configs (main, socratic); choose one with hfConfig',
    })
    expect(await inputs(dataset('many/configs', { hfConfig: 'socratic' }))).toEqual(['s'])
    expect((await failureOf(dataset('many/configs', { hfConfig: 'socrates' }))).message).toContain(
      'has no config "socrates"; did you mean "socratic"?',
    )
  })

  it('takes chat rows from a messages column', async () => {
    const chat = new HuggingFaceDataset({ hfRepo: 'chat/rows', messagesColumn: 'messages', hubUrl: hub.url, cacheDir })
    const [row] = await chat.load()
    expect(chat.messages(row!)).toEqual([{ role: 'user', content: 'hi' }])
  })

  it.each([
    ['no/such', {}, 'config', /^127\.0\.0\.1:\d+ has no dataset "no\/such"; check the name/],
    ['only/text', { hfRevision: 'v9' }, 'config', /has no dataset "only\/text" at revision "v9"/],
    ['no/data', {}, 'config', /^dataset "no\/data" has no parquet, JSONL or CSV file; download it yourself/],
    ['no/rows', {}, 'data', /^dataset no\/rows\[train\] has no rows/],
    ['bad/json', {}, 'data', /^train\.jsonl of bad\/json line 2 is not JSON/],
    [
      'statworx/haiku',
      { inputColumn: 'keyword' },
      'config',
      /has no column "keyword"; did you mean "keywords"\? \(it has text, keywords, gruen_score, year\)/,
    ],
    [
      'only/text',
      { inputColumn: 'inptu' },
      'config',
      /train\.jsonl of only\/text has no column "inptu"; did you mean "input"/,
    ],
    ['statworx/haiku', { inputColumn: 'year' }, 'data', /^row 0 of statworx\/haiku\[train\] has 1600 in column "year"/],
    [
      'cut/short',
      {},
      'data',
      /^train\.parquet of cut\/short cannot be read as parquet \(.+\); it is damaged or cut short/,
    ],
  ])('says of %s with %j what is wrong', async (repo, options, boundary, message) => {
    const error = await failureOf(dataset(repo, options))
    expect(error).toMatchObject({ boundary, message: expect.stringMatching(message) })
    expect(leftovers().filter((name) => name.includes('.part'))).toEqual([])
  })

  it.each([
    [
      'gated',
      'config',
      /refuses dataset "statworx\/haiku" \(status 401\): it is private, gated, or not there.*HF_TOKEN/,
    ],
    ['unavailable', 'provider', /answered status 503 for dataset "statworx\/haiku"; try again later/],
    ['nonsense', 'provider', /answered for dataset "statworx\/haiku" in a way that cannot be used/],
    ['cut-body', 'provider', /could not reach 127\.0\.0\.1:\d+ for dataset "statworx\/haiku" \(UND_ERR_SOCKET\)/],
  ] as const)('says what happened when the hub is %s, and keeps nothing', async (mode, boundary, message) => {
    hub.mode = mode
    const error = await failureOf(dataset('statworx/haiku', { inputColumn: 'keywords' }))
    expect(error).toMatchObject({ boundary, message: expect.stringMatching(message) })
    expect(leftovers()).toEqual([])
  })

  it('says what works without network when the hub cannot be reached', async () => {
    const gone = await startFakeHub({})
    await gone[Symbol.asyncDispose]()
    const error = await failureOf(dataset('statworx/haiku', { hubUrl: gone.url }))
    expect(error).toMatchObject({ boundary: 'provider', code: 'hub-unreachable' })
    expect(error.message).toBe(
      `could not reach ${new URL(gone.url).host} for dataset "statworx/haiku" (ECONNREFUSED); check the network, or name another hub with hubUrl or HF_ENDPOINT; without network, use JsonlDataset, HaikuTopics, or rows that were prepared before`,
    )
  })

  it.each(['hang', 'hang-in-body'] as const)('gives up at once on a server in mode %s when aborted', async (mode) => {
    hub.mode = mode
    const controller = new AbortController()
    hub.onHang = () => controller.abort(new Error('Ctrl-C'))
    const error = await failureOf(dataset('statworx/haiku', { inputColumn: 'keywords' }), controller.signal)
    expect(error).toMatchObject({ boundary: 'interrupted' })
    expect(error.message).toBe('the download of dataset "statworx/haiku" was interrupted')
    expect(leftovers()).toEqual([])
  })

  it('sends the access token', async () => {
    const seen: (string | null)[] = []
    const watching: typeof fetch = (input, init) => {
      seen.push(new Headers(init?.headers).get('authorization'))
      return fetch(input, init)
    }
    await dataset('two/shards', { accessToken: 'hf_secret', fetch: watching }).load()
    expect(new Set(seen)).toEqual(new Set(['Bearer hf_secret']))
  })

  it.each([
    [
      { hfRepo: '../etc' },
      'option "hfRepo" of HuggingFaceDataset must be a repository such as "owner/name", got "../etc"',
    ],
    [{ hfRepo: 'a/b', hfsplit: 'x' }, 'unknown option "hfsplit" of HuggingFaceDataset; did you mean "hfSplit"?'],
    [{ hfRepo: 'a/b', input_column: 'x' }, 'did you mean "inputColumn"?'],
    [{ hfRepo: 'a/b', inputColumn: undefined }, 'HuggingFaceDataset needs inputColumn or messagesColumn'],
    [{ hfRepo: 'a/b', hubUrl: 'ftp://x' }, 'option "hubUrl" of HuggingFaceDataset must be an http or https URL'],
    [{ hfRepo: 'a/b', accessToken: 'x' }, 'option "accessToken" of HuggingFaceDataset must start with "hf_"'],
    [{ hfRepo: 'a/b', outputFormat: 'csv' }, 'option "outputFormat" of HuggingFaceDataset must be "jsonl", got "csv"'],
  ])('refuses the options %j', (options, message) => {
    expect(() => new HuggingFaceDataset({ inputColumn: 'input', ...options } as never)).toThrow(message)
  })
})
