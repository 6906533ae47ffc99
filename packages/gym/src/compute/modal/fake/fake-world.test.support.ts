import { randomBytes } from 'node:crypto'
import type { FakeSandbox } from './fake-sandbox.test.support.js'

/** What goes wrong at the stand-in for Modal; changed at any time. */
export interface FakeFaults {
  /** So many of the next calls are answered with UNAVAILABLE. */
  unavailable: number
  /** So many of the next sandboxes start, but the answer that says so is lost. */
  lostCreateAnswers: number
  /** Time that the building of an image takes, milliseconds. */
  buildMs: number
  /** What the building of an image fails with; null: it succeeds. */
  buildFailure: string | null
  /** Time that the writing of a file takes, milliseconds. */
  writeMs: number
  /** True: no sandbox gets a machine. */
  hasNoCapacity: boolean
  /** True: a sandbox with GPUs is taken and has its name, but waits for a machine, so that it has no task yet. */
  hasQueueForGpus: boolean
  /** True: such a one is not found by its name, only by its tags. */
  namesOnlyWithMachine: boolean
  /** So many of the next streams of output break off with UNAVAILABLE after their first piece. */
  cutLogs: number
}

/** Everything that the stand-in knows. */
export interface FakeWorld {
  readonly root: string
  /** Mount paths lie below it, since a process of this machine sees this machine's folders. */
  readonly mountRoot: string
  readonly faults: FakeFaults
  readonly apps: Map<string, string>
  /** Folder of a volume by its id. */
  readonly volumes: Map<string, { readonly name: string; readonly folder: string }>
  readonly secrets: Map<string, { readonly name: string | null; readonly values: Readonly<Record<string, string>> }>
  readonly images: Map<string, { readonly id: string; isBuilt: boolean }>
  /** Image id by published name. */
  readonly published: Map<string, string>
  readonly sandboxes: Map<string, FakeSandbox>
  /** The port and sandbox that a connect token opens. */
  readonly tokens: Map<string, { readonly sandboxId: string; readonly port: number }>
  /** Added to the environment of every sandbox, e.g. a PATH with stand-in programs. */
  readonly sandboxEnv: Readonly<Record<string, string>>
  /** Names of the calls so far, in order. */
  readonly calls: string[]
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Makes an id in Modal's shape: by its 22 letters the SDK tells the first backend. */
export function fakeId(prefix: string): string {
  return `${prefix}-${[...randomBytes(22)].map((byte) => letters[byte % letters.length]).join('')}`
}

/** Makes a token in the shape of a JWT that is good for an hour. */
export function fakeJwt(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return [part({ alg: 'none' }), part({ exp: Math.floor(Date.now() / 1000) + 3600 }), part('unsigned')].join('.')
}
