import { describe, expect, it } from 'vitest'
import { GymError } from '../errors.js'
import { resolveReference } from './resolve-reference.js'

const records = [
  { id: 'eval-20261126-055112-zz11', name: 'trained' },
  { id: 'eval-20261126-055012-k3f9', name: 'base' },
  { id: 'eval-20261125-101010-abcd', name: 'base' },
]

describe('resolveReference', () => {
  it.each([
    ['eval-20261125-101010-abcd', 'eval-20261125-101010-abcd'],
    ['latest', 'eval-20261126-055112-zz11'],
    ['base', 'eval-20261126-055012-k3f9'],
    ['eval-20261125', 'eval-20261125-101010-abcd'],
    ['20261125', 'eval-20261125-101010-abcd'],
    ['k3f9', 'eval-20261126-055012-k3f9'],
  ])('takes %s as %s', (reference, id) => {
    expect(resolveReference(reference, 'evaluation', records)).toBe(id)
  })

  it.each([
    [
      'eval-20261126',
      '"eval-20261126" may be 2 evaluations: eval-20261126-055112-zz11 (trained), eval-20261126-055012-k3f9 (base); give more of the id',
    ],
    ['tranied', 'no evaluation "tranied"; did you mean "trained"?'],
    [
      'frog',
      'no evaluation "frog"; the newest are eval-20261126-055112-zz11 (trained), eval-20261126-055012-k3f9 (base), eval-20261125-101010-abcd (base)',
    ],
    [
      '',
      'no evaluation ""; the newest are eval-20261126-055112-zz11 (trained), eval-20261126-055012-k3f9 (base), eval-20261125-101010-abcd (base)',
    ],
  ])('refuses %s with what it may have been', (reference, message) => {
    try {
      expect.unreachable(resolveReference(reference, 'evaluation', records))
    } catch (error) {
      expect(GymError.is(error) && error.boundary).toBe('config')
      expect((error as Error).message).toBe(message)
    }
  })

  it('says so when there is nothing to refer to', () => {
    expect(() => resolveReference('latest', 'training run', [])).toThrow(
      'no training run "latest": there is no training run yet',
    )
  })
})
