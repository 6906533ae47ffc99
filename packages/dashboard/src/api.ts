/** What the server refused or could not do, in its own sentence. */
export class ApiError extends Error {
  constructor(
    /** 0 where nothing answered. */
    readonly status: number,
    message: string,
  ) {
    super(message)
  }

  /** True where nothing can be read: nobody answers, or this browser is not let in. */
  get isOfConnection(): boolean {
    return this.status === 0 || this.status === 401
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

/** Whether changes arrive, and if not, the sentence that says why, where there is one. */
export interface Connection {
  readonly isLive: boolean
  readonly problem: string | null
}

/** How long after a refusal it is asked again, milliseconds. */
const reopenMs = 3_000
const eventsPath = '/api/v1/events'

/**
 * Calls back after each change of the store until it is closed. A browser reconnects by itself when a server goes away,
 * and never again once one refused: a dashboard that was started anew does until the browser is let in.
 */
export function followChanges(onChange: () => void, onConnection: (now: Connection) => void): () => void {
  let source: EventSource
  let reopening: ReturnType<typeof setTimeout> | undefined
  let problem: string | null = null
  let isAsking = false
  let isEnded = false
  // After a lost connection something may have been missed.
  let wasLost = false

  function open() {
    source = new EventSource(eventsPath)
    source.addEventListener('change', onChange)
    source.addEventListener('open', () => {
      problem = null
      onConnection({ isLive: true, problem })
      if (wasLost) onChange()
      wasLost = false
    })
    source.addEventListener('error', () => {
      wasLost = true
      onConnection({ isLive: false, problem })
      void tellWhy()
      if (source.readyState === EventSource.CLOSED) reopening = setTimeout(open, reopenMs)
    })
  }
  // An EventSource tells no status.
  async function tellWhy() {
    if (isAsking) return
    isAsking = true
    const told = await refusalOfEvents()
    isAsking = false
    if (isEnded || source.readyState === EventSource.OPEN) return
    problem = told
    onConnection({ isLive: false, problem })
  }
  open()
  return () => {
    isEnded = true
    clearTimeout(reopening)
    source.close()
  }
}

/** Asks once for the changes, only to learn why they are refused; null where they are not. */
async function refusalOfEvents(): Promise<string | null> {
  const asked = new AbortController()
  try {
    const response = await fetch(eventsPath, { signal: asked.signal })
    return response.ok ? null : (await refusalOf(response)).message
  } catch {
    return notAnswering
  } finally {
    asked.abort()
  }
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
