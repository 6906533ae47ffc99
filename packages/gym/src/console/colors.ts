import picocolors from 'picocolors'

/** Paints text, or returns it as it is when colour is off. */
export type Colors = ReturnType<typeof picocolors.createColors>

/** Makes the painter for one output. */
export function createColors(isEnabled: boolean): Colors {
  return picocolors.createColors(isEnabled)
}

/**
 * Decides whether an output is coloured: `NO_COLOR` (any value but empty) wins, then `FORCE_COLOR` (`0` and `false` mean
 * off), then whether it is a terminal that is not `dumb`.
 */
export function isColorWanted(isTty: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') {
    return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  }
  return isTty && env.TERM !== 'dumb'
}
