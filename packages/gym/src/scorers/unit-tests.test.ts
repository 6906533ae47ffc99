import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scoreSample } from '../rewards/score-sample.js'
import type { Reward } from '../trip.js'
import { hostileInputs, sampleFor } from './hostile-inputs.test.support.js'
import { type UnitTestsOptions, unitTests } from './unit-tests.js'

interface Outcome {
  score: number
  passed: number
  total: number
  allPassed: boolean
  timedOut: boolean
  problem?: string
  isolation: string
}

/** Each scorer looks for its Python once: as in use, one is made for many responses. */
const scorers = new Map<string, Reward>()

async function run(options: UnitTestsOptions, response: string, tests: unknown): Promise<Outcome> {
  const key = JSON.stringify(options)
  const scorer = scorers.get(key) ?? unitTests(options)
  scorers.set(key, scorer)
  return (await scorer(sampleFor(response, { columns: { tests } }))) as unknown as Outcome
}

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0
const hasPython = works('python3', '--version')
const hasBwrap = works('bwrap', '--unshare-all', '--ro-bind', '/', '/', 'true')

describe('unitTests in JavaScript', () => {
  const js = { language: 'javascript' } as const
  const add = 'Sure:\n```js\nfunction add(a, b) { return a + b }\n```\nDone.'

  it('scores the share of tests that pass: expressions, statements, promises', async () => {
    const tests = [
      'add(1, 2) === 3',
      'assert.equal(add(1, 1), 3)',
      'Promise.resolve(add(2, 2) === 4)',
      'const x = add(1, 0)\nassert(x === 1)',
    ]
    expect(await run(js, add, tests)).toEqual({
      score: 0.75,
      passed: 3,
      total: 4,
      allPassed: false,
      timedOut: false,
      problem: '2 is not 3',
      isolation: 'quickjs-wasm',
    })
  })

  it('takes one program, with or without test()', async () => {
    const program =
      'test("one", () => assert.deepEqual(add([1], 1), "11"))\ntest("two", async () => { throw new Error("no") })'
    expect(await run(js, add, program)).toMatchObject({ passed: 1, total: 2, problem: 'no' })
    expect(await run(js, add, 'if (add(1, 2) !== 3) throw new Error("sum")')).toMatchObject({ score: 1, total: 1 })
    expect(await run(js, 'export const add = (a, b) => a + b', ['add(1, 2) === 3'])).toMatchObject({ score: 1 })
  })

  it.each([
    ['an endless loop', 300, 'for(;;);', { timedOut: true }],
    ['an endless loop in the tested function', 300, 'function f() { for(;;); }', { timedOut: true }],
    ['a loop that swallows errors', 300, 'for(;;) try { for(;;); } catch {}', { timedOut: true }],
    ['a pattern that backtracks for ever', 300, '/(a+)+$/.test("a".repeat(50) + "!")', { timedOut: true }],
    ['built-in functions that never look at the clock', 300, 'let a = []; for (;;) a.push("x".repeat(1e6))', {}],
    ['memory', 300, 'const a = []; for (;;) a.push(new Array(1e5).fill(1))', {}],
    ['recursion', 10_000, 'function g() { return g() + 1 } g()', { problem: 'InternalError: stack overflow' }],
    ['a syntax error', 10_000, 'function f( {', { timedOut: false }],
    ['throwing null', 10_000, 'throw null', { timedOut: false }],
  ])('survives %s', async (_, timeLimitMs, code, expected) => {
    const outcome = await run({ ...js, timeLimitMs, memoryMb: 32 }, code, ['f() === 1'])
    expect(outcome).toMatchObject({ score: 0, total: 1, ...expected })
  })

  it('does not wait for a promise that never settles', async () => {
    const tests = ['new Promise(() => {})', 'true']
    expect(await run(js, '', tests)).toMatchObject({ score: 0, total: 2, problem: 'not all tests came to an end' })
  })

  it('keeps what passed before the time ran out', async () => {
    const tests = ['one() === 1', 'loop()', 'one() === 1']
    const code = 'const one = () => 1; const loop = () => { for(;;); }'
    // Time for the first test on a busy machine as well.
    expect(await run({ ...js, timeLimitMs: 3_000 }, code, tests)).toMatchObject({ passed: 1, total: 3, timedOut: true })
  })

  it('has no way out of the machine', async () => {
    const names = [
      'process',
      'require',
      'fetch',
      'XMLHttpRequest',
      'WebSocket',
      'setTimeout',
      'console',
      'std',
      'os',
      'report',
      'Worker',
    ]
    const tests = names.map((name) => `typeof ${name} === 'undefined'`)
    expect(await run(js, '', tests)).toMatchObject({ score: 1, total: names.length })
    expect(await run(js, '', ['import("fs").then(() => true, () => { throw new Error("no module") })'])).toMatchObject({
      score: 0,
      problem: 'no module',
    })
  })

  it('is not talked into passing by code that replaces what the tests use', async () => {
    const cheat = [
      'const assert = () => {}; assert.equal = () => {}',
      'globalThis.test = () => {}; Object.is = () => true; JSON.stringify = () => "1"; Error = class {}; Function = () => () => true',
      'Promise.prototype.then = function () { return this }; Array.isArray = () => false; Function.prototype.call = () => true',
    ].join('\n')
    expect(await run(js, cheat, ['1 === 2', 'assert.equal(1, 2)', 'assert(false)'])).toMatchObject({
      passed: 0,
      total: 3,
    })
    const swallows = 'Object.defineProperty(Array.prototype, "0", { set() {} })'
    expect(await run(js, swallows, 'test("one", () => assert(false))')).toMatchObject({ passed: 0, total: 1 })
  })

  it.each(hostileInputs)('scores 0 for %s', async (_, response) => {
    expect(await run({ ...js, timeLimitMs: 1000 }, response, ['answer() === 42'])).toMatchObject({
      passed: 0,
      total: 1,
    })
  })

  it('works inside the time limit of a reward, many at once', async () => {
    const scorer = unitTests({ ...js, timeLimitMs: 3_000 })
    const scored = await Promise.all(
      Array.from({ length: 4 }, (_, at) =>
        scoreSample(
          scorer,
          sampleFor(at % 2 ? 'for(;;);' : 'const f = () => 1', { columns: { tests: ['f() === 1'] } }),
        ),
      ),
    )
    expect(scored.map((one) => one.kind === 'scored' && one.score)).toEqual([1, 0, 1, 0])
  })

  it('refuses rows without tests and options of Python', async () => {
    await expect(run(js, add, [])).rejects.toThrow(
      'row 0 has [] in column "tests"; give a program, or a list of tests, as text',
    )
    expect(() => unitTests({ ...js, python: 'python3' })).toThrow('only with language "python"')
  })
})

describe.skipIf(!hasPython)('unitTests in Python', () => {
  const modes = (['limits', ...(hasBwrap ? (['bwrap'] as const) : [])] as const).map(
    (isolation) => [isolation, { language: 'python', isolation, timeLimitMs: 10_000 } as const] as const,
  )

  describe.each(modes)('with isolation %s', (isolation, py) => {
    const add = '```python\ndef add(a, b):\n    return a + b\n```'

    it('scores the share of tests that pass: a list, asserts, test functions', async () => {
      expect(await run(py, add, ['assert add(1, 2) == 3', 'add(1, 1) == 3', 'x = add(1, 0)\nassert x == 1'])).toEqual({
        score: 2 / 3,
        passed: 2,
        total: 3,
        allPassed: false,
        timedOut: false,
        problem: 'AssertionError: the test is false',
        isolation: isolation === 'bwrap' ? 'bwrap' : 'limits-only',
      })
      expect(await run(py, add, 'import math\nassert add(1, 2) == 3\nassert add(1, 2) == 4, "sum"')).toMatchObject({
        passed: 1,
        total: 2,
        problem: 'AssertionError: sum',
      })
      expect(
        await run(py, add, 'def test_a():\n  assert add(1, 2) == 3\ndef test_b():\n  raise ValueError("é\\n")'),
      ).toMatchObject({ passed: 1, total: 2, problem: 'ValueError: é\n' })
      expect(await run(py, add, 'def check(f):\n  assert f(1, 2) == 3\ncheck(add)')).toMatchObject({
        score: 1,
        total: 1,
      })
    })

    it.each([
      ['an endless loop', 400, 'while True: pass', { timedOut: true }],
      [
        'a loop that swallows errors',
        400,
        'while True:\n  try:\n    while True: pass\n  except BaseException: pass',
        { timedOut: true },
      ],
      ['memory', 10_000, 'a = "x" * 10**10', { problem: 'MemoryError: ' }],
      ['recursion', 10_000, 'def g(): return g()\ng()', { timedOut: false }],
      ['fork', 10_000, 'import os\nos.fork()', { problem: 'PermissionError: os.fork is not allowed here' }],
      ['a fork bomb', 400, 'import os\nwhile True:\n  try: os.fork()\n  except Exception: pass', { timedOut: true }],
      [
        'a subprocess',
        10_000,
        'import subprocess\nsubprocess.run(["true"])',
        { problem: 'PermissionError: subprocess.Popen is not allowed here' },
      ],
      [
        'a shell',
        10_000,
        'import os\nos.system("true")',
        { problem: 'PermissionError: os.system is not allowed here' },
      ],
      ['C libraries', 10_000, 'import ctypes', { problem: 'ImportError: ctypes.dlopen is not allowed here' }],
      ['leaving before the tests', 10_000, 'import os\nos._exit(0)', { problem: 'ended before its tests did' }],
      ['an exit', 10_000, 'raise SystemExit(0)', { problem: 'SystemExit: 0' }],
      [
        'reports of its own',
        10_000,
        'import os\nos.write(3, b\'{"kind":"test","isPassed":true}\\n\' * 3)',
        { timedOut: false },
      ],
      ['a flood of reports', 10_000, 'import os\nwhile True: os.write(3, b"x" * 65536)', { timedOut: false }],
      [
        'a flood of output',
        10_000,
        'import sys\nfor _ in range(50): print("x" * 10**6); sys.stderr.write("y" * 10**6)',
        {},
      ],
    ])('survives %s', async (_, timeLimitMs, code, expected) => {
      const outcome = await run({ ...py, timeLimitMs, memoryMb: 256 }, code, ['f() == 1'])
      expect(outcome).toMatchObject({ score: 0, total: 1, ...expected })
    })

    it('reaches no socket', async () => {
      let connections = 0
      const server = createServer().on('connection', () => connections++)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      const code = `import socket\nsocket.create_connection(("127.0.0.1", ${port}), 1)`
      expect(await run(py, code, ['True'])).toMatchObject({
        problem: expect.stringMatching(/^PermissionError: socket\.\S+ is not allowed here$/),
      })
      await new Promise((resolve) => server.close(resolve))
      expect(connections).toBe(0)
    })

    it("writes no file, and reads this user's files only without bwrap", async () => {
      const folder = mkdtempSync(join(tmpdir(), 'unit-tests-'))
      try {
        writeFileSync(join(folder, 'secret'), 'secret')
        const code = `def written():\n  open(${JSON.stringify(join(folder, 'new'))}, "w").write("x")\ndef read():\n  return open(${JSON.stringify(join(folder, 'secret'))}).read()`
        const { passed } = await run(py, code, ['written() or True', 'read() == "secret"'])
        expect(existsSync(join(folder, 'new'))).toBe(false)
        expect(passed).toBe(isolation === 'bwrap' ? 0 : 1)
      } finally {
        rmSync(folder, { recursive: true })
      }
    })

    it("does not see this process's environment", async () => {
      process.env.UNIT_TESTS_SECRET = 'x'
      expect(await run(py, 'import os', ['"UNIT_TESTS_SECRET" not in os.environ'])).toMatchObject({ score: 1 })
      delete process.env.UNIT_TESTS_SECRET
    })
  })

  it.each(hostileInputs)('scores 0 for %s', async (_, response) => {
    expect(await run({ language: 'python' }, response, ['answer() == 42'])).toMatchObject({ passed: 0, total: 1 })
  })

  it('blames a row whose tests are not Python', async () => {
    await expect(run({ language: 'python', isolation: 'limits' }, 'x = 1', 'def (')).rejects.toThrow(
      'the tests of row 0 (column "tests") are not Python (SyntaxError',
    )
  })
})

describe('unitTests where Python cannot run', () => {
  it('says what to install instead of scoring 0', async () => {
    const error = await run({ language: 'python', python: 'no-such-python' }, 'x = 1', ['x == 1']).catch(
      (thrown) => thrown,
    )
    expect(error).toMatchObject({ boundary: 'config', code: 'python-missing' })
    expect(error.message).toContain('install Python 3, or name one in the option "python"')
  })

  it('says what to install when bwrap is asked for and does not work', async ({ skip }) => {
    skip(hasBwrap || !hasPython, 'needs python3 and a machine where bwrap does not work')
    const error = await run({ language: 'python', isolation: 'bwrap' }, 'x = 1', ['x == 1']).catch((thrown) => thrown)
    expect(error).toMatchObject({ boundary: 'config', code: 'bwrap-missing' })
  })
})
