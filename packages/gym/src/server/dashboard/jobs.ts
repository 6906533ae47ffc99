import { join } from 'node:path'
import { startLocalProcess } from '../../compute/local-process.js'
import { readTail } from '../../compute/read-tail.js'
import { apiRefusal } from './api-refusal.js'
import { cliEntry } from './cli-entry.js'

/** What an action of the page started: one command of this program, in a process of its own. */
export interface Job {
  readonly jobId: string
  readonly kind: 'resume' | 'serve' | 'evaluate'
  /** The run or checkpoint that it is about. */
  readonly subject: string
  /** As a person would type it. */
  readonly command: string
  /** `stopped` as by Ctrl-C. */
  readonly state: 'running' | 'done' | 'failed' | 'stopped'
  readonly startedAt: number
  readonly endedAt: number | null
  /** The last lines that it said. */
  readonly output: string
}

export interface JobsOptions {
  readonly home: string
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Called when a job has started or ended. */
  readonly onChange: () => void
}

/** What to start. */
export interface JobRequest extends Pick<Job, 'kind' | 'subject'> {
  /** Of the command line, e.g. `['train', '--resume', 'run-1']`. */
  readonly args: readonly string[]
  readonly cwd?: string | undefined
}

/** The jobs of one dashboard; they outlive it. */
export interface Jobs {
  /** Starts one; refuses a second of the same kind for the same subject while the first runs. */
  start(request: JobRequest): Promise<Job>
  /** Newest first. */
  list(): Promise<Job[]>
}

/** Ended jobs that are remembered. */
const MOST_JOBS = 50
const OUTPUT_BYTES = 8_000

/** Makes the list of jobs of a dashboard. */
export function createJobs({ home, clock, onChange }: JobsOptions): Jobs {
  const jobs: (Job & { readonly logFile: string })[] = []
  let count = 0
  const change = (jobId: string, changes: Partial<Job>) => {
    const at = jobs.findIndex((job) => job.jobId === jobId)
    if (jobs[at] !== undefined) jobs[at] = { ...jobs[at], ...changes }
    onChange()
  }
  const shown = async ({ logFile, ...job }: (typeof jobs)[number]): Promise<Job> => {
    return { ...job, output: await readTail(logFile, OUTPUT_BYTES) }
  }
  return {
    async start({ kind, subject, args, cwd }) {
      if (jobs.some((job) => job.kind === kind && job.subject === subject && job.state === 'running')) {
        throw apiRefusal(409, 'already-started', `this was started already and is not done; see its output`)
      }
      const startedAt = clock()
      const jobId = `job-${startedAt}-${count++}`
      const logFile = join(home, 'jobs', `${jobId}.log`)
      const command = `training-gym ${args.map(quoted).join(' ')}`
      const job = { jobId, kind, subject, command, state: 'running', startedAt, endedAt: null, output: '' } as const
      jobs.unshift({ ...job, logFile })
      jobs.splice(MOST_JOBS)
      try {
        const child = await startLocalProcess({
          name: `"${command}"`,
          command: process.execPath,
          args: [cliEntry(), ...args, '--home', home],
          logFile,
          isDetached: true,
          ...(cwd !== undefined && { cwd }),
        })
        child.unref()
        void child.exited.then(({ code }) => change(jobId, { state: endOf(code), endedAt: clock() }))
      } catch (error) {
        change(jobId, { state: 'failed', endedAt: clock() })
        throw error
      }
      onChange()
      return job
    },
    async list() {
      return await Promise.all(jobs.map(shown))
    },
  }
}

/** 130 is the exit code of a command that was interrupted and finished cleanly. */
function endOf(code: number | null): Job['state'] {
  return code === 0 ? 'done' : code === 130 ? 'stopped' : 'failed'
}

function quoted(argument: string): string {
  return /^[\w./:@=+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}
