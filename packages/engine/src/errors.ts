/** Why the engine refused or failed; stable strings that callers may switch on. */
export type EngineErrorCode =
  | 'runtime-missing'
  | 'device-unavailable'
  | 'bad-checkpoint'
  | 'unsupported-model'
  | 'bad-request'
  | 'numerics'
  | 'disk'
  | 'aborted'
  | 'closed'
  | 'internal'

const brand = Symbol.for('training-gym.engine-error')

/** Says what happened, the offending value and the next step. The brand survives two installs of the package. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly [brand] = true

  constructor(
    readonly code: EngineErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }

  static is(error: unknown): error is EngineError {
    return typeof error === 'object' && error !== null && brand in error
  }
}
