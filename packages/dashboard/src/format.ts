/** What stands where there is no number. */
export const none = '–'

/** Writes a measured number with about three digits; null is what was not a number. */
export function number(value: number | null | undefined): string {
  if (value === null) return 'not a number'
  if (value === undefined) return none
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 10_000) return String(value)
  if (size >= 10_000 || size < 0.001) return value.toExponential(1)
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(3)
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
  return new Date(milliseconds).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
}

/** Makes a sentence of what has neither a capital nor a full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
