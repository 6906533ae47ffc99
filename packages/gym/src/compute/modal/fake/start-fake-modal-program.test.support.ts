import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { FakeModalOptions } from './fake-modal.test.support.js'
import type { FakeFaults } from './fake-world.test.support.js'

const helloSchema = z.object({ env: z.record(z.string(), z.string()), mountRoot: z.string(), adminUrl: z.url() })
const stateSchema = z.object({
  calls: z.array(z.string()),
  sandboxes: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      result: z.object({ status: z.int(), exitcode: z.int() }).nullable(),
    }),
  ),
})

/** A stand-in for Modal in a process of its own. */
export interface FakeModalProgram extends AsyncDisposable {
  readonly pid: number
  /** Variables that make a client speak to it. */
  readonly env: Readonly<Record<string, string>>
  readonly mountRoot: string
  /** Changes what goes wrong from now on. */
  setFaults(faults: Partial<FakeFaults>): Promise<void>
  /** Ends a running sandbox as Modal does when it loses the machine. */
  kill(name: string): Promise<void>
  state(): Promise<z.infer<typeof stateSchema>>
  /** Ends it with all its sandboxes and files. */
  stop(): Promise<void>
}

/** Starts the stand-in as a program, which ends with this process at the latest. It runs from what was built. */
export async function startFakeModalProgram(options: FakeModalOptions = {}): Promise<FakeModalProgram> {
  const folder = import.meta.url.endsWith('.ts') ? '../../../../dist/compute/modal/fake/' : './'
  const program = fileURLToPath(new URL(`${folder}fake-modal.test.program.js`, import.meta.url))
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const { env, mountRoot, adminUrl } = helloSchema.parse(JSON.parse(line))
  const ask = async (what: string, body: string): Promise<unknown> => {
    const response = await fetch(`${adminUrl}/${what}`, { method: 'POST', body })
    if (!response.ok) throw new Error(`the stand-in answered ${response.status}: ${await response.text()}`)
    return await response.json()
  }
  const stop = async (): Promise<void> => {
    child.stdin.end()
    await exited
  }
  return {
    pid: child.pid ?? 0,
    env,
    mountRoot,
    setFaults: async (faults) => void (await ask('faults', JSON.stringify(faults))),
    kill: async (name) => void (await ask('kill', name)),
    state: async () => stateSchema.parse(await ask('state', '')),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
