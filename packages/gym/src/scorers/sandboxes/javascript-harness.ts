/**
 * The program inside the QuickJS machine that runs tests. It is evaluated before the response's code and keeps what it
 * needs in its closure, so that code which replaces `JSON`, `Object.is` or `Promise` does not change a verdict; only
 * `report` leads out, and only this closure has it. Its value is `(plan) => run`: tests are compiled before the response's
 * code is there, and throw when they cannot be; `run()` locks the built-in objects and gives a promise.
 */
export const javascriptHarness = `(report, builtIns) => {
  'use strict'
  const { stringify } = JSON, { is, keys, getPrototypeOf, hasOwn, getOwnPropertyDescriptor } = Object, { isArray } = Array
  const compile = Function, Failure = Error, text = String, { apply } = Reflect
  const shown = (value) => { if (typeof value === 'string') return value; try { return text(stringify(value) ?? value) } catch { return 'a value' } }
  const messageOf = (error) => { try { return shown(error?.message ?? error) } catch { return 'an error that cannot be shown' } }

  const listed = (entries, next) => (value) => {
    const iterator = apply(entries, value, []), list = []
    for (let step = apply(next, iterator, []), at = 0; !step.done; step = apply(next, iterator, [])) list[at++] = step.value
    return list
  }
  const called = (method) => (value) => apply(method, value, [])
  const getter = (prototype, name) => getOwnPropertyDescriptor(prototype, name).get
  // What an object holds besides properties. Each throws for objects of another kind, whatever they pretend to be.
  const contents = [
    listed(Map.prototype.entries, new Map().entries().next),
    listed(Set.prototype.values, new Set().values().next),
    called(Date.prototype.getTime),
    (value) => [apply(getter(RegExp.prototype, 'source'), value, []), value.flags],
    ...[Number, String, Boolean, BigInt, Symbol].map(({ prototype }) => called(prototype.valueOf)),
  ]
  const contentsOf = (value) => {
    for (let at = 0; at < contents.length; at++) try { return { __proto__: null, at, held: contents[at](value) } } catch {}
    return undefined
  }
  const errors = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, InternalError, AggregateError]
  const typedArrays = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float16Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array]
  const isErrorBase = new Map(errors.map(({ prototype }) => [prototype, true]))
  const isOpenBase = new Map([Object, Array, ...errors, ...typedArrays].map(({ prototype }) => [prototype, true]))
  const { has } = Map.prototype
  const baseOf = (value) => {
    let base = getPrototypeOf(value)
    while (base !== null && !builtIns.isBuiltIn(base)) base = getPrototypeOf(base)
    return base
  }
  const same = (a, b) => {
    if (is(a, b) || a === b) return true
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
    if (isArray(a) !== isArray(b) || getPrototypeOf(a) !== getPrototypeOf(b)) return false
    if (isArray(a) && a.length !== b.length) return false
    const base = baseOf(a)
    if (base !== null && !apply(has, isOpenBase, [base])) {
      // A promise or an iterator shows nothing that could be compared.
      const inA = contentsOf(a), inB = contentsOf(b)
      if (!inA || inA.at !== inB?.at || !same(inA.held, inB.held)) return false
    }
    if (apply(has, isErrorBase, [base]) && !(same(a.name, b.name) && same(a.message, b.message))) return false
    const names = keys(a)
    if (names.length !== keys(b).length) return false
    for (let at = 0; at < names.length; at++) if (!hasOwn(b, names[at]) || !same(a[names[at]], b[names[at]])) return false
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
  const holds = (value) => assert(value, 'the test is false')

  // Names of the language are parameters: a global of the response does not stand in their place.
  const compiled = ({ source }) => apply(compile, undefined, [...builtIns.names, 'assert', 'test', 'it', 'gymHolds', 'return async function () {\\n' + source + '\\n}'])
  const started = (program, test) => apply(apply(program, undefined, [...builtIns.values, assert, test, test, holds]), undefined, [])
  const judged = (value, needsTruth) => {
    if (value === undefined && needsTruth) throw new Failure('the test gives undefined and asserts nothing')
    if (value !== undefined) holds(value)
  }
  const attempt = async (run, needsTruth) => {
    try {
      judged(await run(), needsTruth)
    } catch (error) {
      report('test', false, messageOf(error))
      return
    }
    report('test', true, '')
  }
  const runList = async (tests, programs) => {
    report('total', tests.length, '')
    for (let at = 0; at < tests.length; at++) await attempt(() => started(programs[at]), tests[at].needsTruth)
  }
  const runProgram = async ({ needsTruth, registers }, program) => {
    const cases = { __proto__: null }
    let count = 0
    try {
      const value = await started(program, (name, run) => { cases[count++] = run ?? name })
      if (count === 0 && registers) throw new Failure('the program came to its end without a call of test()')
      if (count === 0) judged(value, needsTruth)
    } catch (error) {
      report('total', count + 1, '')
      report('test', false, messageOf(error))
      return
    }
    report('total', count || 1, '')
    if (count === 0) report('test', true, '')
    for (let at = 0; at < count; at++) await attempt(cases[at], needsTruth)
  }
  return ({ isProgram, tests }) => {
    const programs = tests.map(compiled)
    return async () => {
      const changed = builtIns.lock()
      if (changed !== null) {
        report('total', tests.length, '')
        report('test', false, 'the code changes the built-in "' + changed + '" for good')
        return
      }
      if (isProgram) await runProgram(tests[0], programs[0])
      else await runList(tests, programs)
    }
  }
}`
