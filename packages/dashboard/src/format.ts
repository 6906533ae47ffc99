/** What stands where there is no number. */
export const none = '–'

/** Writes a measured number with three digits, as the command line does; null is what was not a number. */
export function number(value: number | null | undefined): string {
  if (value === null) return 'not a number'
  if (value === undefined) return none
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 0.000995 || size >= 1e7) return value.toExponential(2)
  return size >= 999.5 ? integer(Math.round(value)) : value.toPrecision(3)
}

/** Writes a share (0 to 1); one that is not quite all never reads as all, nor one that is not quite none as none. */
export function percent(share: number | null | undefined): string {
  if (share == null) return number(share)
  const exact = share * 100
  if (exact > 99 && exact < 100) return `${Math.min(99.9, Number(exact.toFixed(1)))} %`
  if (exact > 0 && exact < 0.1) return '<0.1 %'
  return `${exact >= 9.95 || exact === 0 ? Math.round(exact) : exact.toFixed(1)} %`
}

/** Writes a difference, its sign always shown. */
export function difference(value: number | null | undefined): string {
  return value != null && value > 0 ? `+${number(value)}` : number(value)
}

/**
 * Writes a 95 % interval, its ends as `write` does; where one prompt gives none, they are null, and where all scores are
 * equal, it has no width.
 */
export function interval(
  [low, high]: readonly [number | null, number | null],
  write: (end: number) => string = number,
): string {
  if (low === null || high === null) return 'too few prompts'
  return low === high ? 'all equal' : `${write(low)} to ${write(high)}`
}

/** Marks of an axis that have room above each other. */
const mostTicks = 7

/** Writes the marks of an axis, each in full: two of them never read the same. Those of a logarithm may be too many. */
export function tickLabels(ticks: readonly (number | null)[], isLog = false): string[] {
  const known = ticks.flatMap((tick, at) => (tick === null ? [] : [{ at, size: Math.abs(tick) }]))
  const sizes = known.flatMap(({ size }) => (size === 0 ? [] : [size]))
  const isTiny = (isLog ? Math.min(...sizes) : Math.max(...sizes)) < 0.001
  const every = Math.ceil(known.length / mostTicks)
  const kept = new Set(known.filter((_, index) => !isLog || index % every === 0).map(({ at }) => at))
  return ticks.map((tick, at) => {
    if (tick === null || !kept.has(at)) return ''
    const exact = Number(tick.toPrecision(6)) + 0
    return exact !== 0 && isTiny ? exact.toExponential() : exact.toLocaleString('en-US', { maximumFractionDigits: 12 })
  })
}

/** Writes a whole number, its thousands apart as decimals are elsewhere on the page, whatever the reader's own habit. */
export function integer(n: number): string {
  return n.toLocaleString('en-US')
}

/** Writes a count with what is counted. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${integer(n)} ${n === 1 ? one : many}`
}

/** Writes a count of milliseconds as people say it. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Writes a moment in the reader's own time. */
export function moment(milliseconds: number): string {
  const date = new Date(milliseconds)
  const parts = [
    date.toLocaleDateString([], { dateStyle: 'medium' }),
    date.toLocaleTimeString([], { timeStyle: 'short' }),
  ]
  // Where it is short of room it breaks between the two, not inside of one.
  return parts.map((part) => part.replace(/\s/g, '\u00A0')).join(', ')
}

/** Makes a sentence of what has neither a capital nor a full stop. */
export function sentence(text: string): string {
  return `${capital(text)}.`
}

/** Begins with a capital, and leaves the end alone: it may be a command to copy. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
