import { Option } from 'commander'
import type { ModalCompute, RayCompute } from '../../compute/compute.js'
import { wrapToWidth } from '../../console/fit-text.js'
import { printable } from '../../console/printable.js'
import { GymError } from '../../errors.js'
import { type CommandSession, openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { parseCount, parseWholeNumber } from '../parse-argument.js'
import { parseSettings } from '../recipe-settings.js'
import { requireWith } from '../require-with.js'

interface DoctorCommandOptions {
  readonly model?: string
  readonly recipe: string
  readonly set?: readonly string[]
  readonly promptTokens: number
  readonly commonPromptTokens: number
  readonly responseTokens?: number
  readonly slots: number
  readonly compute?: 'modal' | 'ray'
  readonly address?: string
  readonly storage?: string
  readonly only?: number
  readonly yes?: boolean
}

/** Adds `doctor`: what this machine can run, and where it cannot, why and what to do; with a model, what it would take. */
export const addDoctorCommand: AddCommand = (program, world, outcome) => {
  program
    .command('doctor')
    .description('say what this machine can run, and why not')
    .option('-m, --model <model>', 'estimate memory and time of this model: a name, a repository or a folder')
    .option('--recipe <name>', 'with --model: grpo or sft', 'grpo')
    .option('--set <name=value>', 'with --model: an option of the recipe; may be repeated', collect)
    .option('--prompt-tokens <n>', 'with --model: tokens of a prompt', parseCount, 45)
    .option(
      '--common-prompt-tokens <n>',
      'with --model: how many of them all prompts begin with, as behind one system prompt',
      parseWholeNumber,
      0,
    )
    .option('--response-tokens <n>', 'with --model: tokens of a response (default: the longest allowed)', parseCount)
    .option('--slots <n>', 'with --model: answers served at once', parseCount, 16)
    .addOption(
      new Option('--compute <where>', 'try a provider: what is known of it before a real run').choices([
        'modal',
        'ray',
      ]),
    )
    .option('--address <url>', 'with --compute ray: URL of its dashboard')
    .option('--storage <folder>', 'with --compute ray: folder that all nodes see')
    .option('--only <n>', 'with --compute: this check only', parseCount)
    .option('-y, --yes', 'with --compute: run what costs money without asking')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      '\nExit code 0 when models can be served and trained on this machine (with --model: that one), else 3.\n\nExamples:\n  training-gym doctor\n  training-gym doctor --model smollm2-135m --set loraRank=16\n  training-gym doctor --compute modal\n  training-gym doctor --compute ray --address http://127.0.0.1:8265',
    )
    .action(async (options: DoctorCommandOptions, command) => {
      const session = openSession(command, world)
      requireWith(command, {
        model: ['recipe', 'set', 'promptTokens', 'commonPromptTokens', 'responseTokens', 'slots'],
        compute: ['address', 'storage', 'only', 'yes'],
      })
      if (options.compute !== undefined && options.model !== undefined) {
        const message = '--model asks about this machine and --compute about another one; give one of them'
        throw new GymError('config', 'bad-options', message)
      }
      if (options.compute !== undefined) {
        const { doctorCompute } = await import('../doctor/compute/doctor-compute.js')
        const { only, yes: isYes = false } = options
        outcome.exitCode = await doctorCompute({ compute: computeOf(options), only, isYes }, session)
        return
      }
      if (options.model !== undefined) {
        outcome.exitCode = await estimate(options.model, options, session)
        return
      }
      const { examine } = await import('../doctor/examine.js')
      const { thisMachine } = await import('../doctor/machine.js')
      const findings = await examine(thisMachine(), { home: session.home, env: world.env, signal: session.signal })
      const canRunLocally = findings.every(({ isOk, isRequired }) => isOk || !isRequired)
      const { colors } = session
      const lines = findings.flatMap(({ name, isOk, isRequired, fact, fix }) => {
        const verdict = isOk ? colors.green('ok    ') : isRequired ? colors.red('cannot') : colors.yellow('cannot')
        const [first = '', ...rest] = wrapToWidth(printable(fact), session.columns - 26)
        const more = fix === undefined ? rest : [...rest, ...wrapToWidth(`-> ${printable(fix)}`, session.columns - 26)]
        return [`${verdict}  ${name.padEnd(16)}  ${first}`, ...more.map((text) => `${' '.repeat(26)}${text}`)]
      })
      session.print([
        ...lines,
        '',
        canRunLocally
          ? 'This machine can serve, evaluate and train small models: training-gym tutorial'
          : 'This machine cannot run the local loop yet; see "cannot" above.',
        'Python, vLLM and slime are not needed for it.',
      ])
      session.printJson({ canRunLocally, home: session.home, findings })
      outcome.exitCode = canRunLocally ? 0 : 3
    })
}

async function estimate(model: string, options: DoctorCommandOptions, session: CommandSession): Promise<0 | 3> {
  const { estimateRun } = await import('../doctor/estimate-run.js')
  const { fits, renderEstimate } = await import('../doctor/render-estimate.js')
  const { thisMachine } = await import('../doctor/machine.js')
  const machine = thisMachine()
  const memory = machine.memory()
  const { recipe, set = [], promptTokens, commonPromptTokens, responseTokens, slots } = options
  const result = await estimateRun({
    model,
    recipe,
    settings: parseSettings(set),
    promptTokens,
    commonPromptTokens,
    ...(responseTokens === undefined ? {} : { responseTokens }),
    slots,
    threads: machine.cores,
    machineBytes: memory.total,
    signal: session.signal,
  })
  session.print(renderEstimate(result, memory))
  session.printJson({ ...result, machineBytes: memory.total, fits: fits(result.training, memory) })
  return fits(result.training, memory) ? 0 : 3
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

function computeOf({ compute, address, storage }: DoctorCommandOptions): ModalCompute | RayCompute {
  if (compute === 'modal') return { kind: 'modal' }
  if (address !== undefined) return { kind: 'ray', address, ...(storage === undefined ? {} : { storage }) }
  const message = '--compute ray needs the URL of its dashboard: --address http://127.0.0.1:8265'
  throw new GymError('config', 'bad-options', message)
}
