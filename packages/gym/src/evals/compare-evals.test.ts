import { describe, expect, it } from 'vitest'
import { deriveSeed, seededRandom } from '../random/seeded-random.js'
import type { EvalRowRecord } from '../store/records.js'
import { type Comparable, compareAllEvals, compareEvals } from './compare-evals.js'
import type { ScorerSummary } from './summarise-scores.js'

/** An evaluation of `prompts` prompts, `samples` each; prompts differ, and `effect` moves every score. */
function evaluation(name: string, effect: number, more: { prompts?: number; samples?: number; model?: string } = {}) {
  const { prompts = 60, samples = 4, model = 'tiny-poet' } = more
  const random = seededRandom(deriveSeed(1, name))
  const rows = Array.from({ length: prompts * samples }, (_, index): EvalRowRecord => {
    const rowIndex = Math.floor(index / samples)
    const prompt = seededRandom(deriveSeed(2, rowIndex)).next() * 4
    return {
      rowIndex,
      sampleIndex: index % samples,
      promptKey: `key-${rowIndex}`,
      prompt: `topic ${rowIndex}`,
      response: 'text',
      score: -prompt + effect + random.next(),
      metadata: {},
      finishReason: 'stop',
      tokens: 7,
      failure: null,
    }
  })
  return { evalId: `eval-${name}`, name, model, rows, seed: 3 } satisfies Comparable
}

const withScore = (change: (score: number) => number) => (row: EvalRowRecord) => ({
  ...row,
  score: row.score === null ? null : change(row.score),
})

/** Summaries of scorers of these names, the main one first. */
const scorers = (...names: readonly string[]): ScorerSummary[] =>
  names.map((name) => ({
    name,
    ...{ mean: 0, ci: [-1, 1], total: 1, scored: 1, abstained: 0, failed: 0, failuresByBoundary: {}, details: {} },
  }))

describe('compareEvals', () => {
  it('says better, by how much, and on what evidence', () => {
    const comparison = compareEvals(evaluation('base', 0), evaluation('trained', 1.4))
    expect(comparison).toMatchObject({ a: 'base', b: 'trained', verdict: 'better', nPrompts: 60, unpaired: 0 })
    expect(comparison.difference).toBeCloseTo(1.4, 1)
    expect(comparison.ci[0]).toBeLessThan(1.4)
    expect(comparison.p).toBe(comparison.unadjustedP)
    expect(comparison.moreNeeded).toBeNull()
    expect(comparison.sentence).toMatch(
      /^trained is better than base by 1\.\d\d points \(95 % interval 1\.\d\d to 1\.\d\d, p < 0\.0001, 60 prompts\)$/,
    )
  })

  it('says worse with the interval of how much worse', () => {
    const { verdict, sentence, difference } = compareEvals(evaluation('base', 0), evaluation('trained', -2))
    expect(verdict).toBe('worse')
    expect(difference).toBeLessThan(0)
    expect(sentence).toMatch(
      /^trained is worse than base by \d\.\d\d points \(95 % interval 1\.\d\d to 2\.\d\d, p < 0\.0001, 60 prompts\)$/,
    )
  })

  it('says not shown, and how many more prompts would show it', () => {
    const { verdict, sentence, moreNeeded, p } = compareEvals(
      evaluation('base', 0, { prompts: 8, samples: 1 }),
      evaluation('trained', 0.15, { prompts: 8, samples: 1 }),
    )
    expect(verdict).toBe('not shown')
    expect(p).toBeGreaterThan(0.05)
    expect(moreNeeded).toBeGreaterThan(0)
    expect(sentence).toMatch(
      /^no difference between base and trained is shown: trained scored 0\.\d\d points (higher|lower) \(95 % interval -0\.\d\d to 0\.\d\d, p = 0\.\d{3}, 8 prompts\); if a difference of this size is real, about [\d,]+ more prompts would show it$/,
    )
  })

  it('says that so few prompts can show nothing, however far the interval is from 0', () => {
    const few = { prompts: 4, samples: 4 }
    const { verdict, ci, sentence } = compareEvals(evaluation('base', 0, few), evaluation('trained', 9, few))
    expect(verdict).toBe('not shown')
    expect(ci[0]).toBeGreaterThan(1)
    expect(sentence).toContain(
      'p = 0.125, 4 prompts); too few prompts to show any difference: 6 at least; if a difference of this size is real, about 2 more prompts would show it',
    )
    const enough = { prompts: 6, samples: 4 }
    const six = compareEvals(evaluation('base', 0, enough), evaluation('trained', 9, enough))
    expect(six.verdict).toBe('better')
  })

  it('says the same of an evaluation compared with itself', () => {
    const { verdict, sentence, moreNeeded } = compareEvals(evaluation('base', 0), evaluation('base', 0))
    expect({ verdict, moreNeeded }).toEqual({ verdict: 'not shown', moreNeeded: null })
    expect(sentence).toBe(
      'base [eval-base] and base [eval-base] score the same (equal differences give no interval, p = 1.000, 60 prompts)',
    )
  })

  it('claims nothing of how many more prompts would show the difference of a single one', () => {
    const [a, b] = [evaluation('base', 0, { prompts: 1 }), evaluation('trained', 1, { prompts: 1 })]
    const { verdict, moreNeeded, sentence } = compareEvals(a, b)
    expect({ verdict, moreNeeded }).toEqual({ verdict: 'not shown', moreNeeded: null })
    expect(sentence).toMatch(
      /higher \(one prompt gives no interval, p = 1\.000, 1 prompt\); too few prompts to show any difference: 6 at least$/,
    )
  })

  it('gives equal differences no interval that would read as certain', () => {
    const base = evaluation('base', 0)
    const shifted = { ...base, name: 'shifted', evalId: 'eval-2', rows: base.rows.map(withScore((score) => score + 2)) }
    expect(compareEvals(base, shifted).sentence).toBe(
      'shifted is better than base by 2.00 points (equal differences give no interval, p < 0.0001, 60 prompts)',
    )
    const passed = { ...base, rows: base.rows.map(withScore(() => 1)) }
    expect(compareEvals(passed, { ...passed, name: 'trained' }).sentence).toBe(
      'trained and base score the same (95 % interval -0.06 to 0.06, p = 1.000, 60 prompts)',
    )
  })

  it('refuses points of two scorers, and says by which it could compare', () => {
    const base = { ...evaluation('base', 0), scorers: scorers('haiku', 'topic') }
    const other = { ...evaluation('other', 1), scorers: scorers('exact', 'topic') }
    expect(() => compareEvals(base, other)).toThrow(
      '"base" was scored by "haiku" and "other" by "exact", whose points are not the same; compare by a scorer of both: training-gym compare eval-base eval-other --scorer topic',
    )
    expect(() => compareEvals(base, { ...other, scorers: scorers('exact') })).toThrow(
      'score the responses of one as those of the other: training-gym rescore eval-other --reward haiku',
    )
    expect(() => compareEvals(base, evaluation('x', 0), { ...other, scorers: scorers('exact') })).toThrow(
      expect.objectContaining({ boundary: 'config', code: 'different-scorers' }),
    )
    expect(compareEvals({ ...base, scorer: 'topic' }, { ...other, scorer: 'topic' }).verdict).toBe('better')
    expect(compareEvals(base, { ...other, scorers: scorers('haiku') })).not.toHaveProperty('scorers')
  })

  it('says how the responses are scored by the same scorer: in a config file where it is one of the user', () => {
    const judged = { ...evaluation('judged', 0), scorers: scorers('evalFn') }
    const multi = { ...evaluation('multi', 1), scorers: scorers('task') }
    for (const pair of [[judged, multi] as const, [multi, judged] as const]) {
      expect(() => compareEvals(...pair)).toThrow(
        'training-gym rescore eval-judged --config <a config file with "task">',
      )
    }
    const exact = { ...multi, scorers: scorers('exactMatch') }
    expect(() => compareEvals(exact, multi)).toThrow('training-gym rescore eval-multi --reward exact-match')
    const inline = { ...multi, scorers: scorers('reward') }
    expect(() => compareEvals(inline, judged)).toThrow(
      'training-gym rescore eval-multi --config <a config file with the scorer for both>',
    )
    expect(compareEvals(judged, { ...judged, name: 'again' })).not.toHaveProperty('scorers')
  })

  it('refuses a scorer without a name beside one that has one', () => {
    const multi = { ...evaluation('multi', 1), scorers: scorers('task') }
    for (const nameless of ['evalFn', 'evalResponseFn', 'reward']) {
      const judged = { ...evaluation('judged', 0), scorers: scorers(nameless) }
      expect(() => compareEvals(judged, multi)).toThrow(expect.objectContaining({ code: 'different-scorers' }))
    }
  })

  it('compares what was scored during training, where the name of the reward is not kept, and names both', () => {
    const base = { ...evaluation('base', 0), scorers: scorers('haiku') }
    const during = { ...evaluation('during', 1), scorers: scorers('reward'), trainingRunId: 'run-1' }
    const byEvalFn = { ...base, scorers: scorers('evalFn') }
    expect(() => compareEvals(byEvalFn, during)).toThrow(expect.objectContaining({ code: 'different-scorers' }))
    const comparison = compareEvals(base, during)
    expect(comparison).toMatchObject({ verdict: 'better', scorers: ['haiku', 'reward'] })
    expect(comparison.sentence).toContain('60 prompts, base scored by "haiku", during by "reward")')
  })

  it('pairs by prompt whatever the order, averages its samples, and counts what has no partner', () => {
    const base = evaluation('base', 0)
    const trained = evaluation('trained', 1)
    const shuffled = { ...trained, rows: seededRandom(1).shuffle(trained.rows) }
    const plain = compareEvals(base, trained)
    expect(compareEvals(base, shuffled).difference).toBeCloseTo(plain.difference, 12)

    const unscored = (row: EvalRowRecord) => (row.rowIndex < 5 ? { ...row, score: null } : row)
    const partly = compareEvals(base, { ...trained, rows: trained.rows.map(unscored) })
    expect(partly).toMatchObject({ nPrompts: 55, unpaired: 5, verdict: 'better' })
    expect(partly.sentence).toContain('55 prompts, 5 prompts scored in one of them only left out)')

    const oneSample = { ...trained, rows: trained.rows.filter((row) => row.sampleIndex === 0 || row.rowIndex > 0) }
    expect(compareEvals(base, oneSample).nPrompts).toBe(60)
  })

  it('refuses evaluations without a common prompt', () => {
    const other = evaluation('other', 0)
    const elsewhere = { ...other, rows: other.rows.map((row) => ({ ...row, promptKey: `x${row.promptKey}` })) }
    expect(() => compareEvals(evaluation('base', 0), elsewhere)).toThrow(
      '"base" (60 prompts) and "other" (60 prompts) have no scored prompt in common; evaluate both on the same dataset with the same prompt',
    )
  })

  it('compares each of three with each later one and corrects for having looked three times', () => {
    const [base, trained, trainedOn] = [evaluation('base', 0), evaluation('trained', 0.1), evaluation('on', 1)] as const
    const comparisons = compareEvals(base, trained, trainedOn)
    expect(comparisons.map(({ a, b }) => [a, b])).toEqual([
      ['base', 'trained'],
      ['base', 'on'],
      ['trained', 'on'],
    ])
    expect(comparisons[0]?.unadjustedP).toBe(compareEvals(base, trained).p)
    for (const { p, unadjustedP } of comparisons) expect(p).toBeGreaterThanOrEqual(unadjustedP)
    expect(comparisons[1]?.p).toBeCloseTo(3 * (comparisons[1]?.unadjustedP ?? 0), 12)
    expect(comparisons[1]).toMatchObject({ verdict: 'better' })
    expect(comparisons[1]?.sentence).toContain('corrected for 3 comparisons')
    expect(compareAllEvals([base])).toEqual([])
  })

  it('tells evaluations of one name apart by their model', () => {
    const { sentence } = compareEvals(evaluation('haiku', 0), {
      ...evaluation('haiku', 1, { model: 'iter_0000009' }),
      evalId: 'eval-2',
    })
    expect(sentence).toMatch(/^haiku \[iter_0000009\] is better than haiku \[tiny-poet\]/)
  })

  it('gives the same figures every time', () => {
    const once = compareEvals(evaluation('base', 0), evaluation('trained', 0.1))
    expect(compareEvals(evaluation('base', 0), evaluation('trained', 0.1))).toEqual(once)
  })
})
