/**
 * The program inside the QuickJS machine that keeps the language's own objects as they were. It is evaluated before the
 * response's code and remembers every built-in object; `lock()`, called between the response's code and the tests, puts
 * back what the code replaced and makes it unchangeable, so that neither then nor inside a tested function can
 * `JSON.stringify` or `Set.prototype[Symbol.iterator]` become another. What honest code does goes on working:
 *
 * - New methods on built-in prototypes (polyfills) stay, except those through which the language itself acts.
 * - An object that inherits from a built-in prototype may have properties named like the prototype's, also by assignment:
 *   on prototypes and constructors each value becomes an accessor whose setter makes an own property of the object.
 *
 * `names` and `values` are the global built-ins, for code that is to see them whatever globals the response declares.
 * `lock()` returns null, or the name of what could not be put back.
 */
export const javascriptBuiltIns = `() => {
  'use strict'
  const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty, getPrototypeOf, setPrototypeOf, preventExtensions, apply } = Reflect
  const text = String, number = Number, { is, prototype: root } = Object
  const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'
  const found = new Set(), { has } = Set.prototype
  const isBuiltIn = (object) => apply(has, found, [object])
  const generators = [function* () {}, async () => {}, async function* () {}]
  const iterators = [[].values(), [].values().map(() => 0), new Map().values(), new Set().values(), ''[Symbol.iterator](), ''.matchAll(/a/g), Iterator.from({ next() {} })]
  const names = [], values = []
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    // A task may well be to write one of the last three.
    if (['undefined', 'NaN', 'Infinity', 'escape', 'unescape', 'Iterator'].includes(name)) continue
    names.push(name)
    values.push(globalThis[name])
  }

  const isMethod = (object) => typeof object === 'function' && object !== Function.prototype && !Object.hasOwn(object, 'prototype')
  const waiting = [...values, escape, unescape, Iterator, ...[...generators, ...iterators].map(getPrototypeOf)]
  const records = [], recordOf = new Map(), { get: find } = Map.prototype
  while (waiting.length > 0) {
    const object = waiting.pop()
    if (!isObject(object) || found.has(object) || object === globalThis) continue
    found.add(object)
    // A function that is no constructor needs no more than this: it cannot get a \`call\` of its own.
    if (isMethod(object)) {
      preventExtensions(object)
      continue
    }
    const keys = ownKeys(object), parent = getPrototypeOf(object)
    const descriptors = keys.map((key) => {
      const was = getOwnPropertyDescriptor(object, key)
      setPrototypeOf(was, null)
      waiting.push(was.value, was.get, was.set)
      return was
    })
    waiting.push(parent)
    const record = { object, parent, keys, known: new Set(keys), descriptors, isHolder: true, mayHaveJson: false }
    recordOf.set(object, record)
    records.push(record)
  }
  const size = records.length
  for (let at = 0; at < size; at++) {
    const { object } = records[at]
    records[at].isHolder = !(typeof object === 'object' && ['Math', 'JSON', 'Reflect', 'Atomics'].includes(object[Symbol.toStringTag]))
    records[at].mayHaveJson = [BigInt, Map, Set, Error].some(({ prototype }) => prototype === object)
  }
  const languageKeys = { __proto__: null, then: true, toJSON: true }
  for (const key of ownKeys(Symbol)) if (typeof Symbol[key] === 'symbol') languageKeys[Symbol[key]] = true

  const accessor = (object, key, get, enumerable) => ({
    __proto__: null, get, enumerable, configurable: false,
    set(value) {
      if (this === object || !isObject(this)) return
      const change = getOwnPropertyDescriptor(this, key) === undefined
        ? { __proto__: null, value, writable: true, enumerable: true, configurable: true }
        : { __proto__: null, value }
      defineProperty(this, key, change)
    },
  })
  const locked = (object, key, was, isHolder) => {
    if ('get' in was) return { __proto__: null, get: was.get, set: was.set, enumerable: was.enumerable, configurable: false }
    if (isHolder && was.writable) return accessor(object, key, () => was.value, was.enumerable)
    return { __proto__: null, value: was.value, writable: false, enumerable: was.enumerable, configurable: false }
  }
  const isAsItWas = (object, key, was) => {
    const now = getOwnPropertyDescriptor(object, key)
    return now !== undefined && !now.configurable && ('get' in was ? now.get === was.get && now.set === was.set : !now.writable && is(now.value, was.value))
  }
  const putBack = ({ object, keys, descriptors, isHolder }) => {
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at], was = descriptors[at]
      // The one such property is Array.prototype.length.
      const isFixed = !was.configurable && was.writable
      const next = isFixed ? { __proto__: null, value: was.value } : locked(object, key, was, isHolder)
      if (!defineProperty(object, key, next) && !isAsItWas(object, key, was)) return key
    }
    return null
  }
  const isIndex = (key) => typeof key === 'string' && text(number(key) >>> 0) === key
  const isInherited = (object, key) => {
    for (let above = apply(find, recordOf, [object]); above !== undefined; above = apply(find, recordOf, [above.parent])) {
      if (apply(has, above.known, [key])) return true
    }
    return false
  }
  const lockExtras = ({ object, parent, known, isHolder, mayHaveJson }) => {
    const keys = ownKeys(object)
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at]
      if (apply(has, known, [key])) continue
      const isOfLanguage = isInherited(parent, key) || isIndex(key) || (languageKeys[key] && !(key === 'toJSON' && mayHaveJson))
      if (isOfLanguage) {
        if (!deleteProperty(object, key)) return key
        continue
      }
      const { get, value, enumerable, configurable, writable } = { __proto__: null, ...getOwnPropertyDescriptor(object, key) }
      if (configurable && isHolder) defineProperty(object, key, accessor(object, key, get ?? (() => value), enumerable))
      // It would swallow what tests assign to any object.
      if (!configurable && !writable && object === root) return key
    }
    return null
  }
  const lock = () => {
    for (let at = 0; at < size; at++) {
      const { object, parent } = records[at]
      const isInPlace = getPrototypeOf(object) === parent || setPrototypeOf(object, parent)
      const key = (isInPlace ? putBack(records[at]) : 'prototype') ?? lockExtras(records[at])
      if (key !== null) return text(key)
      preventExtensions(object)
    }
    return null
  }
  return { names, values, isBuiltIn, lock }
}`
