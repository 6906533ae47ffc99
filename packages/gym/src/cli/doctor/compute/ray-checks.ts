import { z } from 'zod'
import type { RayCompute } from '../../../compute/compute.js'
import { type PlainRequest, plainRequest } from '../../../compute/ray/plain-request.js'
import { GymError, messageOf } from '../../../errors.js'
import { checkFailed, checkSpec, outputOf } from './check-process.js'
import { checkWorkers } from './check-workers.js'
import type { ComputeCheck } from './compute-check.js'

const versionSchema = z.object({ ray_version: z.string() })
/** How long a dashboard may take to say its version, milliseconds. */
const ANSWER_MS = 15_000

/** Lists what must be true of a Ray cluster; none of it costs money. */
export function rayChecks(
  { address, storage }: RayCompute,
  token: string | undefined,
  request: PlainRequest = plainRequest,
): readonly ComputeCheck[] {
  const authorization: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return [
    {
      name: 'version',
      proves: 'the address is that of a Ray dashboard',
      costUsd: 0,
      async run({ signal }) {
        const version = await versionOf(address, authorization, request, signal)
        return `Ray ${version} at ${address}`
      },
    },
    {
      name: 'access',
      proves: 'jobs may be listed, with the token where the cluster asks for one',
      costUsd: 0,
      async run({ host, signal }) {
        const running = await host.list({}, signal)
        const how =
          token === undefined
            ? 'without a token: whoever reaches this address runs code there, so keep it in a private network'
            : 'with the token of RAY_AUTH_TOKEN'
        return `jobs are listed ${how}; running now: ${running.length}`
      },
    },
    {
      name: 'job',
      proves: 'a job starts, its output is read to the end, and its exit code with it',
      costUsd: 0,
      async run(context) {
        const lines = await outputOf(
          context,
          checkSpec('job', 'echo "gym $(uname -m)"; command -v timeout >/dev/null && echo timeout'),
        )
        if (!lines.some((line) => line.startsWith('gym '))) {
          throw checkFailed(`the job wrote "${lines.slice(-3).join(' / ')}"`, 'see its log in the dashboard')
        }
        if (!lines.includes('timeout')) throw checkFailed('the nodes have no GNU timeout', 'install coreutils there')
        return 'a job ran to its end and was read to its last line'
      },
    },
    {
      name: 'storage',
      proves: 'what is put into the shared folder is found there by a job',
      costUsd: 0,
      async run(context) {
        if (storage === undefined)
          throw checkFailed('no shared folder was named', 'add --storage /folder/that/all/nodes/see')
        const volume = { name: 'training-gym-check' }
        await context.host.volume(volume.name).put([{ path: 'hello.txt', content: 'hello' }], context.signal)
        const file = `${context.host.pathOf('/check', volume)}/hello.txt`
        const seen = await outputOf(context, checkSpec('storage', `cat '${file}'`, { volumes: { '/check': volume } }))
        await context.host.volume(volume.name).remove('hello.txt', context.signal)
        if (!seen.includes('hello'))
          throw checkFailed(`a job does not see ${file}`, 'give a folder that all nodes mount')
        return `a job read what was put into ${storage}`
      },
    },
    checkWorkers,
  ]
}

async function versionOf(
  address: string,
  headers: Readonly<Record<string, string>>,
  request: PlainRequest,
  signal: AbortSignal,
): Promise<string> {
  const url = `${address.replace(/\/+$/, '')}/api/version`
  let answer: { readonly status: number; readonly text: string }
  try {
    const either = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
    answer = await request(url, { method: 'GET', headers, signal: either })
  } catch (error) {
    signal.throwIfAborted()
    const message = `${url} cannot be reached (${messageOf(error)}); check the address, and that the dashboard runs there`
    throw new GymError('provider', 'provider-unreachable', message, { cause: error })
  }
  const { status, text } = answer
  if (status === 401 || status === 403) {
    throw checkFailed(`${url} refused the token (status ${status})`, "set RAY_AUTH_TOKEN to the cluster's token")
  }
  try {
    return versionSchema.parse(JSON.parse(text)).ray_version
  } catch {
    throw checkFailed(`${url} answered status ${status} with something else than Ray's version`, 'check the address')
  }
}
