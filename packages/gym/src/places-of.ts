import { fileURLToPath } from 'node:url'

/** Whose code stands in the stack of an error. */
export interface Places {
  /** `file:line:column` of the innermost code that is neither ours nor a library's. */
  readonly theirs: string | undefined
  /** True where code of the gym or its engine stands there, too. */
  readonly isOurs: boolean
}

/** Reads from an error's stack where in the user's own files it came about. */
export function placesOf(error: unknown): Places {
  const places = placesIn(error instanceof Error ? (error.stack ?? '') : '')
  const folders = places.length === 0 ? [] : ownFolders()
  const isOwn = (place: string) => folders.some((folder) => place.startsWith(folder))
  return {
    theirs: places.find((place) => !isOwn(place) && !place.includes('node_modules')),
    isOurs: places.some(isOwn),
  }
}

function ownFolders(): string[] {
  const parent = (url: string) => fileURLToPath(new URL('../', url))
  try {
    return [parent(import.meta.url), parent(import.meta.resolve('@training-gym/engine'))]
  } catch {
    // The server beside a trainer is one file without the engine.
    return [parent(import.meta.url)]
  }
}

/** Reads `file:line:column` of every line of a stack that names a file. */
function placesIn(stack: string): string[] {
  return stack.split('\n').flatMap((line) => {
    const [, place] = /^ +at (?:.* )?\(?((?:file:\/\/|\/|[A-Za-z]:\\).*:\d+:\d+)\)?$/.exec(line) ?? []
    if (place === undefined) return []
    return [place.startsWith('file:') ? fileURLToPath(place) : place]
  })
}
