import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSlimeLine } from './parse-slime-line.js'
import { type SlimeEvent, SlimeLog } from './slime-log.js'

const stamp = '[2026-11-22 23:03:43]'
const manager = '\u001b[36m(RolloutManager pid=812)\u001b[0m'
const trainer = '(MegatronTrainRayActor pid=991, ip=10.0.0.2)'
const shape = { numRollout: 40, rolloutBatchSize: 16, nSamplesPerPrompt: 8, stepsPerRollout: 1 }

/** The lines of one rollout in the order in which slime prints them. */
function rolloutLines(id: number, reward: number): string[] {
  return [
    `${manager} ${stamp} sglang_rollout.py:446 - Finish rollout: ['GYM {"event":"exit"}'], label: 3, reward: 1`,
    `${manager} ${stamp} a.py:6 - perf ${id}: {'rollout/zero_std/count_-3.0': 2, 'rollout/zero_std/count_0.0': 1, 'rollout/response_len/mean': 14.5, 'rollout/truncated_ratio': 0.125, 'perf/rollout_time': 12.25}`,
    `${trainer} ${stamp} b.py:135 - rollout ${id}: {'rollout/response_lengths': 17.2, 'rollout/raw_reward': ${reward}, 'rollout/truncated': 0.0} [repeated 2x across cluster]`,
    `${trainer} ${stamp} timer.py:32 - Timer actor_train end (elapsed: 21.3s)`,
    `${trainer} ${stamp} c.py:918 - step ${id}: {'train/loss': -1.2e-09, 'train/grad_norm': nan, 'train/pg_clipfrac': np.float64(0.25), 'train/lr-pg_0': 1e-06, 'train/global_batch_size': 128, 'train/step': ${id}}`,
    `${trainer} ${stamp} d.py:5 - perf ${id}: {'perf/actor_train_time': 3.0, 'perf/train_time': 4.0, 'perf/step_time': 16.5}`,
  ]
}

function readAll(lines: readonly string[], log = new SlimeLog(shape)): SlimeEvent[] {
  return [...lines.flatMap((line) => log.read(line)), ...log.finish()]
}

const steps = (events: readonly SlimeEvent[]) =>
  events.flatMap((event) => (event.kind === 'step' ? [event.metrics] : []))

describe('parseSlimeLine', () => {
  it('reads colours, actor prefixes, repeats, nan, inf and numpy numbers', () => {
    expect(
      parseSlimeLine(`${stamp} gen.py:5 - step 3: {'train/loss': -1.2e-09, 'a': nan, 'b': -inf, 'c': None}`),
    ).toEqual({
      type: 'metrics',
      kind: 'step',
      id: 3,
      metrics: { 'train/loss': -1.2e-9, a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: null },
      isWhole: true,
    })
    expect(
      parseSlimeLine(
        `${trainer} ${stamp} x/y.py:1 - eval 0: {'eval/haiku-pass@1': np.float64(0.25), "it's": tensor(0.5, device='cuda:0'), 'ok': True} [repeated 2x across cluster]`,
      ),
    ).toMatchObject({
      kind: 'eval',
      id: 0,
      metrics: { 'eval/haiku-pass@1': 0.25, "it's": 0.5, ok: true },
      isWhole: true,
    })
  })

  it('goes by what is said and not by file or line number', () => {
    for (const place of ['moved.py:1', 'slime/observability/rollout_metrics.py:9999']) {
      expect(parseSlimeLine(`${stamp} ${place} - perf 1: {'perf/rollout_time': 2.0}`)).toMatchObject({ kind: 'perf' })
    }
  })

  it('reads events of the entry script, at the start of a line only', () => {
    expect(parseSlimeLine('GYM {"event":"checkpoint","iteration":4,"hf":"/c/iter_0000004_hf"}')).toEqual({
      type: 'gym',
      event: 'checkpoint',
      fields: { event: 'checkpoint', iteration: 4, hf: '/c/iter_0000004_hf' },
    })
    expect(parseSlimeLine(`${manager} GYM {"event":"exit","code":0}`)).toBeUndefined()
  })

  it('keeps what it can of a cut line, but no number that may have lost digits', () => {
    expect(parseSlimeLine(`${stamp} a.py:1 - step 3: {'train/loss': -1.5, 'train/grad_norm': 12`)).toMatchObject({
      metrics: { 'train/loss': -1.5 },
      isWhole: false,
    })
  })

  it('never throws, whatever the line', () => {
    const parts = fc.constantFrom(
      stamp,
      manager,
      ' a.py:1 - ',
      'perf 1: {',
      "'a': ",
      'nan, ',
      '}',
      'GYM {',
      '"event":',
      '\r',
      '\\',
      "'",
      '(',
      '[repeated',
    )
    const junk = fc
      .array(fc.oneof(parts, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 30 })
      .map((all) => all.join(''))
    fc.assert(
      fc.property(junk, (line) => void parseSlimeLine(line)),
      { numRuns: 3000 },
    )
  })

  it('takes time in proportion to the length of a hostile line', () => {
    const hostile = [
      `${stamp} a.py:1 - perf 1: {${"'a".repeat(16_000)}`,
      `${'('.repeat(60_000)}`,
      `${'\u001b['.repeat(30_000)}`,
      `GYM ${'{"a":'.repeat(12_000)}`,
      `${'x\r'.repeat(30_000)}`,
    ]
    const before = process.cpuUsage()
    for (const line of hostile) parseSlimeLine(line)
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2)
  })
})

describe('SlimeLog', () => {
  it('gives one set of metrics a rollout, both perf lines merged', () => {
    const [metrics, ...others] = steps(readAll(rolloutLines(4, -3.59375)))
    expect(others).toEqual([])
    expect(metrics).toMatchObject({
      rolloutId: 4,
      rewardMean: -3.59375,
      responseLength: 14.5,
      truncatedShare: 0.125,
      flatGroupShare: 3 / 16,
      trainedSamples: 128,
      loss: -1.2e-9,
      gradNorm: Number.NaN,
      lr: 1e-6,
      clipShare: 0.25,
      entropy: Number.NaN,
      sampledTokens: 14.5 * 128,
      seconds: { sample: 12.25, train: 4, total: 16.5 },
    })
  })

  it('tells a rollout as soon as its last line has come', () => {
    const log = new SlimeLog(shape)
    const told = rolloutLines(0, 1).map((line) => log.read(line).length)
    expect(told).toEqual([0, 0, 0, 0, 0, 1])
    expect(log.finish()).toEqual([])
  })

  it('averages the optimizer steps of a rollout and keeps them apart from the next', () => {
    const log = new SlimeLog({ ...shape, stepsPerRollout: 2 })
    const lines = [0, 1, 2].map(
      (n) => `${trainer} ${stamp} c.py:9 - step ${n}: {'train/loss': ${n}, 'train/global_batch_size': 64}`,
    )
    expect(
      steps(readAll(lines, log)).map(({ rolloutId, loss, trainedSamples }) => [rolloutId, loss, trainedSamples]),
    ).toEqual([
      [0, 0.5, 128],
      [1, 2, 64],
    ])
  })

  it('gives the same events when the output is read again, and none for repeated lines', () => {
    const lines = [0, 1, 2].flatMap((id) => rolloutLines(id, id))
    const once = readAll(lines)
    expect(readAll(lines)).toEqual(once)
    expect(readAll(lines.flatMap((line) => [line, line]))).toEqual(once)
    const log = new SlimeLog(shape)
    readAll(lines, log)
    expect(readAll(lines, log)).toEqual([])
  })

  it('tells a rollout again, with more in it, when a line arrives late', () => {
    const [, sampled, rewards, , step, perf] = rolloutLines(0, 7) as [string, string, string, string, string, string]
    const events = steps(readAll([sampled, step, perf, rewards]))
    expect(events.map(({ rewardMean, loss }) => [rewardMean, loss])).toEqual([
      [Number.NaN, -1.2e-9],
      [7, -1.2e-9],
    ])
  })

  it('does not begin a forgotten rollout anew, and remembers a bounded number', () => {
    const log = new SlimeLog(shape)
    for (let id = 0; id < 40; id++) for (const line of rolloutLines(id, id)) log.read(line)
    expect(log.read(`${stamp} a.py:1 - perf 3: {'perf/rollout_time': 99.0}`)).toEqual([])
    // Nor one that the run does not have.
    expect(log.read(`${stamp} a.py:1 - perf 99999: {'perf/step_time': 99.0}`)).toEqual([])
    expect(log.finish()).toEqual([])
  })

  it('tells evaluation before training from evaluation after rollout 0', () => {
    const line = (mean: number, id = 0) => `${manager} ${stamp} e.py:1 - eval ${id}: {'eval/haiku': ${mean}}`
    const events = readAll([line(-2.5), ...rolloutLines(0, 1), line(-2), line(-2), ...rolloutLines(1, 1), line(-1, 1)])
    expect(
      events.flatMap((event) => (event.kind === 'eval' ? [[event.afterRollout, event.metrics['eval/haiku']]] : [])),
    ).toEqual([
      [-1, -2.5],
      [0, -2],
      [1, -1],
    ])
    expect(readAll([line(-2, 4)], new SlimeLog({ ...shape, startRollout: 3 }))).toMatchObject([{ afterRollout: 4 }])
  })

  it('tells a rollout before the evaluation after it, also when its last line is late', () => {
    const [sampled, , rewards, , step] = rolloutLines(0, 7) as string[]
    const evaluation = `${manager} ${stamp} e.py:1 - eval 0: {'eval/haiku': -2.0}`
    const events = readAll([sampled, rewards, step, evaluation] as string[])
    expect(events.map(({ kind }) => kind)).toEqual(['step', 'eval'])
  })

  it('tells checkpoints and other events of the entry script once', () => {
    const checkpoint = 'GYM {"event":"checkpoint","iteration":4,"hf":"/c/iter_0000004_hf"}'
    const failed = 'GYM {"event":"failed","code":70,"why":"reward server exited"}'
    expect(
      readAll([...rolloutLines(4, 1), checkpoint, checkpoint, failed, failed, 'GYM {"event":"che']).slice(1),
    ).toEqual([
      { kind: 'checkpoint', rolloutId: 4, path: '/c/iter_0000004_hf' },
      { kind: 'gym', event: 'failed', fields: { event: 'failed', code: 70, why: 'reward server exited' } },
    ])
  })

  it('says once that no metric lines came by rollout 2', () => {
    const done = `${manager} ${stamp} a.py:1 - Finish rollout: ['x'], label: 1, reward: 0`
    const log = new SlimeLog(shape)
    expect([done, done].flatMap((line) => log.read(line))).toEqual([])
    expect([done, done].flatMap((line) => log.read(line))).toEqual([
      { kind: 'notice', message: expect.stringMatching(/^no metric lines came by rollout 2: /) },
    ])
    expect(readAll([0, 1, 2, 3].flatMap((id) => rolloutLines(id, 1))).some(({ kind }) => kind === 'notice')).toBe(false)
    expect(readAll(['GYM {"event":"checkpoint","iteration":2,"hf":"/c"}']).at(-1)).toMatchObject({ kind: 'notice' })
  })

  it('survives lines cut at any byte, and never tells a number that was not printed', () => {
    const text = Buffer.from([0, 1].flatMap((id) => rolloutLines(id, -3.25)).join('\n'))
    const whole = steps(readAll(text.toString().split('\n')))
    // The trainer gives the length too, as its own mean.
    const printed = new Set([
      17.2,
      ...whole.flatMap((metrics) => [
        metrics.rewardMean,
        metrics.responseLength,
        metrics.seconds.total,
        metrics.lr,
        metrics.clipShare,
      ]),
    ])
    for (let cut = 0; cut < text.length; cut++) {
      const events = steps(readAll(text.subarray(0, cut).toString().split('\n')))
      for (const { rewardMean, responseLength, seconds, lr, clipShare } of events) {
        for (const value of [rewardMean, responseLength, seconds.total, lr, clipShare]) {
          expect(Number.isNaN(value) || printed.has(value)).toBe(true)
        }
      }
    }
  })
})
