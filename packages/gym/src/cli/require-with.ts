import type { Command } from 'commander'
import { GymError } from '../errors.js'

/**
 * Refuses options that were given without the one that they belong to, instead of passing over them. Takes for each such
 * option, by its name in code, the names of those that mean nothing without it.
 *
 * @throws GymError `bad-options` (config).
 */
export function requireWith(command: Command, belonging: Readonly<Record<string, readonly string[]>>): void {
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli'
  const flagOf = (name: string) => command.options.find((option) => option.attributeName() === name)?.long ?? name
  for (const [owner, names] of Object.entries(belonging)) {
    const stray = isGiven(owner) ? undefined : names.find(isGiven)
    if (stray === undefined) continue
    const flag = flagOf(stray)
    throw new GymError('config', 'bad-options', `${flag} goes with ${flagOf(owner)}; give both, or leave ${flag} out`)
  }
}
