import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { GymError } from '../../errors.js'
import { pause } from '../interrupted.js'
import type { RayClient } from './ray-client.js'
import { exitCodeOf } from './ray-process.js'

export interface FileJobOptions<Schema extends z.ZodType> {
  readonly command: Readonly<Record<string, unknown>>
  /** Of what the job answers. */
  readonly schema: Schema
  /** Names it for messages. */
  readonly what: string
  readonly signal?: AbortSignal
  /** URI of an uploaded package with the files `file-0`, `file-1`, ... */
  readonly working_dir?: string
}

const POLL_MS = 200
/** What the line with the answer begins with. */
const ANSWER = 'GYM-ANSWER '

/** Runs on a node of the cluster, whose Python is there for Ray itself; only its standard library is used. */
const program = `
import base64, json, os, shutil, sys
command = json.loads(sys.argv[1])
def put(targets):
    for index, target in enumerate(targets):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        unfinished = target + '.part'
        shutil.copyfile('file-%d' % index, unfinished)
        with open(unfinished, 'rb+') as file:
            os.fsync(file.fileno())
        os.replace(unfinished, target)
def read(path, offset, length):
    if not os.path.isfile(path):
        return {'size': None, 'data': ''}
    with open(path, 'rb') as file:
        file.seek(offset)
        return {'size': os.path.getsize(path), 'data': base64.b64encode(file.read(length)).decode()}
def list_folder(path):
    if not os.path.isdir(path):
        return []
    entries = [entry for entry in os.scandir(path) if entry.is_file() or entry.is_dir()]
    entries.sort(key=lambda entry: entry.name)
    return [{'name': entry.name, 'isFile': entry.is_file(), 'size': entry.stat().st_size if entry.is_file() else 0, 'modified': entry.stat().st_mtime} for entry in entries]
def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)
operation = {'put': put, 'read': read, 'list': list_folder, 'remove': remove}[command.pop('op')]
print('${ANSWER}' + json.dumps(operation(**command)), flush=True)
`

/**
 * Does something with files of the cluster in a short job, and forgets the job.
 *
 * @throws GymError `file-job-failed` (provider) with the end of its output.
 */
export async function runFileJob<Schema extends z.ZodType>(
  client: RayClient,
  { command, schema, what, signal, working_dir }: FileJobOptions<Schema>,
): Promise<z.output<Schema>> {
  const id = `gym-files-${randomBytes(8).toString('hex')}`
  const words = ['python3', '-c', program, JSON.stringify(command)]
  const entrypoint = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  const runtime_env = working_dir === undefined ? {} : { working_dir }
  await client.submit({ entrypoint, submission_id: id, runtime_env, metadata: { gym: 'files' } }, what, signal)
  try {
    let job = await client.job(id, what, signal)
    while (exitCodeOf(job) === null) {
      await pause(POLL_MS, what, signal)
      job = await client.job(id, what, signal)
    }
    const logs = await client.logs(id, what, signal)
    const answer = logs.split('\n').findLast((line) => line.startsWith(ANSWER))
    if (exitCodeOf(job) === 0 && answer !== undefined) return schema.parse(JSON.parse(answer.slice(ANSWER.length)))
    const said = logs.trim().split('\n').at(-1) || job?.message || 'nothing'
    const message = `${what} failed: the job on the cluster ended with exit code ${exitCodeOf(job)} and said "${said}"; check that the storage folder is there and may be written`
    throw new GymError('provider', 'file-job-failed', message)
  } finally {
    // The job is of no more use; what went wrong with it is the error to tell.
    await forget(client, id, what).catch(() => undefined)
  }
}

async function forget(client: RayClient, id: string, what: string): Promise<void> {
  if (exitCodeOf(await client.job(id, what)) === null) await client.stop(id, what)
  else await client.remove(id, what)
}
