/** What may be written as a flag's JSON value. */
export type JsonObject = Readonly<Record<string, unknown>>

/** One value of a flag. */
export type FlagScalar = string | number | JsonObject

/** What an option of SlimeRecipe may hold: a switch, one value, or several. */
export type FlagValue = boolean | FlagScalar | readonly (string | number)[]

/** States the plain facts of one command-line flag. */
export interface SlimeFlag {
  /** As it is written, e.g. `--num-rollout`. */
  readonly flag: string
  /** Who reads it; slime passes those of SGLang on. */
  readonly origin: 'slime' | 'megatron' | 'sglang'
  /** Values that follow it: 0 for a switch, a count, `+` for one or more, `*` for any number. */
  readonly arity: number | '+' | '*'
  /** Left out where any text will do. */
  readonly type?: 'int' | 'float' | 'str' | 'json'
  readonly choices?: readonly (string | number)[]
}
