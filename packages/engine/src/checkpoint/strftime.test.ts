import { expect, it } from 'vitest'
import { strftime } from './strftime.js'

it('formats dates as Python does in the C locale', () => {
  const afternoon = new Date(2024, 11, 5, 13, 4, 9)
  expect(strftime(afternoon, '%Y-%m-%d %H:%M:%S')).toBe('2024-12-05 13:04:09')
  expect(strftime(afternoon, '%A %a %B %b %e %y %I %p %j %% %Q')).toBe('Thursday Thu December Dec  5 24 01 PM 340 % %Q')
  expect(strftime(new Date(2023, 0, 1, 0, 0), '%I %p %j')).toBe('12 AM 001')
})
