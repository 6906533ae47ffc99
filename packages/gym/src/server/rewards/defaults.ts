/** How long a reward may take for one sample, milliseconds: a hanging one is known, and a paid run ended, within ten seconds. */
export const DEFAULT_TIME_LIMIT_MS = 8000

/** The longest limit: slime gives up a request after 120 s, which a reward's own limit must come before. */
export const MAX_TIME_LIMIT_MS = 90_000
