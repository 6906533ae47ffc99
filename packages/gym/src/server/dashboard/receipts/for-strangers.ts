import { homedir } from 'node:os'
import { basename, isAbsolute } from 'node:path'
import { isRecord } from '../../../is-record.js'

/** Folders of this machine that a receipt names by what they are. */
export interface Places {
  /** The gym's home. */
  readonly home: string
  /** The user's home. */
  readonly user: string
  readonly cwd: string
}

/** Finds the folders of this machine. */
export function placesAround(home: string): Places {
  return { home, user: homedir(), cwd: process.cwd() }
}

/** Writes the folders of this machine in a text as `.training-gym`, `~` and `.`; what follows them stays. */
export function withoutPlaces(text: string, { home, user, cwd }: Places): string {
  const names = [
    [home, '.training-gym'],
    [cwd, '.'],
    [user, '~'],
  ] as const
  // The longest first: the gym's home usually lies in the working folder, and that in the user's.
  const known = names.filter(([folder]) => folder.length > 1).toSorted(([a], [b]) => b.length - a.length)
  return known.reduce((shown, [folder, name]) => {
    const escaped = folder.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return shown.replaceAll(new RegExp(`(?<![\\w~./-])${escaped}(?![\\w-])`, 'g'), () => name)
  }, text)
}

/** Names a folder: by its place where that is known, else by its last part alone. */
export function placeName(path: string, places: Places): string {
  const shown = withoutPlaces(path, places)
  return isAbsolute(shown) ? basename(shown) : shown
}

/** Does the same for all texts of plain data. */
export function dataWithoutPlaces(value: unknown, places: Places): unknown {
  if (typeof value === 'string') return withoutPlaces(value, places)
  if (Array.isArray(value)) return value.map((item) => dataWithoutPlaces(item, places))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, dataWithoutPlaces(item, places)]))
}
