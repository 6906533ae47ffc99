import { openSession } from '../command-session.js'
import type { AddCommand } from '../create-program.js'
import { openInBrowser } from '../open-in-browser.js'
import { parsePort } from '../parse-argument.js'

/** Adds `dashboard`: the web page over runs, samples and evaluations, until Ctrl-C. */
export const addDashboardCommand: AddCommand = (program, world) => {
  program
    .command('dashboard')
    .description('open the web page over runs, samples and evaluations until Ctrl-C')
    .option('-p, --port <n>', 'port on 127.0.0.1; 0 takes any free one', parsePort, 6160)
    .option('--no-open', 'print the link and leave the browser alone')
    .option('--json', 'print the link as JSON')
    .addHelpText('after', '\nExample:\n  training-gym dashboard --port 0 --no-open')
    .action(async (options: { port: number; open: boolean }, command) => {
      const session = openSession(command, world)
      const { home, signal, colors } = session
      const { startDashboard } = await import('../../server/dashboard/start-dashboard.js')
      const say = (line: string) => world.stderr.write(`${line}\n`)
      await using dashboard = await startDashboard({
        home,
        port: options.port,
        log: say,
        onNextLink: (link) => session.isQuiet || say(`opened; for another browser: ${link}`),
      })
      const { link, origin } = dashboard
      session.print([`${colors.bold('dashboard')}  ${link}`, 'The link lets one browser in, once. Ctrl-C stops it.'])
      session.printJson({ link, origin, home })
      if (options.open && world.stdout.isTTY) openInBrowser(link, say)
      signal.throwIfAborted()
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      signal.throwIfAborted()
    })
}
