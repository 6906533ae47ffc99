import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sampleFor } from '../hostile-inputs.test.support.js'
import { unitTests } from '../unit-tests.js'
import { findPython } from './python-program.js'

const hasPython = spawnSync('python3', ['--version']).status === 0
const options = { language: 'python', isolation: 'limits', timeLimitMs: 20_000 } as const
const scorer = unitTests(options)
const run = async (response: string, tests: string | string[]) =>
  await scorer(sampleFor(response, { columns: { tests } }))

describe.skipIf(!hasPython)('Python tests', () => {
  const right = 'def add(a, b):\n    return a + b'
  const wrong = 'def add(a, b):\n    return 0'
  const cases = 'import unittest\nclass TestCases(unittest.TestCase):\n'

  it.each([
    ['an expression', ['add(1, 2) == 3']],
    ['statements that end in a comparison', ['r = add(1, 2)\nr == 3']],
    ['a negation', ['not add(1, 2) != 3']],
    ['a program of one expression', 'add(1, 2) == 3'],
    ['a program of comparisons', 'add(1, 2) == 3 and add(2, 2) == 4\nadd(1, 1) == 2'],
    ['a check that is called', 'def check(f):\n    assert f(1, 2) == 3\ncheck(add)'],
    [
      'a check that is called by another function',
      'def check(f):\n    assert f(1, 2) == 3\ndef main():\n    check(add)\nmain()',
    ],
    ['a loop', 'for n in range(1, 3):\n    assert add(n, 2) == n + 2'],
    [
      'unittest',
      `${cases}    def test_sum(self):\n        self.assertEqual(add(1, 2), 3)\nif __name__ == "__main__":\n    unittest.main()`,
    ],
    [
      'unittest with a call of main',
      `${cases}    def setUp(self):\n        self.want = 3\n    def test_sum(self):\n        self.assertEqual(add(1, 2), self.want)\nunittest.main()`,
    ],
    [
      'async test functions',
      'import asyncio\nasync def test_sum():\n    await asyncio.sleep(0.001)\n    assert add(1, 2) == 3',
    ],
  ])('pass right and fail wrong code: %s', async (_, tests) => {
    expect(await run(right, tests)).toMatchObject({ score: 1 })
    expect(await run(wrong, tests)).toMatchObject({ score: 0 })
  })

  it('count each method of a unittest class, and none that is skipped by the code', async () => {
    const methods =
      '    def test_a(self):\n        self.assertEqual(add(1, 2), 3)\n    def test_b(self):\n        self.assertEqual(add(0, 0), 1)'
    expect(await run(right, cases + methods)).toMatchObject({
      passed: 1,
      total: 2,
      problem: 'AssertionError: AssertionError: 0 != 1',
    })
    expect(await run('garbage (', cases + methods)).toMatchObject({ passed: 0, total: 2 })
    const skips = 'import unittest\ndef add(a, b):\n    raise unittest.SkipTest("no")'
    expect(await run(skips, cases + methods)).toMatchObject({ passed: 0, total: 2 })
  })

  it('do not count what only sets up, and share it', async () => {
    const tests = ['import math', 'def check(f):\n    assert f(math.floor(1.5), 2) == 3', 'check(add)']
    expect(await run(right, tests)).toMatchObject({ score: 1, total: 1 })
    expect(await run(wrong, tests)).toMatchObject({ score: 0, total: 1 })
  })

  it('need a value where nothing asserts: None and 0 pass no test', async () => {
    expect(await run('def is_prime(n):\n    pass', ['is_prime(7)'])).toMatchObject({
      score: 0,
      problem: 'AssertionError: the test gives None and asserts nothing',
    })
    expect(await run('def is_prime(n):\n    return 0', ['is_prime(7)'])).toMatchObject({ score: 0 })
  })

  it('give code that does not compile no point, whatever they check', async () => {
    expect(await run('garbage (', ['True', '1 == 1'])).toMatchObject({ score: 0, total: 2 })
    expect(await run('garbage (', 'assert True')).toMatchObject({ score: 0, total: 1 })
  })

  it.each([
    [
      "HumanEval's check without its call",
      'METADATA = dict(author="x")\n\ndef check(candidate):\n    assert candidate(1) == 2\n',
      'check nothing, any response would pass: "METADATA',
    ],
    ['declarations', ['import math', 'x = 3'], 'check nothing'],
    ['a class that is no test', 'class TestSum:\n    def test_a(self):\n        assert False', 'check nothing'],
    ['a text', ['"add"'], 'check nothing'],
    ['a lambda', 'lambda: add(1, 2) == 3', 'check nothing'],
    ['a comment', '# nothing', 'check nothing'],
    ['a list entry that does not compile', ['add(1, 2) == 3', 'add(1,'], 'are not Python (SyntaxError'],
    [
      'a return outside a function',
      ['return add(1, 2) == 3'],
      "are not Python (SyntaxError: 'return' outside function",
    ],
    [
      'an event loop of its own',
      'import unittest\nclass T(unittest.IsolatedAsyncioTestCase):\n    async def test_a(self):\n        assert False',
      'need IsolatedAsyncioTestCase',
    ],
  ])('that cannot fail or run are the fault of the row: %s', async (_, tests, problem) => {
    const error = await run('garbage (', tests).then(
      () => null,
      (thrown) => thrown,
    )
    expect(error).toMatchObject({ boundary: 'data', code: 'bad-tests' })
    expect(error.message).toContain(`the tests of row 0 (column "tests") ${problem}`)
  })
})

describe.skipIf(!hasPython)('the Python process', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'python-sandbox-'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })

  /** A bwrap that does as told, once for each line of its log. */
  function standIn(script: string): void {
    writeFileSync(
      join(folder, 'bwrap'),
      `#!/bin/sh\necho >> "${folder}/calls"\ncalls=$(wc -l < "${folder}/calls")\n${script}\n`,
    )
    chmodSync(join(folder, 'bwrap'), 0o755)
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
  }

  it.each(['ast', 'json', 'traceback', 'resource', 'encodings'])(
    'imports no %s.py from its working folder',
    async (name) => {
      writeFileSync(
        join(folder, `${name}.py`),
        `import os\nos.mkdir(${JSON.stringify(join(folder, 'ran'))})\nraise ImportError`,
      )
      vi.stubEnv('TMPDIR', folder)
      expect(await run('import json, traceback\nx = 1', ['x == 1'])).toMatchObject({ score: 1 })
      expect(existsSync(join(folder, 'ran'))).toBe(false)
    },
  )

  it('tries bwrap again after one failure', async () => {
    standIn('[ "$calls" -gt 1 ]')
    expect(await findPython('python3', 'auto')).toMatchObject({ isolation: 'bwrap' })
  })

  it('goes on without bwrap where it fails twice, unless it is asked for', async () => {
    standIn('exit 1')
    expect(await findPython('python3', 'auto')).toMatchObject({ isolation: 'limits-only' })
    await expect(findPython('python3', 'bwrap')).rejects.toMatchObject({ boundary: 'config', code: 'bwrap-missing' })
  })

  it('does not take a bwrap that is slow to answer for one that does not work', async () => {
    standIn('exec sleep 60')
    await expect(findPython('python3', 'auto', 200)).rejects.toMatchObject({
      boundary: 'reward',
      code: 'sandbox-failed',
      message: "bwrap gave no answer within 0.2 s; try again on a less busy machine, or set isolation: 'limits'",
    })
  })

  it('looks for Python anew after an error', async () => {
    const scorer = unitTests({ ...options, python: 'python-of-the-test' })
    const score = async () => await scorer(sampleFor('x = 1', { columns: { tests: ['x == 1'] } }))
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
    await expect(score()).rejects.toMatchObject({ code: 'python-missing' })
    writeFileSync(join(folder, 'python-of-the-test'), '#!/bin/sh\nexec python3 "$@"\n')
    chmodSync(join(folder, 'python-of-the-test'), 0o755)
    expect(await score()).toMatchObject({ score: 1 })
  })
})
