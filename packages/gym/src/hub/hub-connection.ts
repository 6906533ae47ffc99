import { GymError, messageOf } from '../errors.js'

/** How to reach a Hugging Face hub. */
export interface HubOptions {
  /** Base URL. Default: HF_ENDPOINT, or https://huggingface.co. */
  readonly hubUrl?: string | undefined
  /** Access token for private and gated repositories. Default: HF_TOKEN. */
  readonly accessToken?: string | undefined
  /** Replaces the global `fetch`, e.g. to go through a proxy. */
  readonly fetch?: typeof fetch | undefined
}

/** What is asked for, for messages. */
export interface HubSubject {
  readonly kind: 'dataset' | 'model'
  readonly repo: string
  readonly revision?: string | undefined
  /** What works without network, as the end of a sentence. */
  readonly offline: string
}

/** Arguments for the hub client, and a translator for what it throws. */
export interface HubConnection {
  readonly params: { readonly hubUrl: string; readonly fetch: typeof fetch; readonly accessToken?: string }
  /** Turns anything thrown by the client into a GymError: what happened, with which repository, what to do. */
  failure(error: unknown): GymError
}

const defaultHubUrl = 'https://huggingface.co'

/**
 * Prepares calls of the hub client for one subject: the client knows no AbortSignal, so its `fetch` carries it, for
 * bodies too.
 */
export function connectToHub(
  subject: HubSubject,
  options: HubOptions,
  signal?: AbortSignal,
  env: Readonly<Record<string, string | undefined>> = process.env,
): HubConnection {
  const hubUrl = (options.hubUrl ?? (env.HF_ENDPOINT || defaultHubUrl)).replace(/\/+$/, '')
  const accessToken = options.accessToken ?? (env.HF_TOKEN || undefined)
  const inner = options.fetch ?? fetch
  let lastError: unknown
  const watched: typeof fetch = async (input, init) => {
    try {
      signal?.throwIfAborted()
      return await inner(input, signal === undefined ? init : { ...init, signal })
    } catch (error) {
      lastError = error
      throw error
    }
  }
  return {
    params: { hubUrl, fetch: watched, ...(accessToken === undefined ? {} : { accessToken }) },
    // The client's streams pass on only the message of an error, so the error itself is remembered.
    failure: (error) => hubFailure(typeof error === 'string' ? (lastError ?? error) : error, subject, hubUrl, signal),
  }
}

function hubFailure(error: unknown, subject: HubSubject, hubUrl: string, signal: AbortSignal | undefined): GymError {
  if (GymError.is(error)) return error
  const what = `${subject.kind} "${subject.repo}"`
  if (signal?.aborted === true) {
    return new GymError('interrupted', 'aborted', `the download of ${what} was interrupted`, { cause: error })
  }
  const host = URL.canParse(hubUrl) ? new URL(hubUrl).host : hubUrl
  const status = statusOf(error)
  const at = subject.revision === undefined ? '' : ` at revision "${subject.revision}"`
  if (status === 404) {
    const message = `${host} has no ${what}${at}; check the name as it stands in the address of its page`
    return new GymError('config', 'repo-not-found', message, { cause: error })
  }
  if (status === 401 || status === 403) {
    const message = `${host} refuses ${what} (status ${status}): it is private, gated, or not there; check the name, accept its terms on its page, and set accessToken or HF_TOKEN`
    return new GymError('config', 'repo-no-access', message, { cause: error })
  }
  if (status !== undefined) {
    const message = `${host} answered status ${status} for ${what}; try again later`
    return new GymError('provider', 'hub-failed', message, { cause: error })
  }
  const network = networkCode(error)
  if (network !== undefined) {
    const message = `could not reach ${host} for ${what} (${network}); check the network, or name another hub with hubUrl or HF_ENDPOINT; ${subject.offline}`
    return new GymError('provider', 'hub-unreachable', message, { cause: error })
  }
  const message = `${host} answered for ${what} in a way that cannot be used: ${messageOf(error)}; check hubUrl`
  return new GymError('provider', 'hub-failed', message, { cause: error })
}

function statusOf(error: unknown): number | undefined {
  const isApiError = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
  return isApiError ? (error.statusCode as number) : undefined
}

/** The innermost system code (`ENOTFOUND`, `UND_ERR_SOCKET`, ...) of a failed fetch; undefined for any other error. */
function networkCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const isFetch = error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message)
  const causes = error.cause instanceof AggregateError ? error.cause.errors : [error.cause]
  const code = [error, ...causes].map(codeOf).find((one) => one !== undefined)
  return code ?? (isFetch ? error.message : undefined)
}

function codeOf(error: unknown): string | undefined {
  const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string'
  return hasCode && /^(E[A-Z]+|UND_ERR_\w+)$/.test(error.code as string) ? (error.code as string) : undefined
}
