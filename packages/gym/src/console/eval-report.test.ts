import { describe, expect, it } from 'vitest'
import type { Comparison } from '../evals/compare-evals.js'
import type { EvalResult } from '../evals/eval-result.js'
import type { EvalRowRecord } from '../store/records.js'
import { createColors } from './colors.js'
import { renderComparisonReport } from './comparison-report.js'
import { renderEvalReport } from './eval-report.js'
import { renderEvalTable } from './eval-table.js'

const colors = createColors(false)

function row(rowIndex: number, change: Partial<EvalRowRecord> = {}): EvalRowRecord {
  return {
    rowIndex,
    sampleIndex: 0,
    promptKey: `key-${rowIndex}`,
    prompt: `topic ${rowIndex}`,
    response: `old pond\na frog ${rowIndex}\nsplash`,
    score: -rowIndex,
    metadata: {},
    finishReason: 'stop',
    tokens: 9,
    failure: null,
    ...change,
  }
}

const result: EvalResult = {
  evalId: 'eval-1',
  name: 'base',
  model: 'tiny-poet',
  deploymentId: 'dep-1',
  rows: [0, 1, 2, 3, 4, 5].map((index) => row(index)),
  mean: -3.154,
  ci: [-3.32, -2.99],
  total: 6,
  scored: 6,
  abstained: 0,
  failed: 0,
  failuresByBoundary: {},
  details: { exact: 0.041, topic: 0.755 },
  diversity: { distinct2: 0.71, topLine: { text: 'old pond', share: 0.02 }, uniqueShare: 0.99 },
  scorers: [],
  gates: [],
  seconds: 12.3,
  seed: 7,
}

describe('evaluation report', () => {
  it('shows three lines of a prompt at most', () => {
    const rows = [row(0, { prompt: 'pond '.repeat(500) })]
    const title = renderEvalReport({ ...result, rows }, { width: 80, colors }).find((line) =>
      line.includes('pond pond'),
    )
    expect(title).toMatch(/pond… {2}score 0$/)
    expect(title?.length).toBeLessThan(3 * 80 + 20)
  })

  it('shows every scorer by itself, what several samples come to, and each gate', () => {
    const { name: _, ...counts } = { ...result, name: '' }
    const { total, abstained, failed, failuresByBoundary } = counts
    const topic = {
      name: 'topic',
      mean: null,
      ci: null,
      total,
      scored: 0,
      abstained: 6,
      failed,
      failuresByBoundary,
      details: {},
    }
    const haiku = { ...topic, name: 'haiku', mean: -3.154, ci: result.ci, scored: 6, abstained }
    const interval = { mean: 0.5, ci: [0.25, 0.75], nRows: 6 } as const
    const gate = { scorer: 'haiku', min: -1, ci: 0.95, mean: -3, low: -3.3, scored: 6, total: 6, passed: false }
    const shown = renderEvalReport(
      {
        ...result,
        scorers: [haiku, topic],
        gates: [{ ...gate, sentence: 'gate haiku >= -1 failed' }],
        meanAtK: { ...interval, k: 4 },
        passAtK: [{ ...interval, k: 1, passThreshold: 0 }],
      },
      { width: 110, colors, nSamples: 0 },
    )
    expect(shown.slice(2, 9)).toEqual([
      '  mean@4 0.500 (0.250 to 0.750) · pass@1 50% (25% to 75%) · a score of 0 or more passes',
      '',
      'scorer   mean    95% interval  n  abstained  failed',
      'haiku   -3.15  -3.32 to -2.99  6          0       0',
      'topic       –               –  0          6       0',
      '',
      '  gate haiku >= -1 failed',
    ])
  })

  it('gives the mean first, then diversity, then responses spread evenly over the dataset', () => {
    expect(renderEvalReport(result, { width: 100, colors, nSamples: 2 }).join('\n')).toMatchInlineSnapshot(`
      "base: mean score -3.15  (95% interval -3.32 to -2.99)
        exact 4.1% · topic 76% · distinct-2 0.71 · 99% distinct responses · commonest line 2.0% "old pond"
        6 responses of tiny-poet to 6 prompts, seed 7, 12.3 s, eval-1

        topic 1  score -1.00
          old pond
          a frog 1
          splash

        topic 4  score -4.00
          old pond
          a frog 4
          splash"
    `)
  })

  it('keeps failures and abstentions apart from the mean, with the first reason', () => {
    const failure = { boundary: 'provider', message: 'no answer\u001b[2J from the server' } as const
    const rows = [row(0), row(1, { score: null, failure }), row(2, { score: null })]
    const partly = {
      ...result,
      rows,
      total: 3,
      scored: 1,
      failed: 1,
      abstained: 1,
      failuresByBoundary: { provider: 1 },
    }
    const lines = renderEvalReport(partly, { width: 100, colors, nSamples: 1 })
    expect(lines).toContain('  1 of 3 failed (provider 1) and are not in the mean')
    expect(lines).toContain('  first failure: no answer\\e[2J from the server')
    expect(lines).toContain('  1 of 3 could not be scored and are not in the mean')
  })

  it('says so when one response gives no interval', () => {
    const single = { ...result, ci: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const }
    expect(renderEvalReport(single, { width: 100, colors })[0]).toBe(
      'base: mean score -3.15  (too few prompts for an interval)',
    )
  })

  it('shows equal scores as no certainty', () => {
    const equal = { ...result, ci: [-3.15, -3.15] as const }
    expect(renderEvalReport(equal, { width: 100, colors })[0]).toBe(
      'base: mean score -3.15  (equal scores give no interval)',
    )
    expect(renderEvalTable([equal], { width: 120, colors }).join('\n')).toContain('all equal')
  })

  it('cuts a long response and shows terminal escapes in it', () => {
    const long = { ...result, rows: [row(0, { response: `\u001b[2J\n${'line\n'.repeat(30)}` })] }
    const lines = renderEvalReport(long, { width: 100, colors })
    expect(lines.slice(-13)).toEqual(['    \\e[2J', ...Array(11).fill('    line'), '    …'])
  })
})

describe('evaluation table', () => {
  it('shows a detail of any name as a share where it was a boolean', () => {
    const rows = [row(0, { metadata: { noZ: true, exact: 6 } }), row(1, { metadata: { noZ: false, exact: 7.4 } })]
    const told = { ...result, rows, details: { noZ: 0.5, exact: 6.7 } }
    expect(renderEvalTable([told], { width: 120, colors })[1]).toMatch(/ 50% +6\.70 /)
    expect(renderEvalReport(told, { width: 100, colors })[1]).toContain('noZ 50% · exact 6.70')
  })

  it('shows every mean with its interval, diversity and commonest line, and a dash for a missing detail', () => {
    const other = { ...result, name: 'trained', mean: 0.5, ci: [0.25, 0.75] as const, details: { exact: 0.5 } }
    expect(renderEvalTable([result, other], { width: 120, colors }).join('\n')).toMatchInlineSnapshot(`
      "evaluation   mean    95% interval  n  failed  exact  topic  dist-2  line  commonest line
      base        -3.15  -3.32 to -2.99  6       0   4.1%    76%    0.71  2.0%  "old pond"
      trained     0.500  0.250 to 0.750  6       0    50%      –    0.71  2.0%  "old pond""
    `)
  })
})

describe('comparison report', () => {
  it('gives difference, interval, p and verdict, then the verdict as a sentence', () => {
    const shown: Comparison = {
      a: 'base',
      b: 'trained',
      aEvalId: 'e1',
      bEvalId: 'e2',
      difference: 0.67,
      ci: [0.45, 0.89],
      p: 0.00004,
      unadjustedP: 0.00002,
      verdict: 'better',
      nPrompts: 200,
      unpaired: 0,
      moreNeeded: null,
      sentence: 'trained is better than base by 0.67 points (95 % interval 0.45 to 0.89, p < 0.0001, 200 prompts)',
    }
    const unclear: Comparison = {
      ...shown,
      b: 'other',
      difference: -0.1,
      ci: [-0.3, 0.1],
      p: 0.31,
      verdict: 'not shown',
      sentence: 'no difference between base and other is shown',
    }
    expect(renderComparisonReport([shown, unclear], { width: 80, colors }).join('\n')).toMatchInlineSnapshot(`
      "from  to       difference     95% interval        p  prompts  verdict
      base  trained      +0.670   0.450 to 0.890  <0.0001      200  better
      base  other        -0.100  -0.300 to 0.100   0.3100      200  not shown

      - trained is better than base by 0.67 points (95 % interval 0.45 to 0.89, p <
        0.0001, 200 prompts)
      - no difference between base and other is shown"
    `)
  })
})
