import { z } from 'zod'
import { GymError } from '../errors.js'
import { parseOptions } from '../options/parse-options.js'
import type { ProcessSpec } from './host.js'

const mount = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'must be letters, digits, "-", "_" and ".", at most 63'),
  isReadOnly: z.boolean().optional(),
  subPath: z.string().min(1).optional(),
})

const command = z.array(z.string()).min(1).readonly()

const specSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'must be letters, digits, "-", "_" and ".", at most 63'),
  // Modal takes ten a sandbox, two of which the host itself needs.
  tags: z
    .record(z.string(), z.string())
    .refine((tags) => Object.keys(tags).length <= 8, 'must have at most 8 entries')
    .readonly(),
  image: z.strictObject({ from: z.string().min(1), commands: z.array(z.string()).readonly() }),
  gpu: z.string().min(1).optional(),
  cpu: z.number().positive().optional(),
  memoryMb: z.int().positive().optional(),
  volumes: z.record(z.string().startsWith('/', 'must begin with "/"'), mount).readonly(),
  secrets: z.array(z.string().min(1)).readonly(),
  environment: z.record(z.string(), z.string()).readonly(),
  command,
  timeoutMs: z.int().min(1000),
  ports: z.array(z.int().min(1).max(65_535)).readonly().optional(),
  publicPorts: z.array(z.int().min(1).max(65_535)).readonly().optional(),
  readiness: z.strictObject({ command, intervalMs: z.int().positive() }).optional(),
  isDetached: z.boolean().optional(),
})

/**
 * Checks what a host is asked to start.
 *
 * @throws GymError `bad-options` (config).
 */
export function checkSpec(spec: ProcessSpec): ProcessSpec {
  return parseOptions(specSchema, spec, 'the process')
}

/** Makes the error for a name that a running process has. */
export function nameTaken(name: string, cause?: unknown): GymError {
  const message = `a process named "${name}" runs already; stop it, or attach to it instead of starting it again`
  return new GymError('config', 'name-taken', message, { cause })
}

/** Code of the error for a start that was called off and may happen nevertheless. */
export const MAY_START = 'may-still-start'

/** Makes the error for a start that was called off while its host could not be brought to end it. */
export function mayStart(name: string, triedMs: number, cause?: unknown): GymError {
  const message = `the start of "${name}" was called off, but its end was not confirmed within ${triedMs / 1000} s: it may still start, and cost money; look for it among what runs there, and stop it`
  return new GymError('interrupted', MAY_START, message, { cause })
}

/** Makes the error for a port that a process does not serve. */
export function portNotServed(name: string, port: number, ports: readonly number[]): GymError {
  const served = ports.length === 0 ? 'it serves none' : `it serves ${ports.join(', ')}`
  return new GymError('config', 'port-not-served', `process "${name}" does not serve port ${port}; ${served}`)
}

/** Names the variable in which a process finds the port to listen on for a wished one. */
export function portVariable(port: number): string {
  return `GYM_PORT_${port}`
}
