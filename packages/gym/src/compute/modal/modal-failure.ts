import { type Boundary, GymError, messageOf } from '../../errors.js'

/** Codes of gRPC, of which the SDK exports none. */
const UNKNOWN = 2
const INVALID_ARGUMENT = 3
const DEADLINE_EXCEEDED = 4
const NOT_FOUND = 5
const PERMISSION_DENIED = 7
const RESOURCE_EXHAUSTED = 8
const FAILED_PRECONDITION = 9
const INTERNAL = 13
const UNAVAILABLE = 14
const UNAUTHENTICATED = 16

/** Reads the gRPC code of an error of the SDK; null when it is none. */
function grpcCode(error: unknown): number | null {
  if (!(error instanceof Error) || error.name !== 'ClientError' || !('code' in error)) return null
  return typeof error.code === 'number' ? error.code : null
}

/** Tells whether the same call may well succeed a moment later. */
export function isTransient(error: unknown): boolean {
  const code = grpcCode(error)
  return code === UNAVAILABLE || code === DEADLINE_EXCEEDED || code === INTERNAL || code === UNKNOWN
}

/** Tells whether Modal has no such thing. */
export function isNotFound(error: unknown): boolean {
  return grpcCode(error) === NOT_FOUND || named(error, 'NotFoundError', 'SandboxFilesystemNotFoundError')
}

/** Tells whether a sandbox is of no use any more: it has ended, or there is none. */
export function isGone(error: unknown): boolean {
  const code = grpcCode(error)
  if (code === NOT_FOUND || code === FAILED_PRECONDITION) return true
  return named(error, 'NotFoundError', 'ConflictError', 'ClientClosedError', 'SandboxTimeoutError')
}

/** Tells whether a running sandbox has the name already. */
export function isNameTaken(error: unknown): boolean {
  return named(error, 'AlreadyExistsError')
}

/** Turns anything the SDK throws into an error that says what was being done, what Modal said and what to do. */
export function modalFailure(error: unknown, what: string): GymError {
  if (GymError.is(error)) return error
  const [boundary, code, next] = classify(error)
  const said = detailsOf(error).trim()
  return new GymError(boundary, code, `${what} failed: Modal said "${said}"; ${next}`, { cause: error })
}

function classify(error: unknown): [Boundary, string, string] {
  const code = grpcCode(error)
  if (code === UNAUTHENTICATED || code === PERMISSION_DENIED) {
    return [
      'config',
      'modal-not-authorised',
      'the token may be revoked or of another workspace; make one on the page modal.com/settings/tokens',
    ]
  }
  if (code === RESOURCE_EXHAUSTED || named(error, 'ResourceExhaustedError')) {
    return [
      'provider',
      'no-capacity',
      'nothing runs and nothing is paid; ask for fewer or other GPUs, leave the region open, or try again later',
    ]
  }
  if (isNotFound(error)) return ['config', 'modal-not-found', 'check the name, and the environment it is looked for in']
  if (code === INVALID_ARGUMENT || named(error, 'InvalidError')) {
    return ['config', 'modal-refused', 'change the option that it names']
  }
  if (messageOf(error).startsWith('Image build for')) {
    return [
      'provider',
      'image-build-failed',
      'check the image and its commands; its log is on the page of the app at Modal',
    ]
  }
  if (isTransient(error)) {
    return ['provider', 'provider-unreachable', "check the network and Modal's status page, then try again"]
  }
  return ['provider', 'modal-failed', 'try again; the page of the app at Modal may tell more']
}

function detailsOf(error: unknown): string {
  const details = error instanceof Error && 'details' in error ? error.details : undefined
  return typeof details === 'string' && details !== '' ? details : messageOf(error)
}

function named(error: unknown, ...names: readonly string[]): boolean {
  // The SDK sets no brand; its classes may come from another copy than the one loaded here.
  return error instanceof Error && (names.includes(error.name) || names.includes(error.constructor.name))
}
