/** Shows what a number that is missing or not finite looks like in every table. */
export const noValue = '–'

/**
 * Formats a number with three significant digits: `-2.48`, `0.0412`, `12,300`, `1.2e-5`.
 * Below 0.01 and from ten million on the exponent form keeps the width bounded.
 */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noValue
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 0.00995 || size >= 1e7) return value.toExponential(1)
  if (size >= 999.5) return groupThousands(Math.round(value))
  return value.toPrecision(3)
}

/** Formats a number with its sign always shown, as differences are: `+0.67`, `-0.12`, `0`. */
export function formatSigned(value: number | null | undefined): string {
  const text = formatNumber(value)
  return value !== null && value !== undefined && value > 0 && text !== noValue ? `+${text}` : text
}

/** Formats a whole number with thousands separated: `12,345`. */
export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noValue
  return groupThousands(Math.round(value))
}

/** Formats a share (0 to 1) as percent: `4.1%`, `75%`, `100%`; one decimal below ten percent. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return noValue
  const percent = share * 100
  // A share that is not quite all must never read as all, nor one that is not quite none as none.
  if (percent > 99 && percent < 100) return `${Math.min(99.9, Number(percent.toFixed(1)))}%`
  if (percent > 0 && percent < 0.1) return '<0.1%'
  if (Math.abs(percent) >= 9.95 || percent === 0) return `${Math.round(percent)}%`
  return `${percent.toFixed(1)}%`
}

/** Formats seconds for people: `0.42 s`, `12.3 s`, `2 min 05 s`, `1 h 03 min`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return noValue
  if (seconds < 0) return `-${formatSeconds(-seconds)}`
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** Formats a number of bytes in decimal units: `512 B`, `14.8 MB`, `1.50 GB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return noValue
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
  let value = bytes
  let unit = 0
  // 999.5 would round to 1000 of the smaller unit.
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)} ${units[unit]}`
}

/** Formats a moment (milliseconds since the epoch) as local `YYYY-MM-DD HH:MM`. */
export function formatTime(epochMs: number | null | undefined): string {
  if (epochMs === null || epochMs === undefined || !Number.isFinite(epochMs)) return noValue
  const date = new Date(epochMs)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Formats a p value: `p = 0.012`, `p < 0.001`. */
export function formatP(p: number): string {
  if (!Number.isFinite(p)) return `p ${noValue}`
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`
}

function groupThousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}
