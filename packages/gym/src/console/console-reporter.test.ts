import { describe, expect, it } from 'vitest'
import type { ProgressEvent } from '../progress.js'
import type { EvalRowRecord, StepMetrics } from '../store/records.js'
import { createConsoleReporter } from './console-reporter.js'
import { widthOf } from './fit-text.js'

function step(rolloutId: number, change: Partial<StepMetrics> = {}): ProgressEvent {
  const metrics: StepMetrics = {
    rolloutId,
    rewardMean: -3.15 + rolloutId * 0.25,
    rewardStd: 1.9,
    details: { exact: 0.041, topic: 0.755, words: 11.3 },
    responseLength: 17.23,
    truncatedShare: 0,
    flatGroupShare: 0,
    unscorable: 0,
    trainedSamples: 128,
    entropy: 2.13,
    kl: rolloutId * 0.0123,
    loss: 0.01,
    gradNorm: 0.83,
    lr: 1e-4,
    ratioMean: 1,
    clipShare: 0,
    mismatch: 1e-5,
    diversity: { distinct2: 0.71, topLine: { text: 'old pond in 春', share: 0.02 }, uniqueShare: 1 },
    sampledTokens: 2204,
    trainedTokens: 2204,
    tokensPerSecond: 2345,
    seconds: { sample: 3, score: 0.1, train: 3, total: 6.2 },
    ...change,
  }
  return { kind: 'train-step', numRollout: 3, metrics }
}

function repeating(rolloutId: number): ProgressEvent {
  return step(rolloutId, {
    diversity: { distinct2: 0.2, topLine: { text: 'the moon', share: 0.5 }, uniqueShare: 0.4 },
  })
}

function row(change: Partial<EvalRowRecord>): EvalRowRecord {
  return {
    rowIndex: 0,
    sampleIndex: 0,
    promptKey: 'k',
    prompt: 'moon',
    response: 'x',
    score: -2,
    metadata: {},
    finishReason: 'stop',
    tokens: 3,
    failure: null,
    ...change,
  }
}

const start: ProgressEvent = { kind: 'train-start', trainingRunId: 'run-7', numRollout: 3, model: 'tiny-poet' }

const trainEnd: ProgressEvent = { kind: 'train-end', trainingRunId: 'run-7', seconds: 18.6 }

function report(events: readonly ProgressEvent[], options: { columns?: number; isTty?: boolean } = {}): string {
  let written = ''
  const reporter = createConsoleReporter({
    stream: {
      write: (text) => {
        written += text
      },
    },
    isTty: options.isTty ?? false,
    columns: options.columns ?? 140,
    color: false,
    now: () => 0,
  })
  for (const event of events) reporter.onProgress(event)
  reporter.end()
  return written
}

describe('console reporter', () => {
  it('writes a notice that warns as a warning', () => {
    const message = 'klLossType "k1" holds nothing'
    expect(report([{ kind: 'notice', message, isWarning: true }])).toBe(`warning: ${message}\n`)
  })

  it('counts a single rollout as one', () => {
    expect(report([{ kind: 'train-start', trainingRunId: 'run-7', numRollout: 1, model: 'tiny-poet' }])).toBe(
      'training tiny-poet for 1 rollout, run run-7\n',
    )
  })

  it('writes a whole training run as one table with the score beside its diversity, then first against last', () => {
    const events: ProgressEvent[] = [
      { kind: 'serve-start', model: 'tiny-poet' },
      { kind: 'serve-ready', model: 'tiny-poet', url: 'http://127.0.0.1:8000/v1', seconds: 1.23 },
      start,
      { kind: 'rollout', rolloutId: 0, phase: 'sample', done: 5, total: 16 },
      step(0),
      step(1),
      step(2),
      { kind: 'checkpoint', path: 'runs/run-7/iter_0000002', rolloutId: 2 },
      trainEnd,
      { kind: 'notice', message: 'moon: score 0\nold pond\n\u001b[2Jfrog' },
    ]
    expect(report(events)).toMatchInlineSnapshot(`
      "serving tiny-poet ...
      tiny-poet is ready at http://127.0.0.1:8000/v1 (1.2 s)
      training tiny-poet for 3 rollouts, run run-7
      rollout        reward  exact  topic  words  dist-2   line  length  entropy      KL   grad   tok/s    time  commonest line
          1/3  -3.15 ± 1.90   4.1%    76%   11.3    0.71   2.0%    17.2     2.13       0  0.830   2,345   6.2 s  "old pond in 春"
          2/3  -2.90 ± 1.90   4.1%    76%   11.3    0.71   2.0%    17.2     2.13  0.0123  0.830   2,345   6.2 s  "old pond in 春"
          3/3  -2.65 ± 1.90   4.1%    76%   11.3    0.71   2.0%    17.2     2.13  0.0246  0.830   2,345   6.2 s  "old pond in 春"
      checkpoint runs/run-7/iter_0000002

      mean reward -3.15 -> -2.65 over 3 rollouts in 18.6 s
        -2.65 ┤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⣀⠤⠔⠒⠊⠁
              ┤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⣀⠤⠔⠒⠊⠉⠀⠀⠀⠀⠀⠀⠀
              ┤⠀⠀⠀⠀⠀⠀⢀⣀⠤⠤⠒⠊⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
        -3.15 ┤⣀⠤⠤⠒⠊⠉⠁⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
        exact 4.1% -> 4.1%
        topic 76% -> 76%
        words 11.3 -> 11.3
        distinct-2 0.71 -> 0.71
        commonest line 2.0% "old pond in 春"
        normal: the loss is 0.0100, near zero, while the gradient (norm 0.830) is not: normal on-policy, where the ratio is 1 and advantages
        cancel; nothing; watch the reward, not the loss
      moon: score 0
        old pond
        \\e[2Jfrog
      "
    `)
  })

  it('puts what does not fit 80 columns on a second line and leaves nothing out', () => {
    const text = report([start, step(0)], { columns: 80 })
    expect(text).toMatchInlineSnapshot(`
      "training tiny-poet for 3 rollouts, run run-7
      rollout        reward  exact  topic  words  dist-2   line  length  entropy
          1/3  -3.15 ± 1.90   4.1%    76%   11.3    0.71   2.0%    17.2     2.13
          KL 0 · grad 0.830 · tok/s 2,345 · time 6.2 s · "old pond in 春"
      "
    `)
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80)
  })

  it('tells what samples said that could be read only later, and takes it into the summary', () => {
    const unread = {
      details: {},
      diversity: { distinct2: Number.NaN, topLine: { text: '', share: Number.NaN }, uniqueShare: 1 },
    }
    const text = report([start, step(0, unread), step(1, unread), step(0), step(1), trainEnd])
    expect(text.split('\n').filter((line) => /^ +[12]\/3/.test(line))).toHaveLength(2)
    expect(text).not.toMatch(/NaN|""/)
    expect(text).toContain(
      'samples of 1/3 · exact 4.1% · topic 76% · words 11.3 · dist-2 0.710 · line 2.0% "old pond in 春"',
    )
    expect(text).toMatch(/distinct-2 0\.71 -> 0\.71/)
  })

  it('shows no entropy and no gradient of rollouts that trained nothing, and says why they did not', () => {
    const nothing = {
      flatGroupShare: 1,
      trainedSamples: 0,
      entropy: 0,
      gradNorm: 0,
      loss: 0,
      ratioMean: 0,
      rewardStd: 0,
    }
    const text = report([start, step(0, nothing), step(1, nothing), trainEnd])
    expect(text).toMatch(/^ +1\/3 .* 17\.2 +– +0 +– +2,345 /m)
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'look at this: every group of the last 2 steps got one and the same score for all its samples, so nothing was trained; try more samples a prompt (nSamplesPerPrompt)',
    )
    expect(text).not.toContain('importance ratio')
  })

  it('warns of repetition when it begins, not at every rollout, and again when it comes back', () => {
    const text = report([start, repeating(0), repeating(1), step(2), repeating(3)])
    expect(text.match(/begun to repeat itself/g)).toHaveLength(2)
    expect(text.indexOf('begun')).toBeLessThan(text.indexOf(' 2/3 '))
  })

  it('counts failed rows apart from the running mean of an evaluation', () => {
    const failure = { boundary: 'provider', message: 'refused' } as const
    const events: ProgressEvent[] = [
      { kind: 'eval-start', evalId: 'eval-1', name: 'base', total: 4 },
      { kind: 'eval-row', done: 1, total: 4, row: row({ score: -1 }) },
      { kind: 'eval-row', done: 2, total: 4, row: row({ score: -3 }) },
      { kind: 'eval-row', done: 3, total: 4, row: row({ score: null }) },
      { kind: 'eval-row', done: 4, total: 4, row: row({ score: null, failure }) },
      { kind: 'eval-end', name: 'base', seconds: 12.3 },
    ]
    expect(report(events)).toBe(
      [
        'evaluating base  1/4  mean -1.00  0 s left',
        'evaluating base  2/4  mean -2.00  0 s left',
        'evaluating base  3/4  mean -2.00  0 s left',
        'evaluating base  4/4  mean -2.00, 1 failed',
        'evaluated base: 4 samples in 12.3 s, 1 failed',
        '',
      ].join('\n'),
    )
  })

  it('clears the bar before a line and at the end on a terminal', () => {
    const text = report([start, { kind: 'rollout', rolloutId: 0, phase: 'sample', done: 8, total: 16 }], {
      isTty: true,
      columns: 60,
    })
    expect(text).toBe(
      'training tiny-poet for 3 rollouts, run run-7\n' +
        '\r\u001b[2Krollout 1/3 sample  ████████████░░░░░░░░░░░░  8/16\r\u001b[2K',
    )
  })

  it('estimates the time left of the whole run from the rollouts that are done', () => {
    const text = report([start, step(0), { kind: 'rollout', rolloutId: 1, phase: 'train', done: 0, total: 2 }], {
      isTty: true,
    })
    expect(text).toContain('rollout 2/3 train  ░░░░░░░░░░░░░░░░░░░░░░░░  0/2  13 s left')
  })

  it('shows terminal escapes that a model wrote', () => {
    const topLine = { text: '\u001b[2Jgone\u0007', share: 0.02 }
    const text = report([start, step(0, { diversity: { distinct2: 1, topLine, uniqueShare: 1 } })])
    expect(text).toContain('"\\e[2Jgone\\x07"')
    expect(text).not.toContain('\u001b')
  })

  it('shows the loss of supervised fine-tuning, which has no reward', () => {
    const tuning = { rewardMean: Number.NaN, rewardStd: Number.NaN, details: {}, sampledTokens: 0, kl: Number.NaN }
    const text = report([start, step(0, { ...tuning, loss: 2.5 }), step(1, { ...tuning, loss: 1.25 }), trainEnd])
    expect(text).toMatchInlineSnapshot(`
      "training tiny-poet for 3 rollouts, run run-7
      step    loss  length  entropy   grad   tok/s    time
       1/3    2.50    17.2     2.13  0.830   2,345   6.2 s
       2/3    1.25    17.2     2.13  0.830   2,345   6.2 s

      loss 2.50 -> 1.25 over 2 steps in 18.6 s
        2.50 ┤⠉⠒⠢⢄⣀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ┤⠀⠀⠀⠀⠀⠉⠑⠢⠤⣀⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ┤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠈⠑⠒⠤⢄⡀⠀⠀⠀⠀⠀
        1.25 ┤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠈⠉⠒⠢⢄⡀
      "
    `)
  })

  it('shows the table also when it joins a run half way', () => {
    expect(report([step(1)])).toMatch(/^rollout +reward .*\n +2\/3 /)
  })
})
