import { describe, expect, it } from 'vitest'
import { sampleFor } from '../hostile-inputs.test.support.js'
import { unitTests } from '../unit-tests.js'

const scorer = unitTests({ language: 'javascript', timeLimitMs: 10_000 })
const run = async (response: string, tests: string | string[]) =>
  await scorer(sampleFor(response, { columns: { tests } }))

const sorts = 'JSON.stringify(sort([3, 1, 2])) === JSON.stringify([1, 2, 3])'
const bySort = (lie: string) => `${lie}; function sort(list) { return list }`
const inCall = (lie: string) => `function sort(list) { ${lie}; return list }`
const equal = (a: string, b: string) => `assert.deepEqual(${a}, ${b})`

describe('wrong JavaScript that changes the language', () => {
  it.each([
    ['replaces JSON.stringify', bySort("JSON.stringify = () => ''"), sorts],
    ['replaces JSON.stringify when called', inCall("JSON.stringify = () => '[3,1,2]'"), sorts],
    ['defines JSON.stringify', bySort("Object.defineProperty(JSON, 'stringify', { value: () => '' })"), sorts],
    ['declares a JSON of its own', bySort("const JSON = { stringify: () => '' }"), sorts],
    ['sets a JSON of its own when called', inCall("globalThis.JSON = { stringify: () => '' }"), sorts],
    ['exports a JSON of its own', "export const JSON = { stringify: () => '' }; export const sort = (a) => a", sorts],
    ['adds toJSON to Array.prototype', bySort('Array.prototype.toJSON = () => 1'), sorts],
    ['adds toJSON to Object.prototype', bySort('Object.prototype.toJSON = () => 1'), sorts],
    ['adds toJSON when called', inCall('Object.prototype.toJSON = () => 1'), sorts],
    ['replaces join', bySort("Array.prototype.join = () => ''"), 'sort([3, 1, 2]).join() === [1, 2, 3].join()'],
    ['replaces toString', bySort("Array.prototype.toString = () => ''"), 'String(sort([3, 1])) === String([1, 3])'],
    ['adds toPrimitive', bySort("Array.prototype[Symbol.toPrimitive] = () => ''"), "sort([3, 1]) + '' === [1, 3] + ''"],
    ['replaces every', bySort('Array.prototype.every = () => true'), 'sort([3, 1]).every((x, at) => x === [1, 3][at])'],
    [
      'shadows call on a built-in function',
      'Object.prototype.hasOwnProperty.call = () => true; const f = () => ({})',
      "Object.prototype.hasOwnProperty.call(f(), 'a')",
    ],
    ['replaces Number.isNaN', 'Number.isNaN = () => true; const f = () => 1', 'Number.isNaN(f())'],
    ['replaces Math.abs', 'Math.abs = () => 0; const f = () => 1', 'Math.abs(f() - 9) < 0.1'],
    [
      'declares a Math of its own',
      'class Math { static abs() { return 0 } } const f = () => 1',
      'Math.abs(f() - 9) < 0.1',
    ],
    [
      'takes over instanceof',
      'Object.defineProperty(Map, Symbol.hasInstance, { value: () => true }); f = () => 1',
      'f() instanceof Map',
    ],
    [
      'makes everything a date',
      'Object.defineProperty(Date, Symbol.hasInstance, { value: () => true }); Object.prototype.getTime = () => 0; f = () => ({ a: 1 })',
      equal('f()', '{ a: 2 }'),
    ],
    [
      'empties the iterator of sets',
      'Set.prototype[Symbol.iterator] = function* () {}; f = () => new Set([1])',
      equal('f()', 'new Set([2])'),
    ],
    [
      'empties the iterator of arrays',
      'Array.prototype[Symbol.iterator] = function* () {}; f = () => [1]',
      '[...f()].length === [].length',
    ],
    [
      'empties array iterators',
      'Object.getPrototypeOf([].values()).next = () => ({ done: true }); f = () => [1]',
      '[...f()].length === [].length',
    ],
    [
      'empties its own set',
      'f = () => Object.defineProperty(new Set([1]), Symbol.iterator, { value: function* () { yield 2 } })',
      equal('f()', 'new Set([3])'),
    ],
    [
      'replaces forEach',
      'Array.prototype.forEach = () => {}; f = () => 0',
      '[[1, 2]].forEach(([i, o]) => test("one", () => assert.equal(f(i), o)))',
    ],
    ['registers no test', 'const cases = []', 'for (const { i, o } of cases) test("one", () => assert.equal(i, o))'],
    [
      'swallows elements by push',
      'Object.defineProperty(Array.prototype, 0, { set() {} }); f = () => [3]',
      'const a = [], b = []; a.push(f()[0]); b.push(4); assert.deepEqual(a, b)',
    ],
    [
      'swallows a property by a getter',
      'Object.defineProperty(Object.prototype, "a", { get: () => 1 }); f = () => ({})',
      'const want = {}; want.a = 1; assert.deepEqual(f(), want)',
    ],
    [
      'swallows a property',
      'Object.defineProperty(Object.prototype, "a", { set() {} }); f = () => ({})',
      'const want = {}; want.a = 1; assert.deepEqual(f(), want)',
    ],
    [
      'gives typed arrays another parent',
      'Object.setPrototypeOf(Uint8Array.prototype, { join: () => "" }); f = () => new Uint8Array(1)',
      'f().join() === new Uint8Array([2]).join()',
    ],
    [
      'replaces a method for good',
      'Object.defineProperty(Array.prototype, "join", { value: () => "", configurable: false }); f = () => [1]',
      'f().join() === [2].join()',
    ],
    [
      'freezes a lie',
      'JSON.stringify = () => ""; Object.freeze(JSON); f = () => 1',
      'JSON.stringify(f()) === JSON.stringify(2)',
    ],
    [
      'replaces the built-in of which a built-in is made',
      'Function.prototype.apply = () => true; Reflect.apply = () => true; f = () => 1',
      'f() === 2',
    ],
    [
      'changes built-ins after loading',
      'Promise.resolve().then(() => { JSON.stringify = () => "" }); f = () => 1',
      'await 0; JSON.stringify(f()) === JSON.stringify(2)',
    ],
    [
      'replaces the constructor of promises',
      'Promise.prototype.constructor = class {}; Promise.resolve = () => 1; f = () => 1',
      'Promise.resolve(f()).then((x) => x === 2)',
    ],
  ])('scores 0: %s', async (_, code, tests) => {
    expect(await run(code, /test\(/.test(tests) ? tests : [tests])).toMatchObject({ score: 0 })
  })

  it.each([
    ['arrays of another length', 'new Array(3)', '[]'],
    ['undefined under another name', '{ a: undefined }', '{ b: undefined }'],
    ['other patterns', '/a/g', '/b/g'],
    ['other flags', '/a/g', '/a/i'],
    ['other numbers as objects', 'new Number(1)', 'new Number(2)'],
    ['other errors', 'new Error("a")', 'new Error("b")'],
    ['other dates', 'new Date(1)', 'new Date(2)'],
    ['other maps', 'new Map([[1, { a: 1 }]])', 'new Map([[1, { a: 2 }]])'],
    ['promises', 'Promise.resolve(1)', 'Promise.resolve(2)'],
    ['iterators', '[1].values()', '[2].values()'],
    ['a date in name only', 'Object.create(Date.prototype)', 'new Date(0)'],
    ['a proxy of a set', 'new Proxy(new Set([1]), {})', 'new Set([1])'],
  ])('tells apart %s', async (_, a, b) => {
    expect(await run('', [equal(a, b), equal(b, a)])).toMatchObject({ passed: 0, total: 2 })
  })
})

it('counts no test that ends after the time limit', async () => {
  // Time for the first test on a busy machine as well.
  const scorer = unitTests({ language: 'javascript', timeLimitMs: 3_000 })
  const code = 'async function loop() { for (;;); }\nconst one = () => 1'
  const tests = ['one() === 1', 'loop().catch(() => true)', 'one() === 1']
  const outcome = await scorer(sampleFor(code, { columns: { tests } }))
  expect(outcome).toMatchObject({ passed: 1, total: 3, timedOut: true })
})

describe('honest JavaScript', () => {
  it.each([
    [
      'classes',
      'class A { #n = 1; get n() { return this.#n } static of() { return new A() } } class B extends A {}',
      'new B().n === 1 && A.of().n === 1',
    ],
    [
      'an error class',
      "class Oops extends Error { constructor(m) { super(m); this.name = 'Oops' } }",
      "new Oops('x').name === 'Oops' && String(new Oops('x')) === 'Oops: x'",
    ],
    [
      'an old-style error class',
      "function Oops(m) { this.message = m; this.name = 'Oops' } Oops.prototype = Object.create(Error.prototype); Oops.prototype.constructor = Oops",
      "new Oops('x') instanceof Error && new Oops('x').constructor === Oops && new Oops('x').message === 'x'",
    ],
    [
      'methods named like built-in ones',
      "function P() {} P.prototype.toString = function () { return 'p' }; P.prototype.valueOf = () => 3",
      "String(new P()) === 'p' && +new P() === 3",
    ],
    [
      'a stack that inherits from Array',
      'function S() {} S.prototype = []; S.prototype.push = function (x) { this.x = x }',
      'const s = new S(); s.push(4); s.x === 4',
    ],
    [
      'an array-like',
      'function L() { this.length = 0 } L.prototype = Object.create(Array.prototype)',
      'const l = new L(); l.push(1); l.length === 1',
    ],
    [
      'a class that assigns in its constructor',
      "'use strict'; class Q extends Map { constructor() { super(); this.values = 1; this.keys = [] } }",
      'new Q().values === 1 && new Q().keys.length === 0',
    ],
    [
      'assigned statics',
      'class D extends Date {} D.now = () => 5; D.call = 6',
      'D.now() === 5 && D.call === 6 && Date.now() !== 5',
    ],
    [
      'counting words',
      "'use strict'; function count(words) { const n = {}; for (const w of words) n[w] = (Object.hasOwn(n, w) ? n[w] : 0) + 1; return n }",
      "const n = count(['constructor', 'toString', 'constructor']); n.constructor === 2 && n.toString === 1",
    ],
    [
      'Object.assign onto a prototype',
      'function A() {} Object.assign(A.prototype, { toString() { return "a" }, constructor: A })',
      'String(new A()) === "a"',
    ],
    [
      'a polyfill',
      'if (!Array.prototype.last) Array.prototype.last = function () { return this[this.length - 1] }',
      '[1, 2].last() === 2',
    ],
    [
      'a polyfill by defineProperty',
      "Object.defineProperty(String.prototype, 'shout', { value() { return this.toUpperCase() } })",
      '"a".shout() === "A"',
    ],
    [
      'a getter on a prototype',
      "Object.defineProperty(Array.prototype, 'first', { get() { return this[0] } })",
      '[7].first === 7',
    ],
    [
      'a polyfill on Object.prototype',
      'Object.prototype.isEmpty = function () { return Object.keys(this).length === 0 }',
      '({}).isEmpty() && !({ a: 1 }).isEmpty()',
    ],
    [
      'a static polyfill',
      'Object.groupings = (list) => list.length; Math.clamp = (x, a, b) => Math.min(b, Math.max(a, x))',
      'Object.groupings([1]) === 1 && Math.clamp(9, 1, 3) === 3',
    ],
    [
      'a polyfill of what is there',
      "Array.prototype.flat = function () { return [] }; Object.defineProperty(Array.prototype, 'at', { value: () => 0 })",
      '[[1]].flat()[0] === 1 && [5].at(-1) === 5',
    ],
    [
      'toJSON of BigInt',
      'BigInt.prototype.toJSON = function () { return String(this) }',
      'JSON.stringify({ n: 1n }) === \'{"n":"1"}\'',
    ],
    [
      'variables named like built-ins',
      "const Map = 1, Symbol = 2; let name = 'x', JSON = null; var Reflect = 3; const f = () => Map + Symbol + Reflect",
      'f() === 6 && new Map().size === 0 && JSON.stringify([1]) === "[1]"',
    ],
    ['a function named escape', "function escape(text) { return text.replace('<', '&lt;') }", "escape('<') === '&lt;'"],
    [
      'a class named Iterator',
      'class Iterator { constructor(n) { this.n = n } next() { return this.n++ } }',
      'new Iterator(4).next() === 4',
    ],
    [
      'its own iterator',
      'class R { constructor(n) { this.n = n } *[Symbol.iterator]() { for (let i = 0; i < this.n; i++) yield i } }',
      'assert.deepEqual([...new R(3)], [0, 1, 2])',
    ],
    [
      'assigned symbols',
      'function T() {} T.prototype[Symbol.toPrimitive] = () => 8; class U extends Array {} U.prototype[Symbol.iterator] = function* () { yield 9 }',
      '+new T() === 8 && [...new U()][0] === 9',
    ],
    ['a frozen object', "'use strict'; const f = () => Object.freeze({ toString: 1 })", 'f().toString === 1'],
    [
      'frozen built-ins',
      'Object.freeze(Array.prototype); Object.freeze(Object.prototype); const f = () => [1].map((x) => x + 1)',
      'assert.deepEqual(f(), [2])',
    ],
    [
      'async code',
      'const wait = () => new Promise((done) => done(3)); async function f() { return (await wait()) + 1 }',
      'await f() === 4',
    ],
    ['an example at the end', 'function f() { return 1 }\nconsole.log(f())', 'f() === 1'],
    [
      'a throw',
      "function f() { throw new TypeError('no') }",
      "try { f(); assert(false) } catch (e) { assert(e instanceof TypeError && e.message === 'no') }",
    ],
    [
      'equal values',
      'const f = () => [new Map([[1, new Set([2])]]), /a/g, new Date(1), new Error("x"), new Uint8Array([1]), { a: [undefined] }]',
      equal(
        'f()',
        '[new Map([[1, new Set([2])]]), /a/g, new Date(1), new Error("x"), new Uint8Array([1]), { a: [undefined] }]',
      ),
    ],
    [
      'equal objects of a class',
      'class V { constructor(x) { this.x = x } } class M extends Map {}',
      'assert.deepEqual(new V(1), new V(1)); assert.deepEqual(new M([[1, 2]]), new M([[1, 2]]))',
    ],
  ])('passes with %s', async (_, code, test) => {
    expect(await run(code, [test])).toMatchObject({ score: 1 })
  })
})

describe('JavaScript tests', () => {
  const right = 'function add(a, b) { return a + b }'
  const wrong = 'function add(a, b) { return 0 }'

  it.each([
    ['an expression with a semicolon', ['add(1, 2) === 3;']],
    ['an expression with a comment', ['add(1, 2) === 3 // sum']],
    ['statements that end in a comparison', ['const r = add(1, 2); r === 3']],
    ['a comparison before the end', ['const r = add(1, 2)\nr === 3\nconst done = true']],
    ['two conditions in parentheses', ['(add(1, 2) === 3 && add(2, 2) === 4);']],
    ['a negation', ['!(add(1, 2) !== 3);']],
    ['a return', ['return add(1, 2) === 3']],
    ['a promise', ['Promise.resolve(add(1, 2)).then((sum) => sum === 3);']],
    ['await', ['await add(1, 2) === 3', 'const r = await add(1, 2); assert.equal(r, 3)']],
    ['an assert of its own', ['const assert = (x) => { if (!x) throw new Error("no") }; assert(add(1, 2) === 3)']],
    ['a call that throws', ['(() => { if (add(1, 2) !== 3) throw new Error("sum") })()']],
    ['a loop', ['for (const [a, b, c] of [[1, 2, 3]]) { assert.equal(add(a, b), c) }']],
    ['a program of one expression', 'add(1, 2) === 3'],
    ['a program that calls its check', 'const check = (f) => { assert(f(1, 2) === 3) }\ncheck(add)'],
    [
      'a program that calls its check by another function',
      'const check = (f) => { assert(f(1, 2) === 3) }\nfunction all() { check(add) }\nall()',
    ],
    ['a program that hands its check over', 'const check = (sum) => assert(sum === 3);\n[add(1, 2)].forEach(check)'],
    ['a class of checks', 'class Checks { sum() { assert.equal(add(1, 2), 3) } }\nnew Checks().sum()'],
    ['test() in a loop', 'for (const [a, b] of [[1, 3]]) test(String(a), () => assert.equal(add(a, 2), b))'],
    ['test() with a value', 'test("sum", () => add(1, 2) === 3)'],
    ['test() with a condition for a statement', 'test("sum", () => { add(1, 2) === 3 })'],
    ['test() that waits', 'test("sum", async () => { assert.equal(await add(1, 2), 3) });'],
  ])('pass right and fail wrong code: %s', async (_, tests) => {
    expect(await run(right, tests)).toMatchObject({ score: 1 })
    expect(await run(wrong, tests)).toMatchObject({ score: 0 })
  })

  it('need a value where nothing asserts: undefined passes no test', async () => {
    expect(await run('function isPrime() {}', ['isPrime(7)', 'isPrime(5);'])).toMatchObject({ passed: 0, total: 2 })
    expect(await run('function isPrime() {}', 'test("7", () => isPrime(7))')).toMatchObject({
      score: 0,
      problem: 'the test gives undefined and asserts nothing',
    })
    expect(await run('const isPrime = () => null', ['isPrime(7)'])).toMatchObject({ score: 0 })
  })

  it('give code that is none no point, whatever they check', async () => {
    expect(await run('garbage (', ['true', '1 === 1'])).toMatchObject({ score: 0, passed: 0, total: 2 })
    expect(await run('garbage (', 'if (false) throw 1')).toMatchObject({ score: 0, passed: 0, total: 1 })
    expect(await run('export const garbage = (', ['true'])).toMatchObject({ score: 0 })
  })

  it.each([
    [
      'a check that is never called',
      'function check(f) { assert(f(1) === 2) }',
      'check nothing, any response would pass: "function check(f)',
    ],
    ['an arrow that is never called', 'const check = (f) => assert(f(1) === 2)', 'check nothing'],
    [
      'a check that is never called beside a call',
      'const pattern = new RegExp("a")\nfunction check(f) { assert(f(1) === 2) }',
      'check nothing',
    ],
    [
      'a method that is never called',
      'class Checks { run(f) { assert(f(1) === 2) } }\nconst f = String(1)',
      'check nothing',
    ],
    ['a function as an expression', ['true', '(function () { assert(false) })'], 'check nothing'],
    ['declarations', ['const want = 3'], 'check nothing'],
    ['a comment', '// nothing', 'check nothing'],
    ['a bare string', ['"add"'], 'check nothing'],
    ['text that does not compile', ['add(1, === 3'], 'are not JavaScript (Unexpected token (1:7)): "add(1, === 3"'],
    ['test() in a list', ['test("a", () => assert(false))'], 'call test() inside a list'],
  ])('that cannot fail or run are the fault of the row: %s', async (_, tests, problem) => {
    const error = await run('garbage (', tests).then(
      () => null,
      (thrown) => thrown,
    )
    expect(error).toMatchObject({ boundary: 'data', code: 'bad-tests' })
    expect(error.message).toContain(`the tests of row 0 (column "tests") ${problem}`)
  })
})
