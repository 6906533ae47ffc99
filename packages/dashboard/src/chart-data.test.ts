import { expect, it } from 'vitest'
import { drawnLines, smoothed } from './chart-data.js'
import { chartsOf, type Figure } from './charts.js'
import { pushOf, styleOf } from './colouring.js'
import { mergedSeries, overlaidCharts } from './overlay.js'

const figure = (name: string, mean: (number | null)[]): Figure => ({ name, mean, low: mean, high: mean })
const series = (rolloutIds: number[], figures: Figure[], every = 1) => {
  return { every, total: rolloutIds.length, rolloutIds, tokens: rolloutIds, seconds: rolloutIds, figures }
}
const plain = { axis: 'step', isLog: false, smoothing: 0 } as const

it('smooths without a bias to the first value, and leaves gaps alone', () => {
  expect(smoothed([4, null, 8], 0.5)).toEqual([4, null, (0.5 * 4 + 8) / 1.5])
  expect(smoothed([1, 2], 0)).toEqual([1, 2])
})

it('stacks the parts of the time on each other', () => {
  const figures = [
    figure('seconds.sample', [1, 2]),
    figure('seconds.train', [3, null]),
    figure('seconds.total', [4, 5]),
  ]
  const [chart] = chartsOf(series([0, 1], figures))
  expect(chart?.title).toBe('Time a step')
  expect(chart && drawnLines(chart, 1, plain).map(({ values }) => values)).toEqual([
    [1, 2],
    [4, null],
  ])
})

it('puts a band of its spread around the reward, keeps the extremes of every line that is thinned, and hides what no logarithm has', () => {
  const peak = { low: [-1, 0], high: [9, 2] }
  const figures = [
    { ...figure('rewardMean', [-1, 2]), ...peak },
    figure('rewardStd', [1, 1]),
    figure('ratioMean', [1, 2]),
    { ...figure('clipShare', [0, 1]), ...peak },
  ]
  const [reward, ratio] = chartsOf(series([0, 1], figures, 5))
  const lines = (chart: typeof reward, isLog: boolean) =>
    chart && drawnLines(chart, 5, { ...plain, isLog }).map(({ role, values }) => [role, values])
  expect(lines(reward, false)).toEqual([
    ['line', [-1, 2]],
    ['top', [9, 2]],
    ['bottom', [-1, 0]],
    ['high', [0, 3]],
    ['low', [-2, 1]],
  ])
  expect(lines(reward, true)?.[0]).toEqual(['line', [null, 2]])
  const ofRatio = lines(ratio, false)
  expect(ofRatio?.map(([role]) => role)).toEqual(['line', 'line', 'top', 'bottom', 'top', 'bottom'])
  expect(ofRatio?.[4]).toEqual(['top', peak.high])
  const whole = ratio && drawnLines(ratio, 1, plain).map(({ role }) => role)
  expect(whole).toEqual(['line', 'line'])
})

it('lays runs with different steps over each other', () => {
  const a = series([0, 1], [figure('rewardMean', [1, 2])])
  const b = series([1, 2], [figure('rewardMean', [5, 6])])
  const merged = mergedSeries(['a', 'b'], [a, b])
  expect(merged.rolloutIds).toEqual([0, 1, 2])
  const [chart] = overlaidCharts(['a', 'b'], merged)
  expect(chart?.lines.map(({ name, figure: { mean } }) => [name, mean])).toEqual([
    ['a', [1, 2, null]],
    ['b', [null, 5, 6]],
  ])
})

it('colours by how strongly the loss moves a token: a sure one hardly, an unlikely one by its advantage', () => {
  expect(pushOf(2, Math.log(0.25))).toBeCloseTo(1.5)
  expect(styleOf('push', Math.log(0.25), 2)).toBe('u2')
  expect(styleOf('push', Math.log(0.25), -0.2)).toBe('d1')
  expect(styleOf('push', Math.log(0.999), 2)).toBe('')
  expect(styleOf('push', -1, null)).toBe('')
  expect(styleOf('probability', Math.log(0.6), null)).toBe('s1')
  expect(styleOf('probability', null, 1)).toBe('')
})

it('draws each held-out score as one line over the rollouts that were evaluated, with that before training', () => {
  const figures = [
    figure('rewardMean', [1, 2, 3]),
    figure('evaluationBefore.topics.score', [-3, null, null]),
    figure('evaluation.topics.score', [null, -2, null]),
    figure('evaluation.topics.responseLength', [null, 9, null]),
  ]
  const [, chart] = chartsOf(series([0, 1, 2], figures))
  expect(chart).toMatchObject({ title: 'Held-out score', spansGaps: true })
  expect(chart?.lines.map(({ name, figure: { mean } }) => [name, mean])).toEqual([
    ['topics', [null, -2, null]],
    ['topics, before training', [-3, null, null]],
  ])
})
