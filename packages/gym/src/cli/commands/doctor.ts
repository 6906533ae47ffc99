import { wrapToWidth } from '../../console/fit-text.js'
import { printable } from '../../console/printable.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'

/** Adds `doctor`: what this machine can run, and where it cannot, why and what to do. */
export const addDoctorCommand: AddCommand = (program, world, outcome) => {
  program
    .command('doctor')
    .description('say what this machine can run, and why not')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      '\nExit code 0 when models can be served and trained on this machine, else 3.\n\nExample:\n  training-gym doctor',
    )
    .action(async (_options, command) => {
      const session = openSession(command, world)
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
