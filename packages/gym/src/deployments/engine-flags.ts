import { z } from 'zod'

/** What an option of an engine may be; each becomes one flag of its command line. */
export type FlagValue = string | number | boolean | Readonly<Record<string, string>> | null

/** How an engine says no to a switch: `--no-flag` as well, or by leaving `--flag` out. */
export type NoStyle = 'no-prefix' | 'left-out'

/**
 * Turns camelCase options into the flags of a command line: `maxModelLen: 8192` becomes `--max-model-len=8192`, a record
 * becomes `--lora-modules a=path b=path`, null and undefined become nothing.
 */
export function flagsFor(options: Readonly<Record<string, FlagValue | undefined>>, noStyle: NoStyle): string[] {
  return Object.entries(options).flatMap(([option, value]) => {
    const name = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    if (value === undefined || value === null) return []
    if (value === true) return [`--${name}`]
    if (value === false) return noStyle === 'no-prefix' ? [`--no-${name}`] : []
    // With '=', a value that begins with a dash is still a value.
    if (typeof value !== 'object') return [`--${name}=${value}`]
    const pairs = Object.entries(value).map(([key, path]) => `${key}=${path}`)
    return pairs.length === 0 ? [] : [`--${name}`, ...pairs]
  })
}

/** Options that every installed engine takes besides its own flags. */
export interface InstalledEngineOptions {
  /** The program to run: a path, or a name looked up in PATH. Default: `vllm`, and for SGLang `python3`. */
  readonly executable?: string | undefined
  /** Arguments added as they are, after all others, for flags that have no option here. */
  readonly extraArgs?: readonly string[] | undefined
  /** Added to the environment of the engine, e.g. `{ CUDA_VISIBLE_DEVICES: '1' }`. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** False starts it on machines without an NVIDIA GPU: builds for CPU or AMD. Default true. */
  readonly needsNvidiaGpu?: boolean | undefined
  /** Image that has the engine, for compute with containers. Default: a pinned one of the engine's makers. */
  readonly image?: string | undefined
}

/** Makes the schema of the shared options; `ownFlags` are those that the gym sets itself. */
export function installedEngineFields(executable: string, ownFlags: Readonly<Record<string, string>>) {
  return {
    executable: z.string().min(1).default(executable),
    extraArgs: z
      .array(z.string())
      .default([])
      .superRefine((args, context) => {
        for (const arg of args) {
          const flag = arg.split('=')[0] ?? arg
          const instead = ownFlags[flag]
          if (instead === undefined) continue
          context.addIssue({ code: 'custom', message: `must not hold ${flag}, which the gym sets: ${instead}` })
        }
      }),
    env: z.record(z.string(), z.string()).default({}),
    needsNvidiaGpu: z.boolean().default(true),
    image: z.string().min(1).optional(),
  }
}
