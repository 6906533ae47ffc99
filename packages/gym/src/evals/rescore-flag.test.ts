import { expect, it } from 'vitest'
import { rewardNamed, rewardNames } from '../cli/config/named-parts.js'
import { rescoreFlag } from './rescore-flag.js'

it('knows every reward that --reward takes by the name that is recorded of it, and no other', async () => {
  for (const name of rewardNames) expect(rescoreFlag((await rewardNamed(name)).name)).toBe(`--reward ${name}`)
  expect(rescoreFlag('constructor')).toBe('--config <a config file with "constructor">')
})
