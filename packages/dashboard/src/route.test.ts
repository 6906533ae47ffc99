import { expect, it } from 'vitest'
import { askedIn, routeOf, withAsked } from './route.js'

it('finds the view of an address, and starts with the runs', () => {
  expect(routeOf('')).toEqual({ view: 'runs' })
  expect(routeOf('#/runs')).toEqual({ view: 'runs' })
  expect(routeOf('#/runs/run-1/samples/3')).toEqual({ view: 'samples', run: 'run-1', step: 3 })
  expect(routeOf('#/compare/a,b')).toEqual({ view: 'compare', evalIds: ['a', 'b'] })
})

it('says of an address that leads nowhere that it does, and survives one that was broken on its way', () => {
  for (const hash of ['#/nothing/here', '#/chat', '#/chat/']) expect(routeOf(hash)).toEqual({ view: 'nowhere' })
  expect(routeOf('#/runs/%E0%A4%A')).toEqual({ view: 'run', run: '%E0%A4%A' })
})

it('shows what is named twice once, and compares nothing with itself', () => {
  expect(routeOf('#/compare-runs/a,b,a')).toEqual({ view: 'compare-runs', runs: ['a', 'b'] })
  expect(routeOf('#/chat/a,a')).toEqual({ view: 'chat', deploymentIds: ['a'] })
  for (const hash of ['#/compare-runs/a,a', '#/compare-runs/', '#/compare/', '#/compare/a', '#/compare']) {
    expect({ hash, ...routeOf(hash) }).toEqual({ hash, view: 'nowhere' })
  }
})

it('takes whole numbers alone for rollouts and rows', () => {
  expect(routeOf('#/runs/a/samples')).toEqual({ view: 'samples', run: 'a', step: 0 })
  expect(routeOf('#/runs/a/rows/7')).toEqual({ view: 'row', run: 'a', row: 7 })
  for (const place of ['-5', '1.5', 'x', '1e3', '9'.repeat(16)]) {
    expect({ place, ...routeOf(`#/runs/a/samples/${place}`) }).toEqual({ place, view: 'nowhere' })
  }
})

it('reads and writes what an address asks of its view, whatever was typed', () => {
  const typed = 'a&b=?# 50 %/שלום'
  const hash = withAsked('#/runs/a%3Fb/samples/3?find=old', { find: typed, only: '', from: 0, page: 50 })
  expect(askedIn(hash)).toEqual({ find: typed, page: '50' })
  expect(routeOf(hash)).toEqual({ view: 'samples', run: 'a?b', step: 3 })
  expect(withAsked(hash, {})).toBe('#/runs/a%3Fb/samples/3')
  expect(withAsked('', { find: 'x' })).toBe('#/?find=x')
  expect([routeOf('#/?find=x'), askedIn('#/runs')]).toEqual([{ view: 'runs' }, {}])
})
