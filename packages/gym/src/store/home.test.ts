import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { gymHome } from './home.js'

it('lies in the working folder unless told otherwise', () => {
  expect(gymHome({}, '/somewhere')).toBe(resolve('/somewhere', '.training-gym'))
  expect(gymHome({ TRAINING_GYM_HOME: ' ' }, '/somewhere')).toBe(resolve('/somewhere', '.training-gym'))
})

it('follows TRAINING_GYM_HOME, absolute, relative to the working folder, or from the user folder', () => {
  expect(gymHome({ TRAINING_GYM_HOME: '/gym' }, '/somewhere')).toBe(resolve('/gym'))
  expect(gymHome({ TRAINING_GYM_HOME: 'state' }, '/somewhere')).toBe(resolve('/somewhere/state'))
  expect(gymHome({ TRAINING_GYM_HOME: '~/gym' }, '/somewhere')).toBe(join(homedir(), 'gym'))
})
