import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { printable } from '../../console/printable.js'
import { GymError, messageOf } from '../../errors.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'

/** Adds `verify`: checks the sums in a receipt; exit code 1 when a part was altered. */
export const addVerifyCommand: AddCommand = (program, world, outcome) => {
  program
    .command('verify')
    .description('check a receipt: exit code 0 when nothing was altered, else 1, naming the part')
    .argument('<file>', 'what "training-gym receipt" or the web page wrote, .html or .json')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  training-gym verify run.html')
    .action(async (file: string, _options, command) => {
      const session = openSession(command, world)
      const { verifyReceipt } = await import('../../server/dashboard/receipts/verify-receipt.js')
      const path = resolve(world.cwd, file)
      const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        const message =
          cause.code === 'ENOENT' ? `there is no file ${path}` : `cannot read ${path}: ${messageOf(cause)}`
        throw new GymError('config', 'cannot-read', `${message}; check the path`, { cause })
      })
      const check = verifyReceipt(text, file)
      const altered = check.parts.filter(({ isIntact }) => !isIntact).map(({ name }) => name)
      session.print(
        check.isIntact
          ? [`${printable(check.title)}: intact, ${check.parts.length} parts checked`]
          : check.parts.map(({ name, isIntact }) => `${isIntact ? 'intact ' : 'ALTERED'}  ${printable(name)}`),
      )
      session.printJson(check)
      if (altered.length === 0) return
      session.fail(`${file} was altered: ${altered.map(printable).join(', ')}`)
      outcome.exitCode = 1
    })
}
