import { z } from 'zod'
import { parseOptions } from '../options/parse-options.js'
import { nameScorer } from '../scorers/name-scorer.js'
import type { Reward, RewardSample } from '../trip.js'

/** A scorer of the package autoevals, or anything that is called like one. */
export type AutoevalsScorer<Arguments> = (args: Arguments) => AutoevalsScore | Promise<AutoevalsScore>

/** What such a scorer returns; null means that it does not apply. */
export interface AutoevalsScore {
  readonly name: string
  readonly score: number | null
  readonly metadata?: Record<string, unknown> | undefined
}

export interface FromAutoevalsOptions<Arguments> {
  /** Makes the scorer's arguments of a sample. Default: `{ input, output, expected }`. */
  readonly args?: ((sample: RewardSample) => Arguments) | undefined
  /** Name in messages. Default: the scorer's own. */
  readonly name?: string | undefined
}

const schema = z.strictObject({
  args: z
    .custom<(sample: RewardSample) => unknown>((value) => typeof value === 'function', 'must be a function')
    .optional(),
  name: z.string().min(1).optional(),
})

/**
 * Turns a scorer of autoevals into one of ours, for evaluation and training. Details: its metadata.
 *
 * @example
 * import { Levenshtein } from 'autoevals'
 * new EvalConfig({ dataset, reward: fromAutoevals(Levenshtein) })
 */
export function fromAutoevals<Arguments>(
  scorer: AutoevalsScorer<Arguments>,
  options: FromAutoevalsOptions<Arguments> = {},
): Reward {
  const { name = scorer.name || 'autoevals' } = parseOptions(schema, options, 'fromAutoevals()')
  // The default arguments fit every heuristic; a scorer that needs more is given them by `args`.
  const args = options.args ?? ((sample: RewardSample) => plainArguments(sample) as Arguments)
  return nameScorer(name, async (sample) => {
    const { score, metadata } = await scorer(args(sample))
    return { ...metadata, score }
  })
}

function plainArguments({ row, response }: RewardSample): object {
  return { input: row.input, output: response, ...(row.output === undefined ? {} : { expected: row.output }) }
}
