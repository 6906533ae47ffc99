import { type SlimeFlags, slimeFlags } from './generated/slime-flags.js'
import type { FlagValue, SlimeFlag } from './slime-flag.js'

/**
 * Writes options as the arguments of slime's `train.py`, in their order: `{ numRollout: 10, colocate: true }` gives
 * `['--num-rollout', '10', '--colocate']`. A switch that is false, and an option that is undefined, are left out.
 */
export function flagArguments(flags: SlimeFlags): string[] {
  return Object.entries(flags).flatMap(([option, value]: [string, FlagValue | undefined]) =>
    value === undefined ? [] : argumentsOf(slimeFlags[option as keyof SlimeFlags], value),
  )
}

function argumentsOf({ flag, arity }: SlimeFlag, value: FlagValue): string[] {
  if (arity === 0) return value === true ? [flag] : []
  const values = Array.isArray(value) ? (value as readonly (string | number)[]) : [value as FlagValue]
  // argparse takes a value that begins with a dash for another flag, unless it is a number or joined by "=".
  const texts = values.map(textOf)
  const only = texts.length === 1 ? texts[0] : undefined
  return only?.startsWith('-') && Number.isNaN(Number(only)) ? [`${flag}=${only}`] : [flag, ...texts]
}

function textOf(value: FlagValue): string {
  if (typeof value === 'object') return JSON.stringify(value)
  // 1e-6 is easier to read, and to compare with other people's commands, than 0.000001.
  const isTiny = typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3
  return isTiny ? value.toExponential() : String(value)
}
