import { z } from 'zod'
import { GymError, messageOf } from '../../errors.js'
import { parseOptions } from '../../options/parse-options.js'
import type { DashboardAnswers } from './dashboard-answers.js'

/** A path of the API with its parameters in braces, e.g. `runs/{run}/series`. */
export type DashboardPath = keyof DashboardAnswers

type ParameterOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never

/** What a request takes: the parameters in its path, and those of its query. */
export type DashboardRequest<Path extends string> = {
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined
  readonly signal?: AbortSignal | undefined
} & ([ParameterOf<Path>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<ParameterOf<Path>, string | number>> })

export interface DashboardClientOptions {
  /** The link that `training-gym dashboard` printed and nobody has used yet; or, with `password`, its address. */
  readonly link: string
  /** What the dashboard was started with, where it asks for a password. */
  readonly password?: string | undefined
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** Reads what a running dashboard knows. */
export interface DashboardClient {
  /** E.g. `http://127.0.0.1:6160`. */
  readonly origin: string
  /**
   * Reads one path. Lists come page by page: `query: { limit, offset }`.
   *
   * @throws GymError 'config' for what the dashboard refuses, with its sentence; 'provider' when it does not answer.
   */
  get<Path extends DashboardPath>(
    path: Path,
    ...request: [ParameterOf<Path>] extends [never] ? [DashboardRequest<Path>?] : [DashboardRequest<Path>]
  ): Promise<DashboardAnswers[Path]>
}

const schema = z.strictObject({
  link: z.url({ protocol: /^https?$/, error: 'must be the printed link, e.g. http://127.0.0.1:6160/open?token=...' }),
  password: z.string().min(1).optional(),
  fetch: z.custom<typeof globalThis.fetch>((value) => typeof value === 'function', 'must be a function').optional(),
})

/**
 * Gets in to a running dashboard, as a browser would, and returns a client that knows what each path answers.
 *
 * @example
 * const client = await createDashboardClient({ link })
 * const { items } = await client.get('runs', { query: { state: 'running' } })
 * const series = await client.get('runs/{run}/series', { params: { run: 'run-1' } })
 *
 * @throws GymError `not-let-in` (config) for a link that was used or a wrong password.
 */
export async function createDashboardClient(options: DashboardClientOptions): Promise<DashboardClient> {
  const { link, password, fetch = globalThis.fetch } = parseOptions(schema, options, 'createDashboardClient()')
  const { origin } = new URL(link)
  const ask = async (url: string, init: RequestInit): Promise<Response> =>
    await fetch(url, { redirect: 'manual', ...init }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause
      const message = `the dashboard at ${origin} does not answer: ${messageOf(cause)}; start it: training-gym dashboard`
      throw new GymError('provider', 'no-answer', message, { cause })
    })
  const opened =
    password === undefined
      ? await ask(link, {})
      : await ask(`${origin}/login`, { method: 'POST', headers: { origin }, body: new URLSearchParams({ password }) })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0]
  if (cookie === undefined) {
    const reason =
      password === undefined ? 'the link was used already or is not the newest' : 'the password is not right'
    throw new GymError(
      'config',
      'not-let-in',
      `${origin} let nobody in: ${reason}; see what the dashboard printed last`,
    )
  }
  return {
    origin,
    async get(path, ...[request]) {
      const { params, query = {}, signal } = (request ?? {}) as DashboardRequest<string>
      const given = Object.entries(query).filter(([, value]) => value !== undefined)
      const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
      const url = `${origin}/api/v1/${filled(path, params ?? {})}?${search}`
      const response = await ask(url, { headers: { cookie }, ...(signal && { signal }) })
      const body: unknown = await response.json().catch(() => null)
      if (response.ok) return body as DashboardAnswers[typeof path]
      throw refused(url, response.status, body)
    },
  }
}

function filled(path: string, params: Readonly<Record<string, string | number>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))
}

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

function refused(url: string, status: number, body: unknown): GymError {
  const { data } = errorBody.safeParse(body)
  const boundary = status >= 500 ? 'provider' : 'config'
  const message = data?.error.message ?? 'no reason was given'
  return new GymError(
    boundary,
    data?.error.code ?? 'dashboard-refused',
    `GET ${url} was answered ${status}: ${message}`,
  )
}
