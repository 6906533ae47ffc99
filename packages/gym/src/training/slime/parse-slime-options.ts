import { GymError } from '../../errors.js'
import { didYouMean, parseOptions } from '../../options/parse-options.js'
import { shownValue } from '../../options/shown-value.js'
import { flagValueProblem } from './flag-value.js'
import { slimeFlags } from './generated/slime-flags.js'
import { type OwnSlimeOptions, ownSlimeOptions, ownSlimeShape } from './own-options.js'
import { ownedFlags, type SlimeFlagOptions } from './owned-flags.js'
import type { SlimeFlag } from './slime-flag.js'

/** Options as they were given, split into the gym's own and slime's flags; what is undefined is left out. */
export interface SlimeOptions {
  readonly own: OwnSlimeOptions
  readonly flags: SlimeFlagOptions
}

/** More problems than this are counted, not told. */
const toldAtMost = 3

/**
 * Validates the options of SlimeRecipe.
 *
 * @throws GymError `bad-options` that names each unknown option with the one that was likely meant, each bad value with
 * what its flag takes, and each flag that the gym sets itself.
 */
export function parseSlimeOptions(value: unknown): SlimeOptions {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused([`SlimeRecipe takes an options object, got ${shownValue(value)}`])
  }
  const own: Record<string, unknown> = {}
  const flags: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [option, given] of Object.entries(value)) {
    if (Object.hasOwn(ownSlimeShape, option)) own[option] = given
    else if (Object.hasOwn(ownedFlags, option)) problems.push(ownedProblem(option as keyof typeof ownedFlags))
    else if (!Object.hasOwn(slimeFlags, option)) problems.unshift(unknownProblem(option))
    else if (given !== undefined) {
      const flag = slimeFlags[option as keyof typeof slimeFlags]
      const problem = flagValueProblem(flag, given)
      if (problem === undefined) flags[option] = given
      else problems.push(`option "${option}" of SlimeRecipe (${flag.flag}) ${problem}`)
    }
  }
  if (problems.length > 0) throw refused(problems)
  return { own: parseOptions(ownSlimeOptions, own, 'SlimeRecipe'), flags: flags as SlimeFlagOptions }
}

function unknownProblem(option: string): string {
  const known = [...Object.keys(ownSlimeShape), ...Object.keys(slimeFlags)].filter(
    (name) => !Object.hasOwn(ownedFlags, name),
  )
  const near = didYouMean(option.replace(/^--/, ''), known)
  const start = `unknown option "${option}" of SlimeRecipe`
  if (near !== undefined) return `${start}; did you mean "${near}"?`
  return `${start}; it takes the flags of slime and Megatron in camelCase, others go into extraArgs`
}

function ownedProblem(option: keyof typeof ownedFlags): string {
  const { flag }: SlimeFlag = slimeFlags[option]
  return `option "${option}" of SlimeRecipe (${flag}) is set by the gym: ${ownedFlags[option]}`
}

function refused(problems: readonly string[]): GymError {
  const untold = problems.length - toldAtMost
  const told = problems.slice(0, toldAtMost).join('; also ')
  return new GymError('config', 'bad-options', told + (untold > 0 ? `; and ${untold} more` : ''))
}
