import { existsSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '@training-gym/engine/make-folder'
import { z } from 'zod'
import { diskFailure } from '../hub/write-atomically.js'

const schema = z.object({
  cwd: z.string(),
  config: z.string().nullable(),
  dataset: z.string().nullable(),
  reward: z.string().nullable(),
})

/** How the command line was told where a run's rows and reward come from: what a record of a run cannot hold. */
export type RecordedStart = z.infer<typeof schema>

function fileOf(home: string, trainingRunId: string): string {
  return join(home, 'runs', trainingRunId, 'command.json')
}

/** Keeps how `train` was first started, so that the web page can start `train --resume` and `eval` in the same way. */
export function recordStart(home: string, trainingRunId: string, start: RecordedStart): void {
  const file = fileOf(home, trainingRunId)
  // A resume may leave out what its record tells; the first start knows it all.
  if (existsSync(file)) return
  try {
    makeFolder(join(home, 'runs', trainingRunId))
    writeFileSync(file, JSON.stringify(start))
  } catch (error) {
    throw diskFailure(error, file)
  }
}

/** Reads it back; null for a run that a script of its own started. */
export async function readStart(home: string, trainingRunId: string): Promise<RecordedStart | null> {
  try {
    return schema.parse(JSON.parse(await readFile(fileOf(home, trainingRunId), 'utf8')))
  } catch {
    return null
  }
}

/** The flags that say where rows and reward come from. */
export interface StartFlags {
  readonly config?: string
  readonly dataset?: string
  readonly reward?: string
}

/** Fills in the flags of the first start where others were not given; another config file stands for itself. */
export function unlessGiven<Flags extends StartFlags>(flags: Flags, start: RecordedStart): Flags {
  if (flags.config !== undefined) return flags
  const { config, dataset, reward } = start
  return {
    ...(config !== null && existsSync(config) && { config }),
    ...(dataset !== null && { dataset }),
    ...(reward !== null && { reward }),
    ...flags,
  }
}

/** Writes the flags that name the same rows and the same reward again. */
export function startFlags({ config, dataset, reward }: RecordedStart): string[] {
  const flags = Object.entries({ config, dataset, reward })
  return flags.flatMap(([name, value]) => (value === null ? [] : [`--${name}`, value]))
}
