import { expect, it } from 'vitest'
import { allowedHost } from './allowed-host.js'
import { createPasswordCheck } from './password-check.js'

it('lets the right password in, and after five wrong ones from one address nobody from there for a minute', () => {
  let time = 0
  const check = createPasswordCheck({ password: 'correct horse', now: () => time })
  for (let index = 0; index < 5; index++) expect(check('wrong', 'a')).toEqual({ kind: 'wrong' })
  time = 20_000
  expect(check('correct horse', 'a')).toEqual({ kind: 'too-many', retryAfterSeconds: 40 })
  expect(check('correct horse', 'b')).toEqual({ kind: 'right' })
  time = 60_001
  expect(check('correct horse', 'a')).toEqual({ kind: 'right' })
  expect(check('', 'a')).toEqual({ kind: 'wrong' })
})

it('bounds the tries of all addresses together', () => {
  const check = createPasswordCheck({ password: 'correct horse', now: () => 0 })
  for (let index = 0; index < 50; index++) expect(check('wrong', `address ${index}`).kind).toBe('wrong')
  expect(check('correct horse', 'another').kind).toBe('too-many')
})

it('answers only names of this machine on loopback, and beyond it no domain of others either', () => {
  const loopback = allowedHost(undefined, 'mine')
  expect(['127.0.0.1:1', 'localhost', 'mine', '10.0.0.1', 'evil.example', ''].map(loopback)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
  const open = allowedHost('0.0.0.0', 'Mine')
  expect(['127.0.0.1:1', 'mine:80', 'mine.local', '10.0.0.1:6160', '[fd00::1]:80'].every(open)).toBe(true)
  expect(['evil.example', 'mine.evil.example', '10.0.0.1.evil.example', 'a b'].some(open)).toBe(false)
})
