import { expect, it } from 'vitest'
import { routeOf } from './route.js'

it('finds the view of an address, and starts with the runs', () => {
  expect(routeOf('')).toEqual({ view: 'runs' })
  expect(routeOf('#/runs')).toEqual({ view: 'runs' })
  expect(routeOf('#/runs/run-1/samples/3')).toEqual({ view: 'samples', run: 'run-1', step: 3 })
  expect(routeOf('#/compare/a,b')).toEqual({ view: 'compare', evalIds: ['a', 'b'] })
})

it('says of an address that leads nowhere that it does, and survives one that was broken on its way', () => {
  for (const hash of ['#/nothing/here', '#/chat']) expect(routeOf(hash)).toEqual({ view: 'nowhere' })
  expect(routeOf('#/runs/%E0%A4%A')).toEqual({ view: 'run', run: '%E0%A4%A' })
})
