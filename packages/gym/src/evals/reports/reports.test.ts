import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { EvalRowRecord } from '../../store/records.js'
import { evalResultOf } from '../eval-result.js'
import { csvCell } from './csv-report.js'
import { junitReport } from './junit-report.js'
import { renderReport } from './render-report.js'
import { scoreBins, scoreHistogram } from './score-histogram.js'

const hostile = '<script>alert("x")</script>\n</pre>&amp; \u202e\u001b[31m =1+1, "quoted"\r\nend'

function row(rowIndex: number, change: Partial<EvalRowRecord> = {}): EvalRowRecord {
  return {
    ...{
      rowIndex,
      sampleIndex: 0,
      promptKey: `key-${rowIndex}`,
      prompt: `topic ${rowIndex}`,
      response: `text ${rowIndex}`,
    },
    ...{ score: rowIndex - 2, metadata: { exact: rowIndex === 2 }, finishReason: 'stop', tokens: 9, failure: null },
    scores: { topic: { score: rowIndex % 2, metadata: {}, failure: null } },
    ...change,
  }
}

const rows = [
  row(0),
  row(1, { response: hostile, prompt: hostile }),
  row(2),
  row(3, { score: null }),
  row(4, { score: null, failure: { boundary: 'reward', message: hostile } }),
  row(5, { scores: { topic: { score: null, metadata: {}, failure: { boundary: 'reward', message: '=cmd|x' } } } }),
]
const config = { scorers: ['haiku', 'topic'], seed: 3, gate: { haiku: { min: 99 } } }
const result = evalResultOf(
  {
    ...{ evalId: 'eval-1', state: 'completed', name: '<base> & "co"', model: 'tiny-poet', modelPath: null },
    ...{ deploymentId: null, config, pid: null, createdAt: 0, finishedAt: 1_500, summary: null, error: null },
  },
  rows,
)

/** Reads CSV as RFC 4180 has it. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]]
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    lines.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\r\n') lines.push([])
    if (cell.lastIndex === text.length) break
  }
  expect(cell.lastIndex).toBe(text.length)
  return lines.slice(0, -1)
}

describe('the HTML report', () => {
  const html = renderReport(result, 'html')

  it('shows what the model wrote and never obeys it', () => {
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|<link|<img|<iframe|\sstyle=|https?:/i)
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')
    expect(html).toContain('&lt;/pre&gt;&amp;amp; \\u202e\\e[31m =1+1')
    expect(html).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    expect(html).toContain('<h1>&lt;base&gt; &amp; &quot;co&quot;: mean score')
  })

  it('allows its own style by its hash and nothing else', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`)
  })

  it('keeps failures and abstentions apart from scores, for every scorer', () => {
    expect(html.match(/<h2>.*<\/h2>/g)).toEqual([
      '<h2>Gates</h2>',
      '<h2>Scores</h2>',
      '<h2>What the mean does not say</h2>',
      '<h2>Failed (1)</h2>',
      '<h2>Abstained (1)</h2>',
      '<h2>Responses (4)</h2>',
    ])
    expect(html).toContain('<li class="bad">gate haiku &gt;= 99 failed:')
    expect(html).toContain('<figcaption>Distribution of topic</figcaption>')
    expect(html).toMatch(/<td>haiku<\/td><td>0<\/td><td>[^<]*<\/td><td>4<\/td><td>1<\/td><td>1<\/td>/)
    expect(html).toContain('topic failed: =cmd|x')
    expect(html).toContain('<td>haiku -2.00<br>topic 0</td>')
  })

  it('closes what it opens', () => {
    const open: string[] = []
    const isVoid = (name: string) => /^(meta|br|line)$/.test(name)
    for (const [, close, name = '', self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
      if (close === '/') expect(open.pop()).toBe(name)
      else if (self !== '/' && !isVoid(name)) open.push(name)
    }
    expect(open).toEqual([])
  })
})

describe('the CSV report', () => {
  it('reads back as it was, one line a response', () => {
    const [titles = [], ...lines] = parseCsv(renderReport(result, 'csv'))
    const column = (title: string) => lines.map((line) => line[titles.indexOf(title)])
    expect(lines).toHaveLength(6)
    expect(column('response')[1]).toBe(hostile)
    expect(column('score')).toEqual(['-2', '-1', '0', '', '', '3'])
    expect(column('outcome')).toEqual(['scored', 'scored', 'scored', 'abstained', 'failed', 'scored'])
    expect(titles).toEqual(expect.arrayContaining(['outcome', 'scorer', 'score', 'score topic']))
    expect(new Set(column('scorer'))).toEqual(new Set(['haiku']))
    expect(column('score topic')).toEqual(['0', '1', '0', '1', '0', ''])
    expect(column('failure topic')[5]).toBe("'=cmd|x")
    expect(column('failure_message')[4]).toBe(hostile)
    expect(column('metadata')[0]).toBe('{"exact":false}')
  })

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '\u0000=1',
    '\uff1d1',
    '=HYPERLINK("x","y")',
  ])('disarms %j', (text) => {
    expect(parseCsv(`${csvCell(text)}\r\n`)).toEqual([[`'${text}`]])
  })

  it('leaves numbers and harmless texts alone', () => {
    expect([csvCell(-1.5), csvCell('a = b'), csvCell(''), csvCell(null), csvCell('old-pond')]).toEqual([
      '-1.5',
      'a = b',
      '',
      '',
      'old-pond',
    ])
  })
})

describe('the JSONL report', () => {
  it('is exact, one object a line', () => {
    const odd = { ...result, rows: [row(0, { response: `a\u2028b\n${hostile}` }), row(1)] }
    const text = renderReport(odd, 'jsonl')
    expect(text).not.toContain('\u2028')
    const lines = text.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      odd.rows.map((one) => ({
        evalId: 'eval-1',
        name: result.name,
        model: 'tiny-poet',
        outcome: 'scored',
        scorer: 'haiku',
        ...one,
      })),
    )
  })
})

describe('the JUnit report', () => {
  it('tells failures from errors, and is well-formed whatever the names hold', () => {
    const xml = junitReport({
      name: hostile,
      seconds: 1.5,
      cases: [
        { name: 'haiku >= -1', outcome: 'passed', message: 'fine' },
        { name: 'topic >= 1', outcome: 'failed', message: hostile },
        { name: 'evaluation', outcome: 'error', message: 'the GPU is gone' },
      ],
    })
    expect(xml).toContain('tests="3" failures="1" errors="1" time="1.500"')
    expect(xml).toContain('<error message="the GPU is gone"/>')
    expect(xml).toContain('name="haiku &gt;= -1"')
    expect(xml).not.toContain('<script')
    expect(xml).not.toMatch(/(?!\n)\p{Cc}/u)
  })
})

describe('the histogram', () => {
  it('has a bar a value for few values, and equal ranges for many', () => {
    expect(scoreBins([1, 0, 1, 1])).toEqual([
      { low: 0, high: 0, count: 1 },
      { low: 1, high: 1, count: 3 },
    ])
    const many = Array.from({ length: 101 }, (_, index) => index)
    const bins = scoreBins(many)
    expect(bins.map(({ count }) => count)).toEqual([...new Array(19).fill(5), 6])
    expect(bins.at(-1)).toEqual({ low: 95, high: 100, count: 6 })
  })

  it('holds the most extreme scores and draws nothing of nothing', () => {
    const extremes = [-Number.MAX_VALUE, Number.MAX_VALUE, ...Array.from({ length: 30 }, (_, index) => index)]
    const bins = scoreBins(extremes)
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(32)
    expect(scoreHistogram(extremes, 'x')).not.toMatch(/NaN|Infinity/)
    expect(scoreHistogram([], 'x')).toBe('')
  })
})
