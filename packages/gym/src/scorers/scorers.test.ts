import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { GymError } from '../errors.js'
import { scoreSample } from '../rewards/score-sample.js'
import type { Reward } from '../trip.js'
import { combine } from './combine.js'
import { exactMatch } from './exact-match.js'
import { fencedBlocks } from './fenced-blocks.js'
import { haikuScorer } from './haiku-scorer.js'
import { hostileInputs, sampleFor } from './hostile-inputs.test.support.js'
import { jsonSchemaMatch } from './json-schema-match.js'
import { regexMatch } from './regex-match.js'

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
const haiku = 'An old silent pond\nA frog jumps into the pond\nSplash! Silence again'

async function scoreOf(scorer: Reward, ...sample: Parameters<typeof sampleFor>): Promise<number | null> {
  const scored = await scoreSample(scorer, sampleFor(...sample))
  return scored.kind === 'scored' ? scored.score : null
}

describe('hostile responses', () => {
  const scorers = {
    exact: exactMatch({ whitespace: 'collapse', case: 'ignore' }),
    regex: regexMatch({ pattern: /^42$/, match: 'full' }),
    json: jsonSchemaMatch({ schema, validJsonScore: 0.5 }),
    fencedJson: jsonSchemaMatch({ schema: z.strictObject({ a: z.string() }), from: 'fence' }),
  }
  it.each(hostileInputs)('of %s earns nothing from any scorer, and makes none fail', async (_, response) => {
    for (const scorer of [scorers.exact, scorers.regex, scorers.fencedJson])
      expect(await scoreOf(scorer, response)).toBe(0)
    expect(await scoreOf(scorers.json, response)).toBe(isJson(response) ? 0.5 : 0)
    expect(await scoreOf(haikuScorer(), response)).toBeLessThan(0)
    const both = combine({ scorers: { exact: scorers.exact, regex: scorers.regex }, weights: { exact: 1, regex: 2 } })
    expect(await scoreOf(both, response)).toBe(0)
  })

  it('the prompt echoed earns nothing', async () => {
    const echo = sampleFor('').row.input
    for (const scorer of Object.values(scorers)) expect(await scoreOf(scorer, echo)).toBe(0)
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('haikuScorer', () => {
  it('is named, and tells whether the haiku is exact and names its topic', async () => {
    expect(haikuScorer().name).toBe('haiku')
    const { row } = sampleFor('', { input: 'frogs' })
    expect(await haikuScorer()(sampleFor(haiku, row))).toEqual({ score: 0, exact: true, topic: true })
    const other = sampleFor(haiku, { columns: { about: 'snow' } })
    expect(await haikuScorer({ topicColumn: 'about' })(other)).toEqual({ score: 0, exact: true, topic: false })
  })
})

describe('exactMatch', () => {
  it.each([
    [{}, ' 42\n', '42', 1],
    [{}, 'forty two', 'Forty two', 0],
    [{ case: 'ignore' }, 'STRASSE', 'strasse', 1],
    [{ whitespace: 'exact' }, '42 ', '42', 0],
    [{ whitespace: 'collapse' }, 'a  b\n c', 'a b c', 1],
    [{}, 'e\u0301', '\u00e9', 1],
    [{}, '', '', 1],
  ] as const)('with %j takes %j for %j: %d', async (options, response, output, score) => {
    expect(await scoreOf(exactMatch(options), response, { output })).toBe(score)
  })

  it('takes any answer of a list, and numbers as they are written', async () => {
    const scorer = exactMatch({ column: 'answers' })
    expect(await scoreOf(scorer, '7', { columns: { answers: ['seven', 7] } })).toBe(1)
    expect(await scoreOf(scorer, '8', { columns: { answers: ['seven', 7] } })).toBe(0)
  })

  it('says that a row has no reference instead of scoring it 0', async () => {
    const row = { output: undefined, columns: { answer: '42' } }
    await expect(scoreOf(exactMatch(), '42', row)).rejects.toThrow(
      "has no reference answer; set the dataset's outputColumn",
    )
    await expect(scoreOf(exactMatch({ column: 'anwser' }), '42', row)).rejects.toThrow(
      'no value in column "anwser"; it has "answer"',
    )
  })

  it('refuses an unknown option', () => {
    expect(() => exactMatch({ ignoreCase: true } as object)).toThrow('unknown option "ignoreCase" of exactMatch()')
  })
})

describe('regexMatch', () => {
  it.each([
    [{ pattern: /\bcat\b/ }, 'a cat sat', 1],
    [{ pattern: /cat|dog/, match: 'full' }, 'a dog', 0],
    [{ pattern: /cat|dog/, match: 'full' }, ' dog\n', 1],
    [{ pattern: /^b$/m, match: 'full' }, 'a\nb', 0],
    [{ pattern: '^a.b$' }, 'a\nb', 1],
  ] as const)('%o of %j scores %d', async (options, response, score) => {
    expect(await scoreOf(regexMatch(options), response)).toBe(score)
  })

  it('scores the same twice with a global pattern', async () => {
    const scorer = regexMatch({ pattern: /a/g })
    expect([await scoreOf(scorer, 'a'), await scoreOf(scorer, 'a')]).toEqual([1, 1])
  })

  it('is ended and named when its pattern backtracks for ever', async () => {
    const sample = sampleFor(`${'a'.repeat(40)}!`)
    const error = await scoreSample(regexMatch({ pattern: /^(a+)+$/ }), sample, { timeLimitMs: 50 }).catch(
      (thrown) => thrown,
    )
    expect(error).toMatchObject({ boundary: 'reward', code: 'reward-timeout' })
    expect(error.message).toContain('reward "regexMatch" did not finish')
  })

  it('refuses a pattern that is none', () => {
    expect(() => regexMatch({ pattern: '(' })).toThrow('option "pattern" of regexMatch() must be a regular expression')
  })
})

describe('fencedBlocks', () => {
  it('lets a longer fence hold shorter ones, and takes tildes', () => {
    const text = '````md\n```js\nx\n```\n````\ntext\n~~~ Python extra\ny\n~~~'
    expect(fencedBlocks(text)).toEqual([
      { language: 'md', text: '```js\nx\n```' },
      { language: 'python', text: 'y' },
    ])
  })
})

describe('jsonSchemaMatch', () => {
  const withFence = 'Here:\n```json\n{"a": "x"}\n```\nand\n```\nnot json\n```'

  it('scores JSON that matches 1, other JSON by validJsonScore, and says what is wrong', async () => {
    const scorer = jsonSchemaMatch({ schema, validJsonScore: 0.25 })
    expect(await scorer(sampleFor('{"a": "x"}'))).toEqual({ score: 1, validJson: true, matchesSchema: true })
    expect(await scorer(sampleFor('{"a": 1}'))).toEqual({
      score: 0.25,
      validJson: true,
      matchesSchema: false,
      problem: 'the value/a must be string',
    })
    expect(await scorer(sampleFor('{a: 1}'))).toMatchObject({ score: 0, validJson: false, matchesSchema: false })
  })

  it('looks into the fence only when asked', async () => {
    expect(await scoreOf(jsonSchemaMatch({ schema }), withFence)).toBe(0)
    expect(await scoreOf(jsonSchemaMatch({ schema, from: 'fence' }), withFence)).toBe(1)
    expect(await scoreOf(jsonSchemaMatch({ schema, from: 'fence' }), '{"a": "x"}')).toBe(1)
  })

  it('takes a zod schema, formats, and draft 7', async () => {
    expect(await scoreOf(jsonSchemaMatch({ schema: z.object({ n: z.int() }) }), '{"n": 1.5}')).toBe(0)
    const mail = jsonSchemaMatch({ schema: { type: 'string', format: 'email' } })
    expect([await scoreOf(mail, '"a@b.org"'), await scoreOf(mail, '"ab"')]).toEqual([1, 0])
    const pair = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'array', items: [{ type: 'number' }] }
    expect(await scoreOf(jsonSchemaMatch({ schema: pair }), '["x"]')).toBe(0)
  })

  it('refuses a schema with a misspelt keyword', () => {
    const make = () => jsonSchemaMatch({ schema: { type: 'object', requird: ['a'] } })
    expect(make).toThrow(GymError)
    expect(make).toThrow('unknown keyword: "requird"')
  })

  it('survives JSON nested too deep for a recursive schema', async () => {
    const recursive = { $ref: '#/$defs/n', $defs: { n: { type: 'array', items: { $ref: '#/$defs/n' } } } }
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    const scored = await scoreSample(jsonSchemaMatch({ schema: recursive }), sampleFor(deep))
    expect(
      scored.details.matchesSchema === true || scored.details.problem === 'the value is nested too deep to be checked',
    ).toBe(true)
  })
})

describe('combine', () => {
  const two: Reward = () => ({ score: 2, note: 'x', long: true })
  const abstains: Reward = () => ({ score: null, why: 'empty' })

  it('adds up weighted scores and shows every part', async () => {
    const scorer = combine({ scorers: { two, one: async () => 1 }, weights: { two: 0.5, one: -3 } })
    expect(await scorer(sampleFor('x'))).toEqual({ score: -2, two: 2, 'two.note': 'x', 'two.long': true, one: 1 })
  })

  it('abstains with a part that abstains, or leaves it out and rescales the rest', async () => {
    const parts = { scorers: { two, abstains }, weights: { two: 1, abstains: 3 } }
    expect(await combine(parts)(sampleFor('x'))).toMatchObject({
      score: null,
      'abstains.abstained': true,
      'abstains.why': 'empty',
    })
    expect(await combine({ ...parts, onNull: 'drop' })(sampleFor('x'))).toMatchObject({ score: 8 })
    const none = combine({ scorers: { abstains }, weights: { abstains: 1 }, onNull: 'drop' })
    expect(await none(sampleFor('x'))).toMatchObject({ score: null })
  })

  it('names the part that returned no score, and ends one that loops', async () => {
    const broken = combine({ scorers: { broken: () => Number.NaN }, weights: { broken: 1 } })
    await expect(scoreOf(broken, 'x')).rejects.toThrow('reward "broken" returned NaN')
    const loops: Reward = () => {
      for (;;);
    }
    const looping = combine({ scorers: { loops }, weights: { loops: 1 }, timeLimitMs: 30 })
    await expect(scoreOf(looping, 'x')).rejects.toThrow('reward "loops" did not finish')
  })

  it('refuses a scorer without a weight and a weight without a scorer', () => {
    expect(() => combine({ scorers: { two }, weights: { tow: 1 } })).toThrow(
      'combine() needs a weight for "two"; also combine() has no scorer for the weight "tow"',
    )
  })
})
