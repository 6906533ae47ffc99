/** Cuts a stream of text before the first stop string, wherever the pieces happen to break. */
export interface StopCutter {
  /** Takes more text; returns what can be shown now. Nothing more comes once a stop string was met. */
  push(text: string): string
  /** Returns what was held back because it could have become a stop string. */
  end(): string
  readonly isStopped: boolean
}

/** Makes a cutter for one sample. The earliest stop string in the text wins. */
export function createStopCutter(stopStrings: readonly string[]): StopCutter {
  let held = ''
  let isStopped = false
  return {
    get isStopped() {
      return isStopped
    },
    push(text) {
      if (isStopped) return ''
      held += text
      const cut = earliest(held, stopStrings)
      isStopped = cut !== -1
      const shown = held.slice(0, isStopped ? cut : held.length - possibleStart(held, stopStrings))
      held = isStopped ? '' : held.slice(shown.length)
      return shown
    },
    end() {
      const rest = held
      held = ''
      return rest
    },
  }
}

function earliest(text: string, stopStrings: readonly string[]): number {
  let cut = -1
  for (const stop of stopStrings) {
    const at = text.indexOf(stop)
    if (at !== -1 && (cut === -1 || at < cut)) cut = at
  }
  return cut
}

/** Length of the longest end of `text` that a stop string begins with. */
function possibleStart(text: string, stopStrings: readonly string[]): number {
  let longest = 0
  for (const stop of stopStrings) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length
    }
  }
  return longest
}
