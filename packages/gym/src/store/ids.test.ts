import { expect, it } from 'vitest'
import { newId } from './ids.js'

const at = (iso: string) => new Date(iso).getTime()

it('names kind, second and four letters, and sorts by time', () => {
  const id = newId('run', at('2026-11-26T05:50:12.999Z'), () => Uint8Array.of(0, 31, 32, 255))
  expect(id).toBe('run-20261126-055012-0z0z')
  const later = newId('run', at('2026-11-26T05:50:13.000Z'), () => Uint8Array.of(0, 0, 0, 0))
  expect([later, id].toSorted()).toEqual([id, later])
})

it('differs within one second when the random bytes differ', () => {
  const ids = Array.from({ length: 32 }, (_, i) => newId('eval', 0, () => Uint8Array.of(i, 1, 2, 3)))
  expect(new Set(ids).size).toBe(32)
})
