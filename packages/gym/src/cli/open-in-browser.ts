import { spawn } from 'node:child_process'

/** Opens a link in the person's browser; where that fails, says so and leaves it to them. */
export function openInBrowser(link: string, say: (line: string) => void): void {
  const [command, args] = openerOf(process.platform, link)
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.once('error', () => say('no browser could be opened here; open the link yourself'))
  child.unref()
}

function openerOf(platform: NodeJS.Platform, link: string): [command: string, args: string[]] {
  if (platform === 'darwin') return ['open', [link]]
  return platform === 'win32' ? ['rundll32', ['url.dll,FileProtocolHandler', link]] : ['xdg-open', [link]]
}
