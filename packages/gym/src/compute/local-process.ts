import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { GymError, messageOf } from '../errors.js'
import { createLineSplitter } from './line-splitter.js'
import { readTail } from './read-tail.js'

export interface LocalProcessOptions {
  /** Short human name for messages, e.g. `server of tiny-poet`. */
  readonly name: string
  /** Program to run: a path, or a name looked up in PATH. Never a shell line. */
  readonly command: string
  readonly args: readonly string[]
  /** Working folder. Default: that of this process. */
  readonly cwd?: string
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Where stderr goes (and stdout, without `onLine`); appended to, folders are made. */
  readonly logFile: string
  /** Gets each line of stdout, at most 65,536 characters of it. */
  readonly onLine?: (line: string) => void
  /** Stops the process when aborted. */
  readonly signal?: AbortSignal
  /** True lets it outlive this process. Default false: its stdin closes with this process, and it is stopped at exit. */
  readonly isDetached?: boolean
}

/** How a process ended: an exit code or the signal that ended it. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * A process that this one started. It leads its own process group, so that Ctrl-C in the terminal reaches only the
 * parent, which decides what to stop.
 */
export class LocalProcess implements AsyncDisposable {
  readonly name: string
  readonly pid: number
  readonly logFile: string
  /** Resolves when the process has ended and its last line was read; never rejects. */
  readonly exited: Promise<ProcessExit>
  #exit: ProcessExit | null = null
  readonly #child: ChildProcess

  constructor(child: ChildProcess & { readonly pid: number }, options: LocalProcessOptions) {
    this.name = options.name
    this.pid = child.pid
    this.logFile = options.logFile
    this.#child = child
    const stopAtExit = () => this.#kill('SIGTERM')
    const stopOnAbort = () => void this.stop()
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#exit = { code, signal }
        process.removeListener('exit', stopAtExit)
        options.signal?.removeEventListener('abort', stopOnAbort)
      })
      // Unlike 'exit', 'close' comes after the last line of stdout was read.
      child.once('close', (code, signal) => resolve({ code, signal }))
    })
    if (!options.isDetached) process.on('exit', stopAtExit)
    if (options.signal?.aborted) stopOnAbort()
    else options.signal?.addEventListener('abort', stopOnAbort, { once: true })
  }

  /** How it ended; null while it runs. */
  get exit(): ProcessExit | null {
    return this.#exit
  }

  /** Takes back `unref()`: this process stays until the other has ended. */
  ref(): void {
    this.#child.ref()
  }

  /** Lets this process end while the other still runs; without it, a running child keeps its parent waiting. */
  unref(): void {
    this.#child.unref()
    for (const stream of this.#child.stdio) if (stream instanceof Socket) stream.unref()
  }

  /** Asks it to end (SIGTERM) and, when it has not ended after `graceMs` (default 5,000), ends its group (SIGKILL). */
  async stop(options: { readonly graceMs?: number } = {}): Promise<ProcessExit> {
    if (this.#exit) return this.#exit
    this.#child.ref()
    this.#kill('SIGTERM')
    const timer = setTimeout(() => this.#killGroup(), options.graceMs ?? 5000)
    try {
      return await this.exited
    } finally {
      clearTimeout(timer)
    }
  }

  /** Reads the end of its log. */
  readTail(maxBytes?: number): Promise<string> {
    return readTail(this.logFile, maxBytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #kill(signal: NodeJS.Signals): void {
    // ChildProcess.kill does nothing once the child was reaped, so a reused process id is never hit.
    this.#child.kill(signal)
  }

  #killGroup(): void {
    if (this.#exit) return
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      this.#kill('SIGKILL')
    }
  }
}

/**
 * Starts a program on this machine, by path or name and never through a shell.
 *
 * @throws GymError `program-missing` (config) when there is no such program, `process-not-started` (engine) when it
 * cannot be started, `log-not-writable` (store).
 */
export async function startLocalProcess(options: LocalProcessOptions): Promise<LocalProcess> {
  options.signal?.throwIfAborted()
  const logFd = openLog(options.logFile)
  try {
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [options.isDetached ? 'ignore' : 'pipe', options.onLine ? 'pipe' : logFd, logFd],
      detached: true,
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (cause) => reject(spawnFailure(options, cause)))
    })
    // An 'error' later on (a signal that cannot be sent) shows in the exit; unheard, it would end this process.
    child.on('error', () => undefined)
    if (child.pid === undefined) throw spawnFailure(options, new Error('the system gave it no process id'))
    const started = new LocalProcess(Object.assign(child, { pid: child.pid }), options)
    if (options.onLine) child.stdout?.on('data', createLineSplitter(options.onLine))
    return started
  } finally {
    closeSync(logFd)
  }
}

function openLog(logFile: string): number {
  try {
    makeFolder(dirname(logFile))
    return openSync(logFile, 'a')
  } catch (cause) {
    const message = `cannot write the log ${logFile}: ${messageOf(cause)}; free the disk or choose another home folder`
    throw new GymError('store', 'log-not-writable', message, { cause })
  }
}

function spawnFailure(options: LocalProcessOptions, cause: Error): GymError {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
    const message = `cannot start the ${options.name}: there is no program "${options.command}"; install it or give its full path`
    return new GymError('config', 'program-missing', message, { cause })
  }
  const message = `cannot start the ${options.name} ("${options.command}"): ${cause.message}; see that it may be run`
  return new GymError('engine', 'process-not-started', message, { cause })
}
