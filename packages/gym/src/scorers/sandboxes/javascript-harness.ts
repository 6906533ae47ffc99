/**
 * The program inside the QuickJS machine that runs tests. It is evaluated before the response's code and keeps what it
 * needs in its closure, so that code which replaces `JSON`, `Object.is` or `Promise` does not change a verdict; only
 * `report` leads out, and only this closure has it. Its value is `(tests) => promise`.
 */
export const javascriptHarness = `(report) => {
  const { stringify } = JSON, { is, keys, getPrototypeOf } = Object, { isArray } = Array
  const compile = Function, Failure = Error, text = String
  const shown = (value) => { if (typeof value === 'string') return value; try { return text(stringify(value) ?? value) } catch { return 'a value' } }
  const same = (a, b) => {
    if (is(a, b) || a === b) return true
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
    if (isArray(a) !== isArray(b) || getPrototypeOf(a) !== getPrototypeOf(b)) return false
    if (a instanceof Map || a instanceof Set) return a.size === b.size && same([...a], [...b])
    if (a instanceof Date) return a.getTime() === b.getTime()
    const names = keys(a)
    if (names.length !== keys(b).length) return false
    for (let at = 0; at < names.length; at++) if (!same(a[names[at]], b[names[at]])) return false
    return true
  }
  const assert = (value, message) => { if (!value) throw new Failure(message ?? 'assertion failed: ' + shown(value)) }
  assert.ok = assert
  assert.equal = (a, b, message) => assert(is(a, b) || a === b, message ?? shown(a) + ' is not ' + shown(b))
  assert.deepEqual = (a, b, message) => assert(same(a, b), message ?? shown(a) + ' is not ' + shown(b))
  assert.throws = (run, message) => {
    let threw = false
    try { run() } catch { threw = true }
    assert(threw, message ?? 'did not throw')
  }
  const compiled = (source) => {
    try { return compile('assert', 'return (' + source + '\\n)') } catch { return compile('assert', source) }
  }
  const attempt = async (run) => {
    try {
      if ((await run()) === false) throw new Failure('the test is false')
    } catch (error) {
      report('test', false, shown(error?.message ?? error))
      return
    }
    report('test', true, '')
  }
  return async (tests) => {
    if (isArray(tests)) {
      report('total', tests.length, '')
      for (let at = 0; at < tests.length; at++) await attempt(() => compiled(tests[at])(assert))
      return
    }
    const cases = { __proto__: null }
    let count = 0
    const test = (name, run) => { cases[count++] = run ?? name }
    const whole = compile('test', 'it', 'assert', tests)
    try {
      whole(test, test, assert)
    } catch (error) {
      report('total', count + 1, '')
      report('test', false, shown(error?.message ?? error))
      return
    }
    report('total', count || 1, '')
    if (count === 0) report('test', true, '')
    for (let at = 0; at < count; at++) await attempt(cases[at])
  }
}`
