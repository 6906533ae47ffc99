import { expect, it } from 'vitest'
import { namesTopic } from './names-topic.js'

it.each([
  ['The Frogs sing', 'frog', true],
  ['a frog sings', 'frogs', true],
  ['two boxes', 'box', true],
  ['winter comes\nat sunset', 'winter sunset', true],
  ['winter comes', 'winter sunset', false],
  ['frogman', 'frog', false],
  ['leafrog', 'frog', false],
  ['a clock-tower', 'clock tower', true],
  ['un café noir', 'Café', true],
  ['anything', '', false],
  ['a b c', 's', false],
])('of %j and topic %j says %s', (text, topic, isNamed) => {
  expect(namesTopic(text, topic)).toBe(isNamed)
})
