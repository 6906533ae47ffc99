import { z } from '@hono/zod-openapi'

/** Characters of a text that lists carry; the rest is read one text at a time. */
export const LISTED_CHARACTERS = 4_000

/** A text as a list carries it: its beginning, and how long it is. */
export const shownTextSchema = z
  .object({ text: z.string(), characters: z.int(), isCut: z.boolean() })
  .openapi('ShownText', { description: `At most ${LISTED_CHARACTERS} characters of a text; isCut says there is more.` })

/** Cuts a text for a list, never in the middle of a character. */
export function shownText(text: string, limit = LISTED_CHARACTERS): z.infer<typeof shownTextSchema> {
  const isCut = text.length > limit
  const end = isCut && /[\uD800-\uDBFF]/.test(text[limit - 1] ?? '') ? limit - 1 : limit
  return { text: isCut ? text.slice(0, end) : text, characters: text.length, isCut }
}
