import { once } from 'node:events'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { z } from 'zod'
import type { LocalProcess } from '../../local-process.js'
import { startGuardedProcess } from '../../start-guarded-process.js'
import { driverVariables, rayEnvironment } from './ray-environment.test.support.js'

/** What goes wrong at the stand-in for Ray; changed at any time. */
export interface FakeRayFaults {
  /** So many of the next calls are answered with status 503. */
  unavailable: number
  /** So many of the next jobs meet a head that has just started. */
  withoutAgent: number
  /** So many of the next jobs are taken, but the answer that says so is lost. */
  lostSubmitAnswers: number
  /** Longest log that is given, characters; of a longer one, the end. */
  logLimit: number
}

export interface FakeRay extends AsyncDisposable {
  readonly address: string
  readonly faults: FakeRayFaults
  stop(): Promise<void>
}

const requestSchema = z.object({
  entrypoint: z.string(),
  submission_id: z.string(),
  runtime_env: z.object({ env_vars: z.record(z.string(), z.string()).optional(), working_dir: z.string().optional() }),
  metadata: z.record(z.string(), z.string()),
})

interface Job {
  readonly request: z.infer<typeof requestSchema>
  readonly process: LocalProcess
  readonly logFile: string
  isStopped: boolean
}

/**
 * Starts the REST interface of a Ray head on loopback; jobs are real processes of this machine, under a guard. The
 * environment of its one node is that of this process now.
 */
export async function startFakeRay(options: { readonly token?: string } = {}): Promise<FakeRay> {
  const root = mkdtempSync(join(tmpdir(), 'fake-ray-'))
  const node = { ...process.env }
  const nodeFile = join(root, 'node.json')
  writeFileSync(nodeFile, JSON.stringify(node))
  const faults: FakeRayFaults = { unavailable: 0, withoutAgent: 0, lostSubmitAnswers: 0, logLimit: 16 * 2 ** 20 }
  const jobs = new Map<string, Job>()
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => send(outgoing, 500, `Traceback:\n${String(error)}`))
  })

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming)
    if (faults.unavailable > 0) {
      faults.unavailable--
      return send(outgoing, 503, 'not there for a moment')
    }
    // Ray tells a browser by this header, and lets it only read.
    if (incoming.method !== 'GET' && incoming.headers['sec-fetch-mode'] !== undefined) {
      return send(outgoing, 405, `'${incoming.method}' method not allowed for browser traffic.`)
    }
    if (options.token !== undefined && incoming.headers.authorization !== `Bearer ${options.token}`) {
      return send(outgoing, 401, 'unauthenticated')
    }
    const [, , room, id = '', verb] = (incoming.url ?? '').split('/').map(decodeURIComponent)
    const route = `${incoming.method} ${room}`
    if (route === 'GET version')
      return send(outgoing, 200, { version: '4', ray_version: '0.0.0-stand-in', ray_commit: '' })
    if (route === 'PUT packages') {
      writeFileSync(join(root, verb ?? ''), body)
      return send(outgoing, 200, {})
    }
    if (route === 'POST jobs' && id === '') return await submit(body, outgoing)
    if (route === 'GET jobs' && id === '') return send(outgoing, 200, [...jobs.values()].map(describe))
    const job = jobs.get(id)
    if (job === undefined) return send(outgoing, 404, `Job ${id} does not exist`)
    if (route === 'GET jobs' && verb === undefined) return send(outgoing, 200, describe(job))
    if (route === 'GET jobs' && verb === 'logs') {
      return send(outgoing, 200, { logs: readFileSync(job.logFile, 'utf8').slice(-faults.logLimit) })
    }
    if (route === 'POST jobs' && verb === 'stop') {
      job.isStopped = job.process.exit === null
      await job.process.stop()
      return send(outgoing, 200, { stopped: true })
    }
    if (route === 'DELETE jobs') {
      if (job.process.exit === null) return send(outgoing, 500, 'Traceback:\nRuntimeError: the job has not ended')
      jobs.delete(id)
      return send(outgoing, 200, { deleted: true })
    }
    send(outgoing, 404, 'no such route')
  }

  async function submit(body: Buffer, outgoing: ServerResponse): Promise<void> {
    const request = requestSchema.parse(JSON.parse(body.toString('utf8')))
    const { submission_id: id, runtime_env } = request
    if (faults.withoutAgent > 0) {
      faults.withoutAgent--
      return send(outgoing, 500, 'Traceback:\nException: No available agent to submit job, please try again later.')
    }
    if (jobs.has(id)) return send(outgoing, 400, `Traceback:\nValueError: Job with submission_id ${id} already exists.`)
    const cwd = join(root, 'jobs', id)
    unpack(root, cwd, runtime_env.working_dir)
    const logFile = join(root, 'logs', `${id}.log`)
    mkdirSync(dirname(logFile), { recursive: true })
    writeFileSync(logFile, 'Runtime env is setting up.\n')
    const process = await startGuardedProcess({
      name: `job "${id}"`,
      label: id,
      command: '/bin/sh',
      args: ['-c', `cd "$0" && ${request.entrypoint}`, cwd],
      env: {
        ...rayEnvironment(node, runtime_env.env_vars ?? {}),
        ...driverVariables(runtime_env.env_vars ?? {}, nodeFile),
        RAY_ADDRESS: '127.0.0.1:6379',
      },
      logFile,
      graceMs: 1000,
    })
    // As Ray does: after the start, and so at times between the first lines of the job.
    appendFileSync(logFile, `Running entrypoint for job ${id}: ${request.entrypoint}\n`)
    jobs.set(id, { request, process, logFile, isStopped: false })
    if (faults.lostSubmitAnswers > 0) {
      faults.lostSubmitAnswers--
      outgoing.destroy()
      return
    }
    send(outgoing, 200, { submission_id: id, job_id: id })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const ray: FakeRay = {
    address: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    faults,
    async stop() {
      await Promise.all([...jobs.values()].map((job) => job.process.stop()))
      server.close()
      server.closeAllConnections()
      rmSync(root, { recursive: true, force: true })
    },
    [Symbol.asyncDispose]: () => ray.stop(),
  }
  return ray
}

function describe({ request, process, isStopped }: Job) {
  const code = process.exit?.code ?? null
  const status = process.exit === null ? 'RUNNING' : isStopped ? 'STOPPED' : code === 0 ? 'SUCCEEDED' : 'FAILED'
  return {
    type: 'SUBMISSION',
    job_id: null,
    submission_id: request.submission_id,
    entrypoint: request.entrypoint,
    metadata: request.metadata,
    status,
    message: '',
    driver_exit_code: code,
  }
}

function unpack(root: string, target: string, uri: string | undefined): void {
  mkdirSync(target, { recursive: true })
  if (uri === undefined) return
  const zip = unzipSync(readFileSync(join(root, uri.replace('gcs://', ''))))
  for (const [name, content] of Object.entries(zip)) {
    mkdirSync(dirname(join(target, name)), { recursive: true })
    writeFileSync(join(target, name), content)
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of incoming) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  outgoing.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }).end(text)
}
