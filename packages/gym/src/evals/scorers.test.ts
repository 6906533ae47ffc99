import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { openStore } from '../store/open-store.js'
import type { Store } from '../store/store.js'
import type { Reward } from '../trip.js'
import { compareAllEvals } from './compare-evals.js'
import { EvalConfig } from './eval-config.js'
import type { EvalOptions } from './eval-options.js'
import { evalResultFromStore } from './eval-result.js'
import { resultByScorer } from './result-by-scorer.js'
import { StandInDeployment } from './stand-in.test.deployment.js'

let home: string
let store: Store

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-scorers-'))
  store = await openStore({ home })
})

afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

const dataset = new InMemoryDataset({ rows: Array.from({ length: 20 }, (_, index) => `topic ${index}`) })
const digits = () => new StandInDeployment((prompt, random) => `${prompt} ${random.toFixed(6)}`)
const lastDigit: Reward = ({ response }) => ({
  score: Number(response.at(-1)),
  even: Number(response.at(-1)) % 2 === 0,
})
/** Abstains on every fourth row and breaks on one. */
const fussy: Reward = ({ row, response }) => {
  if (row.index === 7) throw new Error('cannot read seven')
  return row.index % 4 === 0 ? null : { score: response.length, long: true }
}

describe('several scorers at once', () => {
  it('each have their own mean, interval, abstentions and failures; the first is the main one', async () => {
    const config = new EvalConfig({ dataset, scorers: { digit: lastDigit, fussy } })
    const result = await config.evaluate(digits(), { store })
    const alone = await new EvalConfig({ dataset, reward: lastDigit }).evaluate(digits(), { store })
    const { scorers, gates, rows, evalId, name, model, deploymentId, seconds, seed, diversity, ...main } = result
    expect(main).toMatchObject({ mean: alone.mean, ci: alone.ci, scored: 20, failed: 0, details: alone.details })
    expect(scorers[0]).toEqual({ name: 'digit', ...main })

    const scores = rows.flatMap((row) => row.scores?.fussy?.score ?? [])
    expect(scores).toHaveLength(14)
    expect(scorers[1]).toMatchObject({
      name: 'fussy',
      mean: scores.reduce((sum, score) => sum + score, 0) / 14,
      ...{ total: 20, scored: 14, abstained: 5, failed: 1, failuresByBoundary: { reward: 1 }, details: { long: 1 } },
    })
    expect(rows[7]).toMatchObject({
      failure: null,
      scores: { fussy: { score: null, failure: { message: expect.stringContaining('cannot read seven') } } },
    })
    expect(await evalResultFromStore(store, evalId)).toEqual(result)
  })

  it('leave each other alone: a main scorer that breaks costs the others nothing', async () => {
    const config = new EvalConfig({ dataset, scorers: { fussy, digit: lastDigit, never: () => null } })
    const result = await config.evaluate(digits(), { store })
    expect(result).toMatchObject({ scored: 14, failed: 1, failuresByBoundary: { reward: 1 } })
    expect(result.scorers.map(({ name, scored, mean }) => [name, scored, mean === null])).toEqual([
      ['fussy', 14, false],
      ['digit', 20, false],
      ['never', 0, true],
    ])
    expect(() => resultByScorer(result, 'never')).toThrow('scorer "never" scored none of the 20 responses')
    expect(() => resultByScorer(result, 'digits')).toThrow('has no scorer "digits"; did you mean "digit"?')
  })

  it('count what the provider failed at as a failure of every one', async () => {
    const flaky = new StandInDeployment((prompt, random) => {
      if (prompt.endsWith('3')) throw new Error('gone')
      return `${random.toFixed(6)}`
    })
    const result = await new EvalConfig({ dataset, scorers: { digit: lastDigit, other: lastDigit } }).evaluate(flaky, {
      store,
    })
    for (const scorer of result.scorers)
      expect(scorer).toMatchObject({ scored: 18, failuresByBoundary: { provider: 2 } })
  })

  it('can each be compared between evaluations', async () => {
    const scorers = { digit: lastDigit, length: (({ response }) => response.length) as Reward }
    const config = new EvalConfig({ dataset, scorers })
    const a = await config.evaluate(digits(), { store, name: 'a' })
    const longer = new StandInDeployment((prompt, random) => `longer ${prompt} ${random.toFixed(6)}`)
    const b = await config.evaluate(longer, { store, name: 'b' })
    const [comparison] = compareAllEvals([resultByScorer(a, 'length'), resultByScorer(b, 'length')])
    expect(comparison).toMatchObject({ difference: 7, verdict: 'better', nPrompts: 20 })
    expect(compareAllEvals([a, b])[0]).toMatchObject({ difference: 0, verdict: 'not shown' })
    expect(() => compareAllEvals([a, resultByScorer(b, 'length')])).toThrow(
      '"a" was scored by "digit" and "b" by "length", whose points are not the same',
    )
  })

  it.each<[unknown, string]>([
    [{}, 'must name one function or more'],
    [{ '1': () => 1 }, 'must name one function or more'],
    [{ haiku: 'haiku' }, 'must name one function or more'],
  ])('are refused as %j', (scorers, message) => {
    expect(() => new EvalConfig({ dataset, scorers } as EvalOptions)).toThrow(message)
  })
})

describe('several samples', () => {
  it('give mean@k, and pass@k once it is said what passes', async () => {
    const config = new EvalConfig({ dataset, reward: lastDigit, nSamples: 4, passThreshold: 5 })
    const result = await config.evaluate(digits(), { store })
    const passes = result.rows.filter((row) => (row.score ?? 0) >= 5).length
    expect(result.meanAtK).toMatchObject({ k: 4, nRows: 20 })
    expect(result.meanAtK?.mean).toBeCloseTo(result.mean, 12)
    expect(result.passAtK?.map(({ k }) => k)).toEqual([1, 2, 4])
    expect(result.passAtK?.[0]?.mean).toBeCloseTo(passes / 80, 12)
    const chances = result.passAtK?.map(({ mean }) => mean) ?? []
    expect(chances).toEqual([...chances].sort((a, b) => a - b))
    const plain = await new EvalConfig({ dataset, reward: lastDigit }).evaluate(digits(), { store })
    expect({ meanAtK: plain.meanAtK, passAtK: plain.passAtK }).toEqual({ meanAtK: undefined, passAtK: undefined })
  })
})

describe('a gate', () => {
  it('passes when the lower end of the interval at its level reaches the minimum, and says why', async () => {
    const config = new EvalConfig({ dataset, scorers: { digit: lastDigit, fussy } })
    const { mean, ci } = await config.evaluate(digits(), { store })
    const gate = { digit: { min: ci[0] } }
    const at = await config.evaluate(digits(), { store, gate })
    expect(at.gates).toMatchObject([{ scorer: 'digit', ci: 0.95, low: ci[0], mean, passed: true }])
    const above = await config.evaluate(digits(), { store, gate: { digit: { min: ci[0] + 1e-6 } } })
    expect(above.gates[0]).toMatchObject({ passed: false })
    expect(above.gates[0]?.sentence).toMatch(
      /^gate digit >= \S+ failed: the lower end of the mean's 95 % interval is \S+ \(mean \S+, 20 of 20 responses scored\)$/,
    )
    const lenient = await config.evaluate(digits(), { store, gate: { digit: { min: ci[0] + 1e-6, ci: 0.6 } } })
    expect(lenient.gates[0]).toMatchObject({ ci: 0.6, passed: true })
    expect((await evalResultFromStore(store, lenient.evalId)).gates).toEqual(lenient.gates)
  })

  it('fails for a further scorer that scored nothing, and where one prompt gives no interval', async () => {
    const scorers = { digit: lastDigit, never: (() => null) as Reward }
    const config = new EvalConfig({ dataset, scorers, gate: { never: { min: 0 } } })
    expect((await config.evaluate(digits(), { store })).gates).toMatchObject([{ mean: null, low: null, passed: false }])
    const single = new EvalConfig({
      dataset: new InMemoryDataset({ rows: ['one'] }),
      scorers,
      gate: { digit: { min: -1e9 } },
    })
    const [gate] = (await single.evaluate(digits(), { store })).gates
    expect(gate).toMatchObject({ low: Number.NEGATIVE_INFINITY, passed: false })
    expect(gate?.sentence).toContain('one prompt gives no interval')
  })

  it('does not pass on a few scores because they are all equal', async () => {
    const two = new InMemoryDataset({ rows: ['one', 'two'] })
    const scorers = { passes: (() => 1) as Reward, haiku: (() => -1) as Reward }
    const gate = { passes: { min: 0.99 }, haiku: { min: -2 } }
    const { gates, evalId } = await new EvalConfig({ dataset: two, scorers, gate }).evaluate(digits(), { store })
    expect(gates.map(({ passed, sentence }) => [passed, sentence])).toEqual([
      [
        false,
        "gate passes >= 0.99 failed: the lower end of the mean's 95 % interval is 0.1581 (mean 1, 2 of 2 responses scored)",
      ],
      [
        false,
        'gate haiku >= -2 failed: all 2 prompts have the mean score -1, and equal scores give no interval; ask at least 72 prompts (mean -1, 2 of 2 responses scored)',
      ],
    ])
    expect((await evalResultFromStore(store, evalId)).gates).toEqual(gates)
    const one = new EvalConfig({ dataset: new InMemoryDataset({ rows: ['one'] }), scorers, gate, nSamples: 4 })
    const alone = await one.evaluate(digits(), { store })
    expect(alone.gates).toMatchObject([
      { passed: false, low: Number.NEGATIVE_INFINITY },
      { passed: false, low: Number.NEGATIVE_INFINITY },
    ])
  })

  it('is refused for a scorer that is not there, and with options it does not have', async () => {
    const scorers = { digit: lastDigit }
    expect(() => new EvalConfig({ dataset, scorers, gate: { digits: { min: 0 } } })).toThrow(
      'a gate is set, but the evaluation has no scorer "digits"; did you mean "digit"?',
    )
    expect(() => new EvalConfig({ dataset, scorers, gate: { digit: { min: 0, ci: 95 } } })).toThrow('"gate.digit.ci"')
    const config = new EvalConfig({ dataset, scorers })
    await expect(config.evaluate(digits(), { store, gate: { other: { min: 0 } } })).rejects.toMatchObject({
      boundary: 'config',
      code: 'unknown-scorer',
    })
  })
})

describe('a dataset without the chat template', () => {
  const plain = Object.assign(new InMemoryDataset({ rows: ['old pond'] }), { applyChatTemplate: false })

  it('is sent as plain text', async () => {
    const deployment = digits()
    await new EvalConfig({ dataset: plain, reward: lastDigit }).evaluate(deployment, { store })
    expect(deployment.requests[0]?.options).toMatchObject({ applyChatTemplate: false })
    const other = digits()
    await new EvalConfig({ dataset, reward: lastDigit }).evaluate(other, { store })
    expect(other.requests[0]?.options).not.toHaveProperty('applyChatTemplate')
  })

  it('is refused together with variables for the template', async () => {
    const generateKwargs = { chat_template_kwargs: { enable_thinking: false } }
    const config = new EvalConfig({ dataset: plain, reward: lastDigit, generateKwargs })
    await expect(config.evaluate(digits(), { store })).rejects.toThrow('chat_template_kwargs would have no effect')
  })
})
