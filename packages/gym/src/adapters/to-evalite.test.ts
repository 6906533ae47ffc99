import { expect, it } from 'vitest'
import { exactMatch } from '../scorers/exact-match.js'
import { toEvalite } from './to-evalite.js'

// The shape of evalite 0.19: a scorer is called with { input, output, expected } and gives { name, score, metadata }. The
// package itself brings a native SQLite that compiles at install, so it is no dependency of these tests.

it('scores the output against what was expected, under its name', async () => {
  const scorer = toEvalite(exactMatch())
  expect(scorer.name).toBe('exactMatch')
  const call = (output: string) => scorer({ input: 'capital of France', output, expected: 'Paris' })
  expect(await call('Paris')).toEqual({ name: 'exactMatch', score: 1, metadata: {} })
  expect(await call('Rome')).toEqual({ name: 'exactMatch', score: 0, metadata: {} })
})

it('hands on null with its reason, and takes columns from objects', async () => {
  const abstains = toEvalite(() => ({ score: null, why: 'no opinion' }))
  expect(await abstains({ input: 'x', output: 'y' })).toMatchObject({ score: null, metadata: { why: 'no opinion' } })
  const scorer = toEvalite(exactMatch({ column: 'capital' }))
  const given = { input: { country: 'France' }, output: 'Paris', expected: { capital: 'Paris' } }
  expect(await scorer(given)).toEqual({ name: 'exactMatch', score: 1, metadata: {} })
})
