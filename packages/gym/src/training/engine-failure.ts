import { EngineError } from '@training-gym/engine'
import { GymError, messageOf } from '../errors.js'

/** Code of what nobody foresaw: a fault of the gym itself, whose stack is worth seeing. */
export const unexpected = 'unexpected'

/**
 * Turns whatever a run threw into a GymError, attributed to the boundary where it arose. Where the run was ended by its
 * signal, that is what the signal says: not always that somebody wanted it to end.
 */
export function asGymError(error: unknown, signal?: AbortSignal): GymError {
  const failure = withBoundary(error, signal)
  const reason: unknown = signal?.aborted === true ? signal.reason : undefined
  return failure.boundary === 'interrupted' && GymError.is(reason) && reason.boundary !== 'interrupted'
    ? reason
    : failure
}

function withBoundary(error: unknown, signal: AbortSignal | undefined): GymError {
  if (GymError.is(error)) return error
  if (EngineError.is(error)) return fromEngine(error)
  if (signal?.aborted) return interrupted(error)
  return new GymError('engine', unexpected, messageOf(error), { cause: error })
}

function fromEngine(error: EngineError): GymError {
  switch (error.code) {
    case 'aborted':
      return interrupted(error)
    case 'bad-checkpoint':
    case 'unsupported-model':
    case 'bad-request':
      return new GymError('config', error.code, error.message, { cause: error })
    case 'disk':
      return new GymError('store', error.code, error.message, { cause: error })
    case 'runtime-missing':
    case 'device-unavailable':
    case 'numerics':
    case 'closed':
    case 'internal':
      return new GymError('engine', error.code, error.message, { cause: error })
  }
}

function interrupted(cause: unknown): GymError {
  return new GymError('interrupted', 'interrupted', 'the training was interrupted', { cause })
}
