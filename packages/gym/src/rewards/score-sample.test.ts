import { getEventListeners } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { GymError } from '../errors.js'
import { combine } from '../scorers/combine.js'
import type { Reward, RewardSample } from '../trip.js'
import { guardedCalls } from './guarded-calls.js'
import { scoreSample } from './score-sample.js'

const sample: RewardSample = {
  row: { index: 7, input: 'old pond', columns: { input: 'old pond' } },
  messages: [{ role: 'user', content: 'Write a haiku about old pond.' }],
  response: 'text',
  finishReason: 'stop',
  sampleIndex: 3,
}

async function failureOf(reward: Reward, options?: Parameters<typeof scoreSample>[2]): Promise<GymError> {
  const error = await scoreSample(reward, sample, { rewardName: 'haikuReward', ...options }).then(
    (scored) => new Error(`scored: ${JSON.stringify(scored)}`),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(GymError)
  return error as GymError
}

/** Calls with results that the types forbid: users write JavaScript too. */
const returning = (value: unknown): Reward => (() => value) as Reward

describe('scoreSample', () => {
  it('says where in the own file of the reward it was thrown', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gym-reward-'))
    const file = join(folder, 'reward.mjs')
    await writeFile(file, 'export const reward = ({ response }) =>\n  JSON.parse(response).x')
    const { reward } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { reward: Reward }
    expect((await failureOf(reward)).message).toContain(`(${file}:2:8); fix it`)
    await rm(folder, { recursive: true })
  })

  it.each([
    [-3, { kind: 'scored', score: -3, details: {} }],
    [0, { kind: 'scored', score: 0, details: {} }],
    [null, { kind: 'unscorable', details: {} }],
    [
      { score: 1, exact: true, note: 'x' },
      { kind: 'scored', score: 1, details: { exact: true, note: 'x' } },
    ],
    [
      { score: null, why: 'empty' },
      { kind: 'unscorable', details: { why: 'empty' } },
    ],
  ])('takes %j, at once or as a promise', async (result, expected) => {
    expect(await scoreSample(returning(result), sample)).toEqual(expected)
    expect(await scoreSample(returning(Promise.resolve(result)), sample)).toEqual(expected)
  })

  it.each([
    [Number.NaN, 'reward-not-finite', 'NaN'],
    [Number.POSITIVE_INFINITY, 'reward-not-finite', 'Infinity'],
    [-Number.MAX_VALUE, 'reward-not-finite', '-1.7976931348623157e+308'],
    [{ score: Number.NaN }, 'reward-not-finite', '{"score":"NaN"}'],
    ['0.5', 'reward-bad-result', '"0.5"'],
    [undefined, 'reward-bad-result', 'undefined'],
    [[1], 'reward-bad-result', '[1]'],
    [{ value: 1 }, 'reward-bad-result', '{"value":1}'],
    [{ score: '1' }, 'reward-bad-result', '{"score":"1"}'],
  ])('refuses %o, at once or as a promise', async (result, code, shown) => {
    for (const reward of [returning(result), returning(Promise.resolve(result))]) {
      const error = await failureOf(reward)
      expect(error).toMatchObject({ boundary: 'reward', code })
      expect(error.message).toBe(
        `reward "haikuReward" returned ${shown} for sample 3 of "old pond"; return a finite number, or null when it cannot be scored`,
      )
    }
  })

  it.each([
    [true, 'true'],
    [{ score: false }, '{"score":false}'],
  ])('says of %j how a truth value becomes a score', async (result, shown) => {
    const error = await failureOf(returning(result))
    expect(error).toMatchObject({ boundary: 'reward', code: 'reward-bad-result' })
    expect(error.message).toBe(
      `reward "haikuReward" returned ${shown} for sample 3 of "old pond"; put "? 1 : 0" behind it: a score is a finite number, or null when it cannot be scored`,
    )
  })

  it('names the function itself when no name is given', async () => {
    const countsVowels: Reward = () => Number.NaN
    await expect(scoreSample(countsVowels, sample)).rejects.toThrow('reward "countsVowels" returned NaN')
  })

  it('keeps the cause and the words of a reward that throws, at once or later', async () => {
    const cause = new Error('no such column')
    for (const reward of [
      () => {
        throw cause
      },
      async () => {
        throw cause
      },
    ]) {
      const error = await failureOf(reward)
      expect(error).toMatchObject({ boundary: 'reward', code: 'reward-threw', cause })
      expect(error.message).toContain('threw for sample 3 of "old pond": no such column; fix it')
    }
  })

  it('interrupts an endless loop', async () => {
    const error = await failureOf(
      () => {
        for (;;);
      },
      { timeLimitMs: 30 },
    )
    expect(error).toMatchObject({ boundary: 'reward', code: 'reward-timeout' })
    expect(error.message).toContain('did not finish sample 3 of "old pond" within 0.03 s')
    expect(error.message).toContain('raise its time limit (rewardTimeLimitMs)')
  })

  it('interrupts an endless loop that swallows every error', async () => {
    const stubborn: Reward = () => {
      for (;;) {
        try {
          for (;;);
        } catch {}
      }
    }
    expect(await failureOf(stubborn, { timeLimitMs: 30 })).toMatchObject({ code: 'reward-timeout' })
  })

  it('gives up on a promise that never settles', async () => {
    const error = await failureOf(() => new Promise<number>(() => {}), { timeLimitMs: 20 })
    expect(error).toMatchObject({ boundary: 'reward', code: 'reward-timeout' })
  })

  it("takes a time limit inside the reward for the reward's own error", async () => {
    const limited: Reward = () => {
      new Script('for (;;);').runInThisContext({ timeout: 5 })
      return 1
    }
    expect(await failureOf(limited)).toMatchObject({ code: 'reward-threw' })
  })

  it('can be called from inside a reward', async () => {
    const nested: Reward = () => {
      const inner = scoreSample(returning(2), sample)
      return inner.then((scored) => (scored.kind === 'scored' ? scored.score + 1 : null))
    }
    expect(await scoreSample(nested, sample)).toMatchObject({ score: 3 })
  })

  it('stops waiting when the signal aborts, and never starts when it already has', async () => {
    const controller = new AbortController()
    const reward = vi.fn<Reward>(() => {
      queueMicrotask(() => controller.abort(new Error('Ctrl-C')))
      return new Promise<number>(() => {})
    })
    const error = await failureOf(reward, { signal: controller.signal })
    expect(error).toMatchObject({ boundary: 'interrupted', code: 'aborted', cause: new Error('Ctrl-C') })
    await failureOf(reward, { signal: controller.signal })
    expect(reward).toHaveBeenCalledTimes(1)
  })

  it("takes a time-out of the reward's own calls for its failure, and the caller's abort for none", async () => {
    const timedOut = new GymError('interrupted', 'aborted', 'generating was interrupted')
    const atOnce: Reward = () => {
      throw timedOut
    }
    const { signal } = new AbortController()
    for (const reward of [atOnce, () => Promise.reject(timedOut)]) {
      for (const options of [{}, { signal }]) {
        const error = await failureOf(reward, options)
        expect(error).toMatchObject({ boundary: 'reward', code: 'reward-threw', cause: timedOut })
        expect(error.message).toBe(
          'reward "haikuReward" threw for sample 3 of "old pond": generating was interrupted; fix it, or return null when it cannot be scored',
        )
      }
    }
    const controller = new AbortController()
    const aborting: Reward = () => {
      controller.abort()
      throw timedOut
    }
    expect(await failureOf(aborting, { signal: controller.signal })).toBe(timedOut)
  })

  it('has one limit for calls guarded together, whoever shares the turn', async () => {
    const spin = (ms: number) => () => {
      for (const end = performance.now() + ms; performance.now() < end; );
      return 1
    }
    const caller = guardedCalls()
    const scored = await Promise.allSettled(
      [150, 150, 1, 150, 150].map((ms) => scoreSample(spin(ms), sample, { timeLimitMs: 100, caller })),
    )
    const said = scored.map((one) => (one.status === 'fulfilled' ? one.value.kind : (one.reason as GymError).code))
    expect(said).toEqual(['reward-timeout', 'reward-timeout', 'scored', 'reward-timeout', 'reward-timeout'])
  })

  it('leaves no timer and no listener behind, whatever happens', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { signal } = new AbortController()
      await scoreSample(async () => 1, sample, { signal })
      await failureOf(async () => Number.NaN, { signal })
      await failureOf(async () => Promise.reject(new Error('x')), { signal })
      expect(vi.getTimerCount()).toBe(0)
      expect(getEventListeners(signal, 'abort')).toEqual([])
      expect(Reflect.has(globalThis, Symbol.for('training-gym.guarded-call'))).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })

  it('swallows a rejection that comes after the limit', async () => {
    let fail: (error: Error) => void = () => {}
    const late = new Promise<number>((_, reject) => {
      fail = reject
    })
    await failureOf(() => late, { timeLimitMs: 5 })
    fail(new Error('late'))
    // vitest fails the run on an unhandled rejection.
    await expect(late).rejects.toThrow('late')
  })

  it('keeps boundary and code of a GymError that a scorer threw, and says whose it is', async () => {
    const missing = new GymError('config', 'python-missing', 'there is no python3; install it')
    const error = await failureOf(() => {
      throw missing
    })
    expect(error).toMatchObject({ boundary: 'config', code: 'python-missing', cause: missing })
    expect(error.message).toBe('reward "haikuReward", sample 3 of "old pond": there is no python3; install it')
    const own = new GymError('reward', 'reward-bad-result', 'of a part')
    expect(await failureOf(() => Promise.reject(own))).toBe(own)
  })

  it('blames the reward where only reading its result fails', async () => {
    const getter = {
      get score(): number {
        throw new Error('no score yet')
      },
    }
    const thenable = (then: () => never): unknown => Object.fromEntries([['then', then]])
    const broken = thenable(() => {
      throw new Error('no promise')
    })
    for (const result of [getter, Promise.resolve(getter), broken]) {
      expect(await failureOf(returning(result))).toMatchObject({ boundary: 'reward', code: 'reward-threw' })
    }
    const endless = thenable(() => {
      for (;;);
    })
    expect(await failureOf(returning(endless), { timeLimitMs: 50 })).toMatchObject({ code: 'reward-timeout' })
  })

  it('hands each call a copy, so that nothing a reward changes reaches prompts or other samples', async () => {
    const tests: unknown[] = ['a']
    const when = new Date(0)
    const columns: Record<string, unknown> = { input: 'old pond', tests: { list: tests }, when }
    columns.self = columns
    Object.defineProperty(columns, '__proto__', { value: 'a column', enumerable: true })
    const given = { ...sample, row: { ...sample.row, columns } }
    const changing = ((seen: { row: { input: string; columns: typeof columns }; messages: { content: string }[] }) => {
      expect(seen.row.columns.when).toEqual(when)
      expect(seen.row.columns.self).toBe(seen.row.columns)
      expect(Object.keys(seen.row.columns)).toEqual(Object.keys(columns))
      seen.row.input = 'changed'
      ;(seen.row.columns.tests as { list: unknown[] }).list.push('b')
      seen.row.columns.input = 'changed'
      seen.messages[0]!.content = 'changed'
      seen.messages.push({ content: 'more' })
      return 1
    }) as unknown as Reward
    await scoreSample(changing, given)
    await scoreSample(changing, given)
    expect(given.row.input).toBe('old pond')
    expect(columns.input).toBe('old pond')
    expect(tests).toEqual(['a'])
    expect(given.messages).toEqual([{ role: 'user', content: 'Write a haiku about old pond.' }])
  })

  it('copies maps, sets, dates, buffers and typed arrays, too, and hands other instances on', async () => {
    class Board {
      #moves = 0
      move() {
        this.#moves += 1
        return this.#moves
      }
    }
    const memory = new Float32Array([1, 2, 3, 4])
    const shared = { tags: ['a'] }
    const columns = {
      map: new Map<unknown, unknown>([['list', [1]]]),
      set: new Set([shared]),
      shared,
      date: new Date(0),
      floats: memory.subarray(1, 3),
      bytes: Buffer.from('abc'),
      memory: memory.buffer,
      view: new DataView(new ArrayBuffer(2)),
      pattern: /a/g,
      board: new Board(),
    }
    const given = { ...sample, row: { ...sample.row, columns } }
    const before = structuredClone({ ...columns, bytes: [...columns.bytes], board: null })
    const changing = ({ row }: RewardSample) => {
      const seen = row.columns as typeof columns
      const list = seen.map.get('list') as number[]
      expect([list, [...seen.floats], seen.bytes.toString(), seen.date]).toEqual([[1], [2, 3], 'abc', new Date(0)])
      expect([seen.bytes instanceof Buffer, seen.pattern.source, seen.floats.buffer.byteLength]).toEqual([true, 'a', 8])
      expect(seen.set.has(seen.shared)).toBe(true)
      expect(seen.board.move()).toBe(1)
      list.push(2)
      seen.map.set('more', 1)
      seen.set.clear()
      seen.shared.tags.push('b')
      seen.date.setTime(9)
      seen.floats.fill(9)
      seen.bytes.fill(0)
      new Uint8Array(seen.memory).fill(9)
      seen.view.setUint8(0, 9)
      return 1
    }
    expect(await scoreSample(changing, given)).toMatchObject({ score: 1 })
    expect({ ...columns, bytes: [...columns.bytes], board: null }).toEqual(before)
    expect(columns.board.move()).toBe(2)
  })

  it('tells a row that cannot be copied as a failure of its sample', async () => {
    let deep: unknown = 1
    for (let depth = 0; depth < 50_000; depth++) deep = { deep }
    const given = { ...sample, row: { ...sample.row, columns: { deep } } }
    for (const caller of [undefined, guardedCalls()]) {
      await expect(scoreSample(() => 1, given, { caller })).rejects.toMatchObject({
        boundary: 'data',
        code: 'row-not-copied',
        message: expect.stringMatching(
          /^reward "reward", sample 3 of "old pond": row 7 could not be copied for the reward: Maximum call stack size exceeded; nest/,
        ),
      })
    }
  })

  it('copies a sample once for all parts of a combined reward', async () => {
    const seen: RewardSample[] = []
    const part: Reward = (one) => seen.push(one)
    await scoreSample(combine({ scorers: { a: part, b: part }, weights: { a: 1, b: 1 } }), sample)
    expect(seen[0]).toBe(seen[1])
    expect(seen[0]).not.toBe(sample)
    // What is no copy itself is copied, whatever it was made of.
    await scoreSample((one) => scoreSample(part, { ...one, response: 'cut' }).then(() => 1), sample)
    expect(seen[2]?.row).not.toBe(seen[0]?.row)
    expect(seen[2]).toEqual({ ...sample, response: 'cut' })
  })
})
