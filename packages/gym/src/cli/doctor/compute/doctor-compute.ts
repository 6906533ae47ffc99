import { createInterface } from 'node:readline/promises'
import { computeSchema, type ModalCompute, type RayCompute } from '../../../compute/compute.js'
import { openHost } from '../../../compute/open-host.js'
import { wrapToWidth } from '../../../console/fit-text.js'
import { printable } from '../../../console/printable.js'
import { GymError } from '../../../errors.js'
import { parseOptions } from '../../../options/parse-options.js'
import type { CommandSession } from '../../command-session.js'
import type { ComputeCheck } from './compute-check.js'
import { modalChecks } from './modal-checks.js'
import { rayChecks } from './ray-checks.js'
import { type CheckReport, runChecks } from './run-checks.js'

export interface DoctorComputeOptions {
  readonly compute: ModalCompute | RayCompute
  readonly only?: number
  /** True runs what costs money without asking. */
  readonly isYes: boolean
  /** Default: those of the compute. */
  readonly checks?: readonly ComputeCheck[]
}

/** Runs the first checks of a provider and says what each proved; returns the exit code. */
export async function doctorCompute(
  { compute, only, isYes, checks = checksOf(compute, process.env) }: DoctorComputeOptions,
  session: CommandSession,
): Promise<0 | 3> {
  parseOptions(computeSchema, compute, 'compute')
  const { signal, home, world, colors } = session
  if (only !== undefined && only > checks.length) {
    const message = `there is no check ${only} of ${compute.kind}; give a number from 1 to ${checks.length}`
    throw new GymError('config', 'bad-options', message)
  }
  const tell = (message: string) => session.onProgress({ kind: 'notice', message })
  const host = await openHost(compute, { home }).catch((error: unknown) => {
    if (GymError.is(error)) return error
    throw error
  })
  await using _ = GymError.is(host) ? null : host
  const reports = await runChecks(checks, {
    host,
    home,
    signal,
    tell,
    only,
    onStart: ({ name, proves }, number) => tell(`check ${number}, ${name}: ${proves}`),
    confirm: async (check, number) => isYes || (await asks(check, number, session)),
  })
  const isOk = reports.every(({ outcome }) => outcome.state === 'passed')
  session.print([
    ...reports.flatMap((report) => render(report, session)),
    '',
    isOk
      ? `What was checked of ${compute.kind} works.`
      : colors.yellow(`Not all of ${compute.kind} is known to work; see above.`),
  ])
  session.printJson({
    compute,
    isOk,
    checks: reports,
    ...(world.env.MODAL_SERVER_URL && { server: world.env.MODAL_SERVER_URL }),
  })
  return isOk ? 0 : 3
}

function checksOf(compute: ModalCompute | RayCompute, env: NodeJS.ProcessEnv): readonly ComputeCheck[] {
  return compute.kind === 'modal' ? modalChecks(compute) : rayChecks(compute, env.RAY_AUTH_TOKEN)
}

/** Asks on the terminal; where there is none, nobody agrees to anything. */
async function asks(check: ComputeCheck, number: number, session: CommandSession): Promise<boolean> {
  const { stdin, stderr } = session.world
  if (!stdin.isTTY || session.isJson) return false
  session.endProgress()
  const reader = createInterface({ input: stdin, output: stderr })
  try {
    const question = `check ${number}, ${check.name}, costs about $${check.costUsd.toFixed(2)}; it proves: ${check.proves}. Run it? [y/N] `
    return /^y(es)?$/i.test((await reader.question(question, { signal: session.signal })).trim())
  } finally {
    reader.close()
  }
}

function render({ number, name, proves, costUsd, outcome }: CheckReport, session: CommandSession): string[] {
  const { colors, columns } = session
  const states = { passed: colors.green('ok    '), failed: colors.red('failed'), skipped: colors.yellow('not run') }
  const price = costUsd === 0 ? 'free' : `about $${costUsd.toFixed(2)}`
  const indent = ' '.repeat(10)
  const body = outcome.state === 'passed' ? outcome.fact : `${outcome.fact}\nwould prove: ${proves}`
  return [
    `${number}  ${states[outcome.state]} ${name} (${price})`,
    ...body.split('\n').flatMap((line) => wrapToWidth(printable(line), columns - 10).map((text) => `${indent}${text}`)),
  ]
}
