import { expect, it } from 'vitest'
import { optionDifferences } from './option-differences.js'

type Option = Parameters<typeof optionDifferences>[0][number]['configuration'][number]

const option = (name: string, value: string): Option => ({
  part: 'recipe',
  name,
  value,
  isDefault: false,
  hiddenMark: null,
})
const secret = (name: string, hiddenMark: string): Option => ({ ...option(name, '"not shown"'), hiddenMark })
const run = (seed: number, ...configuration: Option[]) => ({
  configuration,
  model: 'm',
  seed,
  startPath: '/m',
  numRollout: 3,
})

it('lists the options that differ, also one that only some runs have', () => {
  const runs = [run(1, option('lr', '0.1'), option('clip', '1')), run(2, option('lr', '0.2'), option('clip', '1'))]
  expect(optionDifferences([...runs, run(2, option('clip', '1'))])).toEqual([
    { name: 'seed', values: ['1', '2', '2'] },
    { name: 'recipe.lr', values: ['0.1', '0.2', '–'] },
  ])
})

it('tells that secrets differ, and which runs share one, without showing them', () => {
  const runs = [
    run(1, secret('wandbKey', 'aa'), secret('env.HF_TOKEN', 'bb'), secret('env.S3', 'dd')),
    run(1, secret('wandbKey', 'aa'), secret('env.HF_TOKEN', 'cc')),
    run(1, secret('wandbKey', 'aa'), secret('env.HF_TOKEN', 'bb'), secret('env.S3', 'dd')),
  ]
  expect(optionDifferences(runs)).toEqual([
    { name: 'recipe.env.HF_TOKEN', values: ['secret A, not shown', 'secret B, not shown', 'secret A, not shown'] },
    { name: 'recipe.env.S3', values: ['set, not shown', '–', 'set, not shown'] },
  ])
})
