import { createHash, timingSafeEqual } from 'node:crypto'

/** What came of a try: let in, not let in, or not even looked at for some seconds. */
export type PasswordTry =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

export interface PasswordCheckOptions {
  readonly password: string
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** Wrong tries in a minute, from one address and from all of them together. */
const MOST_TRIES = 5
const MOST_TRIES_OF_ALL = 50
const WINDOW_MS = 60_000

/** Makes a check that takes the same time whatever was given, and refuses to be asked too often. */
export function createPasswordCheck({
  password,
  now,
}: PasswordCheckOptions): (given: string, from: string) => PasswordTry {
  const expected = digest(password)
  /** Wrong tries of the last minute, oldest first; bounded, since beyond the bound nobody is let try. */
  let wrong: { readonly from: string; readonly at: number }[] = []
  return (given, from) => {
    const time = now()
    wrong = wrong.filter(({ at }) => at > time - WINDOW_MS)
    const own = wrong.filter((one) => one.from === from)
    const oldest = own.length >= MOST_TRIES ? own[0] : wrong.length >= MOST_TRIES_OF_ALL ? wrong[0] : undefined
    if (oldest !== undefined) {
      return { kind: 'too-many', retryAfterSeconds: Math.ceil((oldest.at + WINDOW_MS - time) / 1000) }
    }
    // Digests have one length, so the comparison tells nothing of the password's.
    if (timingSafeEqual(digest(given), expected)) return { kind: 'right' }
    wrong.push({ from, at: time })
    return { kind: 'wrong' }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
