import { expect, it } from 'vitest'
import { formatNumber, formatShare, formatSigned } from '../../gym/src/console/format.js'
import { count, difference, interval, number, percent, tickLabels } from './format.js'

it.each([-3.095, -3, 0, 0.0412, 0.7, 1, 12.345, 100, 999.6, 12_300])('writes %d as the command line does', (value) => {
  expect(number(value)).toBe(formatNumber(value))
  expect(difference(value)).toBe(formatSigned(value))
})

it('keeps three digits of what is small, and tells what is missing from what was not a number', () => {
  expect([0.0015, 1.25e-4, -2.2e-6].map(number)).toEqual(['0.00150', '1.25e-4', '-2.20e-6'])
  expect([undefined, null].map(number)).toEqual(['–', 'not a number'])
})

it('writes intervals and shares as the command line does, and no interval where one prompt gives none', () => {
  expect(interval([-2.352, -2.136])).toBe('-2.35 to -2.14')
  expect(interval([null, null])).toBe('too few prompts')
  expect(interval([-3, -3])).toBe('all equal')
  expect(interval([0.125, 0.9995], percent)).toBe('13 % to 99.9 %')
  for (const share of [0, 0.0004, 0.08, 0.5, 0.996, 1]) {
    expect(percent(share)).toBe(formatShare(share).replace('%', ' %'))
  }
})

it('labels no two marks of an axis the same', () => {
  expect(tickLabels([0, 0.0005, 0.001, 0.0015])).toEqual(['0', '0.0005', '0.001', '0.0015'])
  expect(tickLabels([-0, 5e-6, 1e-5])).toEqual(['0', '5e-6', '1e-5'])
  expect(tickLabels([19, 19.5, null, 12_000])).toEqual(['19', '19.5', '', '12,000'])
})

it('leaves marks of a logarithm out where they would lie on each other', () => {
  const decades = Array.from({ length: 14 }, (_, index) => 10 ** (index - 12))
  const labels = tickLabels(decades, true).filter((label) => label !== '')
  expect(labels).toEqual(['1e-12', '1e-10', '1e-8', '1e-6', '1e-4', '1e-2', '1e+0'])
})

it('says one of one', () => {
  expect([count(1, 'prompt'), count(2, 'prompt'), count(1_200, 'prompt')]).toEqual([
    '1 prompt',
    '2 prompts',
    '1,200 prompts',
  ])
})
