import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../../find-program.js'
import { findFreePort } from '../../free-port.js'
import { startGuardedProcess } from '../../start-guarded-process.js'

export interface RayHead extends AsyncDisposable {
  readonly address: string
}

/** How long a head may take to open its dashboard, milliseconds. */
const START_MS = 90_000

/**
 * Starts a real Ray head on loopback when this machine has Ray: the program in GYM_TEST_RAY, else `ray` in PATH. Null when
 * there is none.
 */
export async function startRayHead(env: NodeJS.ProcessEnv = process.env): Promise<RayHead | null> {
  const program = await findProgram(env.GYM_TEST_RAY ?? 'ray', env.PATH)
  if (program === null) return null
  const folder = await mkdtemp(join(tmpdir(), 'ray-'))
  const [port, dashboardPort, clientPort] = [await findFreePort(0), await findFreePort(0), await findFreePort(0)]
  const head = await startGuardedProcess({
    name: 'Ray head',
    label: 'ray-head',
    command: program,
    args: [
      ...['start', '--head', '--block', '--disable-usage-stats', '--node-ip-address=127.0.0.1', '--num-cpus=2'],
      ...['--num-gpus=0', '--include-dashboard=true', '--dashboard-host=127.0.0.1', `--temp-dir=${folder}`],
      ...[`--port=${port}`, `--dashboard-port=${dashboardPort}`, `--ray-client-server-port=${clientPort}`],
      ...['--object-store-memory=100000000'],
    ],
    env: { RAY_AUTH_MODE: 'disabled' },
    logFile: join(folder, 'head.log'),
  })
  const stop = async () => {
    await head.stop({ graceMs: 15_000 })
    await rm(folder, { recursive: true, force: true })
  }
  const address = `http://127.0.0.1:${dashboardPort}`
  const deadline = AbortSignal.timeout(START_MS)
  while (!(await answers(`${address}/api/jobs/`))) {
    if (deadline.aborted || head.exit !== null) {
      const tail = await head.readTail()
      await stop()
      throw new Error(`the Ray head did not start: ${tail}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return { address, [Symbol.asyncDispose]: stop }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(10_000) })).ok
  } catch {
    return false
  }
}
