/** Arguments of slime's `train.py`, as its parser would see them. */
export interface SlimeArguments {
  has(flag: string): boolean
  /** The one value of a flag; throws when it is not given and there is no other to fall back on. */
  text(flag: string, otherwise?: string): string
  number(flag: string, otherwise?: number): number
  /** All values of a flag, e.g. name and path of `--eval-prompt-data`. */
  values(flag: string): readonly string[]
}

/** Reads `--flag value value --switch` the way argparse does. */
export function readSlimeArguments(argv: readonly string[]): SlimeArguments {
  const flags = new Map<string, string[]>()
  let current: string[] = []
  for (const arg of argv) {
    if (arg.startsWith('--')) {
      current = []
      flags.set(arg, current)
    } else current.push(arg)
  }
  const text = (flag: string, otherwise?: string) => {
    const value = flags.get(flag)?.[0] ?? otherwise
    if (value === undefined) throw new Error(`the following arguments are required: ${flag}`)
    return value
  }
  return {
    has: (flag) => flags.has(flag),
    text,
    number: (flag, otherwise) => Number(text(flag, otherwise === undefined ? undefined : String(otherwise))),
    values: (flag) => flags.get(flag) ?? [],
  }
}
