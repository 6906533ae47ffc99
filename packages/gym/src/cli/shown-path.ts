import { isAbsolute, relative } from 'node:path'

/** Shortens a path inside the working folder to `./...`, as a shell takes it; quotes it where a shell would split it. */
export function shownPath(path: string, cwd: string): string {
  const inside = relative(cwd, path)
  const shown = inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : `./${inside}`
  return /^[\w./@:+-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`
}
