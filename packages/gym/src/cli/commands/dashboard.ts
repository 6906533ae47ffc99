import { isLoopbackAddress } from '../../deployments/server-access.js'
import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { openInBrowser } from '../open-in-browser.js'
import { parsePort } from '../parse-argument.js'

interface DashboardCommandOptions {
  readonly port: number
  readonly open: boolean
  readonly host?: string
  readonly password?: string
}

/** Adds `dashboard`: the web page over runs, samples and evaluations, until Ctrl-C. */
export const addDashboardCommand: AddCommand = (program, world) => {
  program
    .command('dashboard')
    .description('open the web page over runs, samples and evaluations until Ctrl-C')
    .option('-p, --port <n>', 'port; 0 takes any free one', parsePort, 6160)
    .option('--host <address>', 'address to listen on (default: 127.0.0.1); others than this machine need a password')
    .option('--password <text>', 'asked for in place of a link (default: the variable TRAINING_GYM_PASSWORD)')
    .option('--no-open', 'print the link and leave the browser alone')
    .option('--json', 'print the link as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  training-gym dashboard --port 0 --no-open\n  TRAINING_GYM_PASSWORD=... training-gym dashboard --host 0.0.0.0',
    )
    .action(async (options: DashboardCommandOptions, command) => {
      const session = openSession(command, world)
      const { home, signal, colors } = session
      const { startDashboard } = await import('../../server/dashboard/start-dashboard.js')
      const password = options.password ?? (world.env.TRAINING_GYM_PASSWORD || undefined)
      const say = (line: string) => world.stderr.write(`${line}\n`)
      await using dashboard = await startDashboard({
        home,
        port: options.port,
        host: options.host,
        password,
        apiKey: world.env.TRAINING_GYM_API_KEY || undefined,
        log: say,
        onNextLink: (link) => session.isQuiet || say(`opened; for another browser: ${link}`),
      })
      const { link, origin } = dashboard
      const access = password === undefined ? 'The link lets one browser in, once.' : 'It asks for the password.'
      session.print([`${colors.bold('dashboard')}  ${link}`, `${access} Ctrl-C stops it.`])
      if (options.host !== undefined && !isLoopbackAddress(options.host) && !session.isQuiet) {
        say('warning: what is sent is not encrypted; on a network that you do not trust, use an SSH tunnel instead')
      }
      session.printJson({ link, origin, home })
      if (options.open && world.stdout.isTTY) openInBrowser(link, say)
      signal.throwIfAborted()
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      signal.throwIfAborted()
    })
}
