import { describe, expect, it } from 'vitest'
import { dataWithoutPlaces, placeName, withoutPlaces } from './for-strangers.js'

const places = { home: '/home/ann/poems/.training-gym', user: '/home/ann', cwd: '/home/ann/poems' }

describe('what a receipt shows to strangers', () => {
  it.each([
    ['cannot read "/home/ann/poems/.training-gym/runs/run-1": gone', 'cannot read ".training-gym/runs/run-1": gone'],
    ['/home/ann/poems/rows.jsonl:3 and /home/ann/.cache/x', './rows.jsonl:3 and ~/.cache/x'],
    [
      '/home/anna/x, /mnt/home/ann/x and http://host/home/ann',
      '/home/anna/x, /mnt/home/ann/x and http://host/home/ann',
    ],
    ['/home/ann', '~'],
  ])('names the folders of this machine and nothing else: %s', (text, shown) => {
    expect(withoutPlaces(text, places)).toBe(shown)
  })

  it('leaves texts alone where a place is the root', () => {
    expect(withoutPlaces('/a/b', { home: '/gym', user: '/', cwd: '/' })).toBe('/a/b')
  })

  it('names a folder elsewhere by its last part', () => {
    expect(placeName('/home/ann/poems/.training-gym/runs/r/iter_1', places)).toBe('.training-gym/runs/r/iter_1')
    expect(placeName('/opt/secret-project/models/poet', places)).toBe('poet')
    expect(placeName('somebody/poet', places)).toBe('somebody/poet')
  })

  it('goes through lists and records', () => {
    const data = { paths: ['/home/ann/a', 3, null], deep: { path: '/home/ann/b' } }
    expect(dataWithoutPlaces(data, places)).toEqual({ paths: ['~/a', 3, null], deep: { path: '~/b' } })
  })
})
