/** Where a failure arose. Each failure is attributed to one boundary and recorded once. */
export type Boundary = 'config' | 'data' | 'reward' | 'engine' | 'provider' | 'store' | 'interrupted'

const brand = Symbol.for('training-gym.error')

/** The root of every error the gym throws: what happened, the offending value and the next step, in one message. */
export class GymError extends Error {
  override readonly name: string = 'GymError'
  readonly [brand] = true

  constructor(
    readonly boundary: Boundary,
    /** Stable kebab-case string, e.g. `unknown-option`, `reward-not-finite`, `port-in-use`. */
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }

  static is(error: unknown): error is GymError {
    return typeof error === 'object' && error !== null && brand in error
  }
}

/** Exit codes of every command: 0 ok, 1 gate or job failed, 2 usage, 3 infrastructure, 130 interrupted by the user. */
export function exitCodeFor(error: unknown): 1 | 2 | 3 | 130 {
  if (!GymError.is(error)) return 3
  switch (error.boundary) {
    case 'config':
    case 'data':
      return 2
    case 'reward':
      return 1
    case 'engine':
    case 'provider':
    case 'store':
      return 3
    case 'interrupted':
      return 130
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
