import type { Colors } from './colors.js'
import { truncateToWidth, widthOf } from './fit-text.js'
import { formatCount, formatSeconds } from './format.js'
import { printable } from './printable.js'

/** Where and how a progress bar draws. */
export interface ProgressBarTarget {
  readonly write: (text: string) => void
  /** True redraws one line in place; false prints a line at each quarter of the way. */
  readonly isTty: boolean
  /** Terminal columns, asked at each redraw because windows are resized. */
  readonly columns: () => number
  readonly colors: Colors
  /** Milliseconds on any steady clock. */
  readonly now: () => number
}

export interface ProgressState {
  readonly label: string
  readonly done: number
  readonly total: number
  /** Shown behind the counts, e.g. a running mean. */
  readonly suffix?: string
  /** Replaces the estimate made from this bar's own pace, seconds; null shows none. */
  readonly secondsLeft?: number | null
}

export interface ProgressBar {
  /** Shows a new state; a new label starts the clock anew. Redraws are limited to about twelve a second. */
  update(state: ProgressState): void
  /** Takes the bar off the screen, so that a line can be written; the next update draws it again. */
  clear(): void
}

const redrawIntervalMs = 80
const barColumns = 24

/** Makes a bar that shows one task at a time on the last line of a terminal, with the time left. */
export function createProgressBar(target: ProgressBarTarget): ProgressBar {
  let label: string | null = null
  let startedAt = 0
  let drawnAt = Number.NEGATIVE_INFINITY
  let isOnScreen = false
  let quartersPrinted = 0

  const clear = () => {
    if (isOnScreen) target.write('\r\u001b[2K')
    isOnScreen = false
    drawnAt = Number.NEGATIVE_INFINITY
  }

  return {
    clear,
    update(state) {
      const now = target.now()
      if (state.label !== label) {
        label = state.label
        startedAt = now
        quartersPrinted = 0
        drawnAt = Number.NEGATIVE_INFINITY
      }
      const share = state.total > 0 ? Math.min(1, Math.max(0, state.done / state.total)) : 0
      const elapsed = (now - startedAt) / 1000
      const ownPace = share > 0 && share < 1 ? (elapsed / share) * (1 - share) : null
      const secondsLeft = state.secondsLeft === undefined ? ownPace : state.secondsLeft
      if (target.isTty) {
        if (now - drawnAt < redrawIntervalMs && share < 1) return
        drawnAt = now
        isOnScreen = true
        target.write(`\r\u001b[2K${drawLine(state, share, secondsLeft, target)}`)
        return
      }
      const quarters = Math.floor(share * 4)
      if (quarters > quartersPrinted) {
        quartersPrinted = quarters
        target.write(`${describe(state, secondsLeft).join('  ')}\n`)
      }
    },
  }
}

function describe(state: ProgressState, secondsLeft: number | null): string[] {
  const parts = [printable(state.label), `${formatCount(state.done)}/${formatCount(state.total)}`]
  if (state.suffix !== undefined && state.suffix !== '') parts.push(printable(state.suffix))
  if (secondsLeft !== null) parts.push(`${formatSecondsLeft(secondsLeft)} left`)
  return parts
}

/** An estimate is not known to tenths of a second. */
function formatSecondsLeft(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : formatSeconds(whole)
}

function drawLine(state: ProgressState, share: number, secondsLeft: number | null, target: ProgressBarTarget): string {
  const [label = '', ...rest] = describe(state, secondsLeft)
  const behind = rest.join('  ')
  // One column stays free: writing into the last one makes some terminals wrap.
  const room = target.columns() - 1
  const filled = Math.round(share * barColumns)
  const isBarShown = widthOf(label) + barColumns + widthOf(behind) + 4 <= room
  if (!isBarShown) return truncateToWidth(`${label}  ${behind}`, room)
  const bar = target.colors.cyan('█'.repeat(filled)) + target.colors.dim('░'.repeat(barColumns - filled))
  return `${label}  ${bar}  ${behind}`
}
