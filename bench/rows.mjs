// The form in which every bench reports: rows that a table, a chart or a later run can be compared with.
import { writeFileSync } from 'node:fs'

/** The middle value of a list, and its ends. */
export function medianAndRange(list) {
  const sorted = [...list].sort((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)], low: sorted[0], high: sorted[sorted.length - 1] }
}

/**
 * Makes one row. `ratio` compares with the system that the bench names as its measure, null where there is none;
 * `command` is what to type to get the figure again.
 */
export function row({ bench, system, model, value, unit, ratio = null, command, ...more }) {
  return { bench, system, model, value, unit, ratio, command, ...more }
}

/** Writes rows as a JSON array, when a file was asked for. */
export function writeRows(file, rows) {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`)
}

/** The command line as typed, without what belongs to this machine. */
export function commandOf(script, argv = process.argv.slice(2)) {
  const isLocal = (arg) => ['--json', '--python', '--peers', '--work'].includes(arg)
  const shown = argv.filter((arg, i) => !isLocal(arg) && !isLocal(argv[i - 1]))
  return ['node', script, ...shown].join(' ')
}
