/** What Ray replaces in a variable that it hands to a worker, as a shell would: `$NAME`, `${NAME}`. */
const REPLACED = /\$[\p{L}\p{N}_{]/u

/** Tells whether Ray changes a value on its way to a worker; it has no way to write such a `$` as itself. */
export function isChangedByRay(value: string): boolean {
  return REPLACED.test(value)
}

/**
 * Returns the variables of a job that its workers get. Ray starts workers from the environment of their node: of what a
 * driver exports they see nothing, of its runtime environment everything. What Ray would change on the way is left out.
 */
export function workerVariables(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => !isChangedByRay(value)))
}
