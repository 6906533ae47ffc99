import { z } from 'zod'
import { GymError, messageOf } from '../../errors.js'
import { interrupted, pause } from '../interrupted.js'
import type { PlainRequest } from './plain-request.js'

export interface RayClientOptions {
  /** URL of the dashboard. */
  readonly address: string
  /** Bearer token of a cluster that asks for one. */
  readonly token?: string
  readonly request: PlainRequest
  /** Pause before the second attempt at a cluster that does not answer, milliseconds; it doubles, up to 8 s. */
  readonly pauseMs: number
}

const jobSchema = z.object({
  submission_id: z.string().nullable(),
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  driver_exit_code: z.int().nullish(),
})

const logsSchema = z.object({ logs: z.string() })

/** A job as the cluster describes it. */
export type RayJob = z.infer<typeof jobSchema>

export interface RayJobRequest {
  readonly entrypoint: string
  readonly submission_id: string
  readonly runtime_env: { readonly env_vars?: Readonly<Record<string, string>>; readonly working_dir?: string }
  readonly metadata: Readonly<Record<string, string>>
}

/** Speaks the REST interface of Ray Jobs. Every call names in `what` what it is for. */
export interface RayClient {
  /** Submits a job; false when there is one with this id already. */
  submit(job: RayJobRequest, what: string, signal?: AbortSignal): Promise<boolean>
  /** Reads a job; null when there is none. */
  job(id: string, what: string, signal?: AbortSignal): Promise<RayJob | null>
  jobs(what: string, signal?: AbortSignal): Promise<readonly RayJob[]>
  /** Reads all that a job has written; of very much, newer clusters give the last 16 MiB. */
  logs(id: string, what: string, signal?: AbortSignal): Promise<string>
  stop(id: string, what: string): Promise<void>
  /** Forgets a job that has ended. */
  remove(id: string, what: string): Promise<void>
  /** Uploads a zip archive and returns the URI that a job's `working_dir` takes. */
  upload(name: string, zip: Uint8Array, what: string, signal?: AbortSignal): Promise<string>
}

interface Answer {
  readonly isOk: boolean
  readonly status: number
  readonly text: string
}

const ATTEMPTS = 12
const MAX_PAUSE_MS = 8000
/** No call but an upload takes longer, milliseconds. */
const CALL_MS = 60_000

/** Creates a client; nothing is asked yet. */
export function createRayClient({ address, token, request, pauseMs }: RayClientOptions): RayClient {
  const base = address.replace(/\/+$/, '')
  const authorization: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }

  /** Asks until the cluster answers; a 404, and any other status in `accepted`, is an answer. */
  const call = async (
    method: string,
    path: string,
    what: string,
    options: {
      readonly body?: string | Uint8Array
      readonly accepted?: readonly number[]
      readonly signal?: AbortSignal
    } = {},
  ): Promise<Answer> => {
    const { body, accepted = [], signal } = options
    for (let attempt = 1; ; attempt++) {
      if (signal?.aborted) throw interrupted(what, signal)
      let failure: string
      try {
        const limit = AbortSignal.timeout(CALL_MS)
        const { status, text } = await request(`${base}${path}`, {
          method,
          headers: { ...authorization, ...(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}) },
          body,
          signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        })
        const isOk = status >= 200 && status < 300
        const isForLater = isOfMoment(status, text)
        if (isOk || (accepted.includes(status) && !isForLater)) return { isOk, status, text }
        if (!isForLater) throw refusal(what, base, status, text)
        failure = `status ${status}`
      } catch (error) {
        if (signal?.aborted) throw interrupted(what, signal)
        if (GymError.is(error)) throw error
        failure = messageOf(error)
      }
      if (attempt >= ATTEMPTS) {
        const message = `${what} failed: the Ray cluster at ${base} does not answer (${failure}); check the address and that its dashboard runs`
        throw new GymError('provider', 'provider-unreachable', message)
      }
      await pause(Math.min(MAX_PAUSE_MS, pauseMs * 2 ** (attempt - 1)), what, signal)
    }
  }

  const jobPath = (id: string): string => `/api/jobs/${encodeURIComponent(id)}`
  return {
    async submit(job, what, signal) {
      const { isOk, status, text } = await call('POST', '/api/jobs/', what, {
        body: JSON.stringify(job),
        accepted: [400, 409, 500],
        signal,
      })
      if (isOk) return true
      if (/already exists/i.test(text)) return false
      throw refusal(what, base, status, text)
    },
    async job(id, what, signal) {
      const { isOk, text } = await call('GET', jobPath(id), what, { accepted: [404], signal })
      return isOk ? jobSchema.parse(JSON.parse(text)) : null
    },
    async jobs(what, signal) {
      return z.array(jobSchema).parse(JSON.parse((await call('GET', '/api/jobs/', what, { signal })).text))
    },
    async logs(id, what, signal) {
      const { isOk, text } = await call('GET', `${jobPath(id)}/logs`, what, { accepted: [404], signal })
      return isOk ? logsSchema.parse(JSON.parse(text)).logs : ''
    },
    async stop(id, what) {
      await call('POST', `${jobPath(id)}/stop`, what, { accepted: [404] })
    },
    async remove(id, what) {
      await call('DELETE', jobPath(id), what, { accepted: [404] })
    },
    async upload(name, zip, what, signal) {
      await call('PUT', `/api/packages/gcs/${name}`, what, { body: zip, signal })
      return `gcs://${name}`
    },
  }
}

/** Says whether the same call may well succeed in a moment: a head that has just started has no agent to run jobs yet. */
function isOfMoment(status: number, text: string): boolean {
  return [502, 503, 504].includes(status) || (status === 500 && /no available agent/i.test(text))
}

function refusal(what: string, base: string, status: number, text: string): GymError {
  // Ray answers with a whole traceback, whose last line is the error.
  const said = text.trim().split('\n').at(-1) ?? ''
  if (status === 401 || status === 403) {
    const message = `${what} failed: the Ray cluster at ${base} refused the token (status ${status}); set RAY_AUTH_TOKEN to the cluster's token`
    return new GymError('config', 'ray-not-authorised', message)
  }
  const message = `${what} failed: the Ray cluster at ${base} answered status ${status}, "${said}"; see the log of its dashboard`
  return new GymError('provider', 'ray-refused', message)
}
