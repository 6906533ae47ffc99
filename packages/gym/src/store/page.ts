/** Which part of a list to read. */
export interface Page {
  /** Records at most. Default 100. */
  readonly limit?: number
  /** Records to skip, counted from the newest. Default 0. */
  readonly offset?: number
}

/** Fills in the defaults of a page. */
export function pageOf({ limit = 100, offset = 0 }: Page = {}): { limit: number; offset: number } {
  return { limit, offset }
}
