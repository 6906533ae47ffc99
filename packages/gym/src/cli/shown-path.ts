import { isAbsolute, relative } from 'node:path'

/** Shortens a path inside the working folder to `./...`, as a shell takes it; quotes it where a shell would split it. */
export function shownPath(path: string, cwd: string): string {
  const inside = relative(cwd, path)
  const shown = inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : `./${inside}`
  return shellWord(shown)
}

/** Quotes a text where a shell would split or change it. */
export function shellWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
