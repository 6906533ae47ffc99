import { z } from '@hono/zod-openapi'

const wholeNumber = z.coerce.number().int().min(0)

/** Which part of a list: `limit` records after `offset`. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: wholeNumber.default(0),
})

/** Describes one page of a list and how long the whole list is. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ total: z.int(), items: z.array(item) })
}

/** Cuts a page out of a list that is in memory. */
export function pageOfAll<Item>(
  all: readonly Item[],
  { limit, offset }: { readonly limit: number; readonly offset: number },
): { total: number; items: Item[] } {
  return { total: all.length, items: all.slice(offset, offset + limit) }
}
