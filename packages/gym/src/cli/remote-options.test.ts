import { Command } from 'commander'
import { expect, it } from 'vitest'
import { local, modal, ray } from '../compute/compute.js'
import { addPlaceOptions, type PlaceFlags, placeFlagsFor, placesOf } from './remote-options.js'

it.each([
  [modal(), ' --compute modal'],
  [ray({ address: 'http://127.0.0.1:8265' }), ' --ray http://127.0.0.1:8265'],
  [local(), ''],
])('writes the options that lead back to a place: %o', (place, flags) => {
  expect(placeFlagsFor(place)).toBe(flags)
  const typed = flags.split(' ').filter((word) => word !== '')
  const read = addPlaceOptions(new Command()).parse(typed, { from: 'user' }).opts<PlaceFlags>()
  expect(placesOf(read)).toEqual(flags === '' ? [] : [place])
})
