/** What the server refused or could not do, in its own sentence. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

const notAnswering = 'The dashboard does not answer; start it again with: training-gym dashboard'

/** Reads a path of the API, e.g. `runs/run-1/steps`; parameters that are undefined or '' are left out. */
export async function read<T>(
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
  signal?: AbortSignal,
): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  const response = await fetch(`/api/v1/${path}${search === '' ? '' : `?${search}`}`, { signal: signal ?? null }).catch(
    (error: unknown) => {
      if (signal?.aborted) throw error
      throw new ApiError(0, notAnswering)
    },
  )
  if (response.ok) return (await response.json()) as T
  throw await refusalOf(response)
}

/** Calls back after each change of the store until it is closed; the browser reconnects by itself. */
export function followChanges(onChange: () => void, onState: (isLive: boolean) => void): () => void {
  const source = new EventSource('/api/v1/events')
  source.addEventListener('change', onChange)
  // After a lost connection something may have been missed.
  let wasLost = false
  source.addEventListener('open', () => {
    onState(true)
    if (wasLost) onChange()
    wasLost = false
  })
  source.addEventListener('error', () => {
    wasLost = true
    onState(false)
  })
  return () => source.close()
}

/** Asks for a change, e.g. `runs/run-1/stop`; the server's sentence comes as an ApiError when it refuses. */
export async function act<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await post(path, body, signal)
  return (await response.json()) as T
}

/** Sends a request whose answer is read by the caller, as a stream or whole. */
export async function post(path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(`/api/v1/${path}`, {
    method: 'POST',
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: signal ?? null,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new ApiError(0, notAnswering)
  })
  if (response.ok) return response
  throw await refusalOf(response)
}

async function refusalOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const sentence = (body as { error?: { message?: string } } | null)?.error?.message
  return new ApiError(response.status, sentence ?? `The dashboard answered ${response.status}.`)
}
