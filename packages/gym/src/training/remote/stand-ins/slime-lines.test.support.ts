/** A process of Ray that prints. */
export type SlimeActor = 'RolloutManager' | 'MegatronTrainRayActor'

/** Prints one line of metrics as slime does: Ray's prefix in colour, time stamp, place, kind, Python dict. */
export function printMetrics(
  actor: SlimeActor,
  kind: 'step' | 'rollout' | 'perf' | 'eval',
  id: number,
  metrics: Readonly<Record<string, number>>,
): void {
  const entries = Object.entries(metrics).map(([name, value]) => `'${name}': ${pythonNumber(value)}`)
  print(actor, `metrics.py:135 - ${kind} ${id}: {${entries.join(', ')}}`)
}

/** Prints any other line of an actor. */
export function print(actor: SlimeActor, text: string): void {
  const time = new Date().toISOString().slice(0, 19).replace('T', ' ')
  const pid = actor === 'RolloutManager' ? 812 : 991
  process.stdout.write(`\u001b[36m(${actor} pid=${pid})\u001b[0m [${time}] ${text}\n`)
}

/** Writes a number as Python does: `nan`, `inf`, `1.0`, `1e-06`. */
export function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${value}.0`
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
