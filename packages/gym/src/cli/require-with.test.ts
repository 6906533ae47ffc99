import { Command } from 'commander'
import { expect, it } from 'vitest'
import { requireWith } from './require-with.js'

const check = (...args: string[]) => {
  const command = new Command('copy')
    .option('--download [name]', '')
    .option('--to <folder>', '')
    .option('--depth-limit <n>', '', '3')
  requireWith(command.parse(args, { from: 'user' }), { download: ['to', 'depthLimit'] })
}

it('refuses an option without the one that it belongs to, and leaves defaults alone', () => {
  expect(() => check()).not.toThrow()
  expect(() => check('--download', '--to', 'x', '--depth-limit', '1')).not.toThrow()
  expect(() => check('--to', 'x')).toThrow('--to goes with --download; give both, or leave --to out')
  expect(() => check('--depth-limit', '3')).toThrow('--depth-limit goes with --download; give both')
})
