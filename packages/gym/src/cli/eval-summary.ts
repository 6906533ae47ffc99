import { z } from 'zod'
import type { EvalTableRow } from '../console/eval-table.js'
import type { EvalRecord } from '../store/records.js'

const summarySchema = z.object({
  mean: z.number(),
  ci: z.tuple([z.unknown(), z.unknown()]),
  scored: z.number(),
  failed: z.number(),
  details: z.record(z.string(), z.number()),
  diversity: z.object({
    distinct2: z.number(),
    topLine: z.object({ text: z.string(), share: z.number() }),
    uniqueShare: z.number(),
  }),
})

/** Reads the row that an evaluation has in a table from its stored summary; null when it has none, as before its end. */
export function evalTableRowOf({ name, summary }: EvalRecord): EvalTableRow | null {
  const parsed = summarySchema.safeParse(summary)
  if (!parsed.success) return null
  // An interval of a single response is infinite, which zod's numbers refuse.
  const [low, high] = parsed.data.ci.map(Number)
  return { name, ...parsed.data, ci: [low ?? Number.NaN, high ?? Number.NaN] }
}
