import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { processStart } from '../../store/process-start.js'
import { writeWhole } from './guard-record.js'

/*
 * What a folder of a local process holds: process.json, written by the client before anything starts; started.json and
 * exit.json, written by the guard; output.log. Each file appears whole or not at all, so any client can read them at
 * any time, after any of the three was killed.
 */

const recordSchema = z.object({
  id: z.string(),
  name: z.string(),
  tags: z.record(z.string(), z.string()),
  createdAt: z.number(),
  /** The port to listen on, by the wished one. */
  ports: z.record(z.string(), z.int()),
  environment: z.record(z.string(), z.string()),
  readiness: z.object({ command: z.array(z.string()), intervalMs: z.number() }).nullable(),
})

const identitySchema = z.object({ pid: z.int(), start: z.string().nullable() })
const startedSchema = z.object({ guard: identitySchema, program: identitySchema })
const exitSchema = z.object({ code: z.int() })

/** What a client wants to know of a local process that another one started. */
export type ProcessRecord = z.infer<typeof recordSchema>

/** A process of this machine, told from a later one with the same id by when it started. */
export type ProcessIdentity = z.infer<typeof identitySchema>

/** Writes what is known before the start. Readable by this user only: the environment may tell something. */
export function writeRecord(folder: string, record: ProcessRecord): void {
  writeWhole(folder, 'process.json', record)
}

/** Reads what was known before the start; null when the folder holds no process. */
export function readRecord(folder: string): ProcessRecord | null {
  return readWhole(folder, 'process.json', recordSchema)
}

/** Reads who guards and who runs; null when it has not started yet. */
export function readStart(folder: string): z.infer<typeof startedSchema> | null {
  return readWhole(folder, 'started.json', startedSchema)
}

/** Reads how it ended; null while it runs. */
export function readExit(folder: string): number | null {
  return readWhole(folder, 'exit.json', exitSchema)?.code ?? null
}

/** Tells whether this very process is still there. */
export function isRunning({ pid, start }: ProcessIdentity): boolean {
  return start !== null && processStart(pid) === start
}

/** The file that has both outputs of the process. */
export function outputFile(folder: string): string {
  return join(folder, 'output.log')
}

function readWhole<Schema extends z.ZodType>(folder: string, name: string, schema: Schema): z.output<Schema> | null {
  let text: string
  try {
    text = readFileSync(join(folder, name), 'utf8')
  } catch {
    return null
  }
  return schema.parse(JSON.parse(text))
}
